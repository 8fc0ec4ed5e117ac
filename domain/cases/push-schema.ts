import * as v from 'valibot';
import { CASE_STATES, CASE_TYPES, SATISFACTIONS, SOURCE_CHANNELS, URGENCIES } from './case.ts';
import type { CaseFields } from './record.ts';
import { parseIso } from '../time.ts';

/** The JSON that `POST /in/cases` takes and that a pull's mapping makes: docs/cases-interface.md has an example of each field. */

const text = (max: number) => v.nullish(v.pipe(v.string(), v.maxLength(max)));
/** ISO 8601 with an offset or Z; a time without a zone is refused, not guessed. */
const time = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const t = parseIso(dataset.value);
    if (t !== null) return t;
    addIssue({ message: 'must be a time like 2026-11-22T10:15:00+08:00, with its zone' });
    return NEVER;
  }),
);

export const CaseItem = v.object({
  externalId: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  /** The source took the case back; then nothing else of the item counts. */
  withdrawn: v.nullish(v.boolean()),
  acceptedAt: v.nullish(time),
  caseNo: text(64),
  type: v.nullish(v.picklist(CASE_TYPES)),
  category: v.nullish(
    v.union([
      v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(8)),
      v.pipe(
        v.string(),
        v.maxLength(200),
        v.transform((c) => [c]),
      ),
    ]),
  ),
  title: text(2000),
  text: text(40_000),
  district: text(200),
  street: text(200),
  place: text(1000),
  lng: v.nullish(v.pipe(v.number(), v.minValue(-180), v.maxValue(180))),
  lat: v.nullish(v.pipe(v.number(), v.minValue(-90), v.maxValue(90))),
  state: v.nullish(v.picklist(CASE_STATES)),
  stateAt: v.nullish(time),
  urgency: v.nullish(v.picklist(URGENCIES)),
  sensitive: v.nullish(v.boolean()),
  source: v.nullish(v.picklist(SOURCE_CHANNELS)),
  closedAt: v.nullish(time),
  unit: text(200),
  dueAt: v.nullish(time),
  repeatOf: text(64),
  satisfaction: v.nullish(v.picklist(SATISFACTIONS)),
  callerName: text(200),
  callerNumber: text(40),
  result: text(40_000),
  updatedAt: v.nullish(time),
  callId: text(64),
});
export type CaseItem = v.InferOutput<typeof CaseItem>;

/** Cases in one push at most. */
export const MAX_PUSHED = 500;
export const CRS = ['WGS84', 'GCJ02', 'BD09'] as const;

/** The envelope; items are checked one by one, so that a bad one does not keep the others out. */
export const CasePush = v.object({
  crs: v.optional(v.picklist(CRS), 'WGS84'),
  cases: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(MAX_PUSHED)),
});

/** What a checked item tells, its position already in WGS-84. */
export const fieldsOf = (item: CaseItem, acceptedAt: number, at: readonly [number, number] | null): CaseFields => ({
  ...item,
  acceptedAt,
  at,
});

/** The first issue of a failed parse, as path and sentence: 'acceptedAt must be …'. */
export function firstIssue(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues;
  if (!first) return 'not what was expected';
  const path = first.path?.map((p) => String(p.key)).join('.') ?? '';
  return `${path ? `${path}: ` : ''}${first.message}`.slice(0, 300);
}
