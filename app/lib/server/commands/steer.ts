import * as v from 'valibot';
import { decideSteer, MAX_MESSAGE, MAX_STEER_REASON, type SteerMeans } from '#domain/steer/decide.ts';
import { STEER_KINDS, type SteerKind } from '#domain/steer/rows.ts';
import { refuse } from '#domain/result.ts';
import { settings } from '#lib/server/runtime.ts';
import { newestCursor } from '#store/facts.ts';
import { isBarredOut } from '#store/blacklist.ts';
import { askCommand } from '#store/floor-commands.ts';
import { stateAt } from '#store/snapshots.ts';
import { command, Key, Text, type Command } from './command.ts';

/** What supervisors do to the floor: each kind has its own right. The switch is told by ingest/asterisk/hand. */

const Wish = v.strictObject({
  requestKey: Key,
  seat: v.optional(v.nullable(Text(40))),
  call: v.optional(v.nullable(Text(150))),
  visit: v.optional(v.nullable(Text(250))),
  queue: v.optional(v.nullable(Text(80))),
  phone: v.optional(v.nullable(Text(20))),
  to: v.optional(v.nullable(Text(20))),
  reason: v.optional(v.nullable(Text(MAX_STEER_REASON))),
  text: v.optional(v.nullable(Text(MAX_MESSAGE))),
  priority: v.optional(v.nullable(v.number())),
  penalty: v.optional(v.nullable(v.number())),
});

/** Which accounts of the switch the house was given. */
export function steerMeans(): SteerMeans {
  const { amiHandUser, amiRecorderUser, amiEndPromptExten } = settings();
  return { hand: amiHandUser !== '', recorder: amiRecorderUser !== '', prompt: amiEndPromptExten !== '' };
}

const steer = (kind: SteerKind): Command =>
  command(`steer.${kind}`, Wish, async ({ requestKey, ...input }, { sql, by, now, zone }) => {
    const { floor } = await stateAt(sql, await newestCursor(sql), zone);
    const wish = decideSteer(
      floor,
      {
        kind,
        seat: input.seat ?? null,
        call: input.call ?? null,
        visit: input.visit ?? null,
        queue: input.queue ?? null,
        phone: input.phone ?? null,
        to: input.to ?? null,
        reason: input.reason ?? null,
        text: input.text ?? null,
        priority: input.priority ?? null,
        penalty: input.penalty ?? null,
      },
      steerMeans(),
      now,
    );
    if (wish.ok && kind === 'dial' && (await isBarredOut(sql, wish.value.to ?? '', now)))
      return refuse('number-barred', '');
    return wish.ok ? askCommand(sql, wish.value, requestKey, { officer: by.officer, now }) : wish;
  });

/** `steer-listen`, `steer-cut-off` … */
export const STEER_COMMANDS: Readonly<Record<string, Command>> = Object.fromEntries(
  STEER_KINDS.map((kind) => [`steer-${kind}`, steer(kind)]),
);
