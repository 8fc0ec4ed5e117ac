import * as v from 'valibot';
import { CaseMapping } from './mapping.ts';

/** One case system that is asked for its changes over HTTP. */
const Entry = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and dashes, at most 40')),
  /** Address of one page; {cursor} and {limit} are put in. */
  url: v.pipe(
    v.string(),
    v.regex(/^https?:\/\//i, 'only http and https'),
    v.includes('{cursor}', 'must hold {cursor}'),
  ),
  /** Sent with each request (an access key, for instance); never logged. */
  headers: v.optional(v.record(v.string(), v.string()), {}),
  /** Cursor of the very first request. */
  first: v.optional(v.string(), ''),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 200),
  /** Between two requests when there is nothing more, seconds. */
  intervalS: v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(86_400)), 2),
  /** Path of the list in the answer; '' = the answer is the list. */
  items: v.optional(v.string(), 'items'),
  /** Path of the next cursor in the answer. */
  next: v.optional(v.string(), 'next'),
  mapping: CaseMapping,
});
const Entries = v.pipe(v.array(Entry), v.maxLength(20));
export type CasePull = v.InferOutput<typeof Entry>;

/** What is wrong with the value of CASE_PULLS, as the end of a sentence; null when nothing is. */
export function pullsMistake(value: unknown): string | null {
  const r = v.safeParse(Entries, value);
  if (!r.success)
    return `is wrong: ${r.issues
      .slice(0, 3)
      .map((i) => `${v.getDotPath(i) ?? 'value'}: ${i.message}`)
      .join('; ')}`;
  const names = r.output.map((e) => e.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  return twice === undefined ? null : `names the system ${twice} twice`;
}

/** The systems of a checked value, defaults filled in. */
export const casePulls = (value: unknown): CasePull[] => v.parse(Entries, value);
