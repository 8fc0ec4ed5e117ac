import type { LinkRow } from '#domain/floor/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { Locale } from '#lib/i18n/locale.ts';

export interface Freshness {
  /** When what the floor shows was true; null: the switch was never heard of. */
  readonly asOf: Instant | null;
  /** What to say before the age once it is stale. */
  readonly reason: string | null;
}

/**
 * How fresh the floor is. A switch that is quiet is not stale: what counts is when somebody last listened to it.
 * @param heartbeat  the signal 'asterisk' of lane 'feeds': our reader's own sign of life, with `contactAt`. A reader that was
 *                   killed cannot say that it is away, so its silence must show by itself.
 * @param readAt     when the gateway last read the facts
 */
export function floorFreshness(
  link: LinkRow | undefined,
  heartbeat: { readonly at: Instant; readonly body: Readonly<Record<string, unknown>> } | undefined,
  readAt: Instant,
  { words }: Locale,
): Freshness {
  if (!link) return { asOf: null, reason: null };
  if (link.state === 'away') return { asOf: link.since, reason: words.floor.switchAway };
  const contact = heartbeat ? Number(heartbeat.body.contactAt ?? heartbeat.at) : readAt;
  const asOf = Math.min(contact, readAt);
  return { asOf, reason: link.state === 'syncing' ? words.floor.switchSyncing : null };
}
