import type { RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { mayDo, type Right } from '#domain/access.ts';
import type { Actor } from '#domain/incidents/incident.ts';
import type { Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { db, settings } from '#lib/server/runtime.ts';
import type { Sql } from '#store/db.ts';

/** What a command works with: who asks, the time, the database. */
export interface CommandContext {
  readonly sql: Sql;
  readonly by: Actor;
  readonly now: Instant;
  readonly zone: string;
}

/** A command of the desks: its right, the shape of what it is told, and what it does. */
export interface Command {
  readonly right: Right;
  readonly run: (input: unknown, context: CommandContext) => Promise<Result<object | null>>;
}

/** Binds a schema to its work: `work` sees only input that has the shape. */
export function command<S extends v.GenericSchema>(
  right: Right,
  schema: S,
  work: (input: v.InferOutput<S>, context: CommandContext) => Promise<Result<object | null>>,
): Command {
  return {
    right,
    run: async (input, context) => {
      const read = v.safeParse(schema, input);
      if (!read.success) return { ok: false, code: 'input', reason: v.summarize(read.issues).slice(0, 400) };
      return work(read.output, context);
    },
  };
}

/** What a page gets back: what was made, or the refusal's code and a detail (a number, a name) for its sentence. */
export type CommandAnswer =
  | { readonly ok: true; readonly made: object | null }
  | { readonly ok: false; readonly refused: string; readonly detail: string };

const STATUS: Readonly<Record<string, number>> = { 'not-signed-in': 401, 'no-right': 403, input: 400 };

/**
 * Runs a command for the session of a request. The right is asked here, whatever page it came from.
 * @returns the answer and its HTTP status; a refusal by the domain is 409
 */
export async function runCommand(
  event: RequestEvent,
  what: Command,
  input: unknown,
): Promise<{ answer: CommandAnswer; status: number }> {
  const refuse = (refused: string, detail: string) => ({
    answer: { ok: false as const, refused, detail },
    status: STATUS[refused] ?? 409,
  });
  const { session } = event.locals;
  if (!session?.account) return refuse('not-signed-in', '');
  if (!mayDo(session.role, what.right)) return refuse('no-right', what.right);
  const { id, name } = session.account;
  const result = await what.run(input, {
    sql: db(),
    by: { officer: { account: id, name }, role: session.role },
    now: Date.now(),
    zone: settings().zone,
  });
  return result.ok ? { answer: { ok: true, made: result.value }, status: 200 } : refuse(result.code, result.reason);
}

export const Key = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/));
export const Lng = v.pipe(v.number(), v.minValue(-180), v.maxValue(180));
export const Lat = v.pipe(v.number(), v.minValue(-90), v.maxValue(90));
export const Point = v.tuple([Lng, Lat]);
export const Text = (max: number) => v.pipe(v.string(), v.maxLength(max));
