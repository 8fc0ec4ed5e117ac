import type { ContactSignal } from '#domain/contact.ts';
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
 * @param heartbeat  the signal SWITCH_CONTACT of lane 'feeds': when our reader last heard the switch. A reader that was killed
 *                   cannot say that it is away, so its silence must show by itself; without any sign, the link's own fact is
 *                   the last that is known.
 * @param readAt     when the gateway last read the facts
 */
export function floorFreshness(
  link: LinkRow | undefined,
  heartbeat: { readonly body: Readonly<Record<string, unknown>> } | undefined,
  readAt: Instant,
  { words }: Locale,
): Freshness {
  if (!link) return { asOf: null, reason: null };
  if (link.state === 'away') return { asOf: link.since, reason: words.floor.switchAway };
  const heard = (heartbeat?.body as ContactSignal | undefined)?.contactAt ?? null;
  const contact = Math.max(heard ?? link.since, link.since);
  const asOf = Math.min(contact, readAt);
  return { asOf, reason: link.state === 'syncing' ? words.floor.switchSyncing : null };
}
