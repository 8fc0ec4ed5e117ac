/** The answer of a rule or a parser: a value, or a refusal that has a code (for programs) and a reason (for people). */
export type Result<T, Code extends string = string> =
  { ok: true; value: T } | { ok: false; code: Code; reason: string };

export const accept = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const refuse = <Code extends string>(code: Code, reason: string): { ok: false; code: Code; reason: string } => ({
  ok: false,
  code,
  reason,
});

/** For what our own code promises: throws, so that the supervisor restarts us, instead of going on with a wrong state. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`broken promise: ${what} is missing`);
  return value;
}

export function assertNever(value: never, what: string): never {
  throw new Error(`broken promise: ${what} has no case for ${JSON.stringify(value)}`);
}
