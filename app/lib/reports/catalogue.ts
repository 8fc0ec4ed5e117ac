import { REPORTS, type StatReport } from '#domain/reports/catalogue.ts';

/** The catalogue as a manager looks through it: by what one wants to know about. */
export const GROUPS = {
  volume: ['R-03', 'R-10', 'R-12', 'R-27', 'R-39'],
  seats: ['R-04', 'R-05', 'R-08', 'R-09', 'R-13', 'R-07'],
  queues: ['R-06', 'R-11'],
  lines: ['R-01', 'R-02'],
  details: ['R-14', 'R-15', 'R-16', 'R-17', 'R-18', 'R-19', 'R-20', 'R-21', 'R-22'],
  live: ['R-23', 'R-24', 'R-25'],
  compare: ['R-26'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type GroupName = keyof typeof GROUPS;
export type ReportId = (typeof GROUPS)[GroupName][number];

export const GROUP_NAMES = Object.keys(GROUPS) as GroupName[];

export const reportsOf = (group: GroupName): readonly StatReport[] =>
  GROUPS[group].map((id) => REPORTS.find((r) => r.id === id)!);

/** Does what somebody typed name this report: its number in any spelling, or part of a name in either language? */
export function finds(typed: string, r: StatReport, more: string): boolean {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return true;
  const number = /^r?-?0*(\d+)$/.exec(wanted);
  if (number) return Number(number[1]) === Number(r.id.slice(2));
  return `${r.id} ${r.zh} ${r.en} ${more}`.toLowerCase().includes(wanted);
}
