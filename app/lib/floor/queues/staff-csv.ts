import type { Instant } from '#domain/time.ts';
import { BOM, csvLine } from '#lib/rows/csv.ts';
import type { StaffRow } from './staff.ts';

const COLUMNS = [
  'queue',
  'from',
  'to',
  'calls',
  'handleS',
  'ringS',
  'patienceS',
  'goal',
  'withinS',
  'maxOccupancy',
  'shrinkage',
  'erlangs',
  'needed',
  'neededA',
  'people',
  'have',
  'levelC',
  'levelA',
] as const;

const exact = (n: number | null, digits = 4): number | null => (n === null ? null : Number(n.toFixed(digits)));

/** The advice with all its inputs, a line for each half-hour of each queue; shares 0–1. */
export function staffCsv(
  lines: readonly { readonly queue: string; readonly row: StaffRow }[],
  head: Readonly<Record<(typeof COLUMNS)[number], string>>,
  time: (t: Instant) => string,
): string {
  const values = ({ queue, row: { inputs: i, advice, ...r } }: (typeof lines)[number]) => [
    queue,
    time(r.from),
    time(r.to),
    exact(i.calls, 2),
    exact(i.handleS, 2),
    exact(i.ringS, 2),
    exact(i.patienceS, 2),
    i.goal,
    i.withinS,
    i.maxOccupancy,
    i.shrinkage,
    exact(advice.erlangs),
    advice.needed,
    i.patienceS === null ? null : advice.neededA,
    advice.people,
    exact(r.have, 2),
    exact(r.now.c.serviceLevel),
    exact(r.now.a?.serviceLevel ?? null),
  ];
  return BOM + csvLine(COLUMNS.map((c) => head[c])) + lines.map((l) => csvLine(values(l))).join('');
}
