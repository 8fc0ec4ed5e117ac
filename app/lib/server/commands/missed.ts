import * as v from 'valibot';
import { mayDo } from '#domain/access.ts';
import { MAX_MISSED_NOTE, type MissedWish } from '#domain/missed/decide.ts';
import { refuse } from '#domain/result.ts';
import { missedChanged, missedContext } from '#lib/server/missed.ts';
import { changeMissed } from '#store/missed.ts';
import { command, Key, Text, type Command, type CommandContext } from './command.ts';
import { STEER_COMMANDS } from './steer.ts';

/** What officers do about callers who were not served. Each names any call of the matter; numbers stay on the server. */

const Call = Text(150);
const Note = Text(MAX_MISSED_NOTE);

async function change(call: string, wish: MissedWish, { sql, by, now }: CommandContext) {
  const done = await changeMissed(sql, call, wish, by.officer, missedContext(now));
  missedChanged();
  return done.ok ? { ok: true as const, value: { id: done.value.matter.id } } : done;
}

export const MISSED_COMMANDS: Readonly<Record<string, Command>> = {
  'missed-take': command('missed.handle', v.strictObject({ call: Call }), ({ call }, c) =>
    change(call, { kind: 'take' }, c),
  ),
  'missed-release': command('missed.handle', v.strictObject({ call: Call }), ({ call }, c) =>
    change(call, { kind: 'release' }, c),
  ),
  'missed-close': command(
    'missed.handle',
    v.strictObject({ call: Call, reason: Text(20), note: Note }),
    ({ call, ...how }, c) => change(call, { kind: 'close', ...how }, c),
  ),
  'missed-reopen': command('missed.handle', v.strictObject({ call: Call, note: Note }), ({ call, note }, c) =>
    change(call, { kind: 'reopen', note }, c),
  ),
  /** Takes it, so that no two call the same citizen, and has the own telephone call him. What comes of it the switch tells. */
  'missed-dial': command(
    'missed.handle',
    v.strictObject({ call: Call, phone: Text(20), requestKey: Key }),
    async ({ call, phone, requestKey }, c) => {
      if (!mayDo(c.by.role, 'steer.dial')) return refuse('no-right', 'steer.dial');
      const taken = await changeMissed(c.sql, call, { kind: 'take' }, c.by.officer, missedContext(c.now));
      if (!taken.ok) return taken;
      const { matter } = taken.value;
      if (!matter.callable) return refuse('missed-no-number', '');
      const asked = await STEER_COMMANDS['steer-dial']!.run({ requestKey, phone, to: matter.key, call: matter.id }, c);
      missedChanged();
      return asked;
    },
  ),
};
