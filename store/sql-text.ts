import type { Instant } from '#domain/time.ts';

/** Literals of SQL text. Only our own names, numbers and instants become text; what people enter goes as parameters, or through `quoted`. */

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A literal instant: constants let the planner leave out chunks. */
export const instant = (t: Instant): string =>
  t === Infinity
    ? "'infinity'::timestamptz"
    : t === -Infinity
      ? "'-infinity'::timestamptz"
      : `'${new Date(t).toISOString()}'::timestamptz`;
