import * as v from 'valibot';
import { MAX_SIDE } from '#domain/floor-plan/plan.ts';
import { removeRoom, saveRoom } from '#store/floor-plans.ts';
import { command, Key, type Command } from './command.ts';

/** What supervisors change of the floor plans: one room at a time, on the version that they edited. */

const RoomId = v.pipe(v.string(), v.regex(/^\d{1,15}$/));
const Base = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
/** A little over the largest plan that may be kept; more is not even looked at. */
const MAX_BYTES = MAX_SIDE * 2000;

export const PLAN_COMMANDS = {
  'plan-save': command(
    'plan.change',
    v.strictObject({
      room: v.nullable(RoomId),
      base: Base,
      // its shape has sentences of its own (domain/floor-plan/plan.ts)
      plan: v.pipe(
        v.unknown(),
        v.check((p) => JSON.stringify(p ?? null).length <= MAX_BYTES, 'the plan is too large'),
      ),
      requestKey: Key,
    }),
    (wish, { sql, by, now }) => saveRoom(sql, wish, { officer: by.officer, now }),
  ),
  'plan-remove': command(
    'plan.change',
    v.strictObject({ room: RoomId, base: Base, requestKey: Key }),
    (wish, { sql, by, now }) => removeRoom(sql, wish, { officer: by.officer, now }),
  ),
} satisfies Record<string, Command>;
