import { endsByPoint, flowTree, type FlowNode, type MenuEnd } from '#domain/calls/ivr-flow.ts';
import type { Figure } from '#domain/reports/table.ts';
import { grainEdges } from '#domain/reports/grain.ts';
import { halfAt, median, overHalves } from '#domain/staffing/basis.ts';
import { cityDay, startOfDay, type Instant } from '#domain/time.ts';
import { shiftDay } from '#domain/trend.ts';
import type { Sql } from '#store/db.ts';
import { menuPaths, menuStays } from '#store/ivr-shown.ts';
import { runStat } from '#store/reports/run.ts';
import { Cached } from './cached.ts';
import { countedAt } from './queue-basis.ts';

/** The same weekday of so many weeks is the usual; with fewer than two of them that had steps, the last seven days are. */
const WEEKS = 8;
const DAYS = 7;
const ENOUGH = 2;
const COLUMNS = ['ivrCalls', 'ivrSteps', 'selfService', 'averageIvr', 'inbound'] as const;

export interface PointFigures {
  readonly point: string;
  /** Visits today, as R-02 counts them. */
  readonly visits: number;
  /** Visits of earlier days to this time of the day, median; null: not known. */
  readonly usual: number | null;
  /** Mean stay today, s; null: not known. */
  readonly stayS: number | null;
  readonly ends: Readonly<Partial<Record<MenuEnd, number>>>;
}

export interface IvrShown {
  readonly at: Instant;
  /** Up to when R-02 is counted. */
  readonly countedAt: Instant;
  readonly inbound: number;
  /** I-28 of today: calls with a stay in the menu, share that ended there, mean stay. */
  readonly ivrCalls: number;
  readonly selfService: number | null;
  readonly averageS: number | null;
  readonly usualCalls: number | null;
  readonly usual: { readonly of: 'weekday' | 'days'; readonly days: number } | null;
  readonly points: readonly PointFigures[];
  readonly flow: readonly FlowNode[];
  /** Calls in the flow, and those whose ways are too rare to be told. */
  readonly flowCalls: number;
  readonly leftOut: number;
  readonly gapMs: number;
}

const present = new Cached<IvrShown>(8_000);
const past = new Cached<Awaited<ReturnType<typeof askUsual>>>(120_000);

/** The voice menu of today, as of some seconds ago at most. */
export const ivrShown = (sql: Sql, zone: string, now: Instant): Promise<IvrShown> =>
  present.get(zone, now, () => ask(sql, zone, now));

async function ask(sql: Sql, zone: string, now: Instant): Promise<IvrShown> {
  const day = cityDay(now, zone);
  const from = startOfDay(day, zone);
  const edges = grainEdges(from, startOfDay(shiftDay(day, 1), zone), 'half-hour', zone);
  const r02 = { from, to: edges[halfAt(edges, now) + 1]!, grain: 'none', zone } as const;
  const [whole, byPoint, { paths, leftOut }, stays, usual] = await Promise.all([
    runStat(sql, { ...r02, columns: COLUMNS, by: [] }),
    runStat(sql, { ...r02, columns: ['ivrSteps'], by: ['point'] }),
    menuPaths(sql, from, now),
    menuStays(sql, from, now),
    past.get(`${zone} ${day}`, now, () => askUsual(sql, zone, day)),
  ]);
  const [calls, , selfService, average, inbound] = whole.table.total.figures.map(valueOrNull);
  const { rows, calls: flowCalls } = flowTree(paths);
  const ends = endsByPoint(rows);
  const soFar = (counts: readonly number[] | undefined): number | null =>
    usual ? Math.round(overHalves(edges, counts ?? [], from, now)) : null;
  const visits = new Map(byPoint.table.rows.map((r) => [r.group?.[0] ?? '', r.parts.steps ?? 0]));
  return {
    at: now,
    countedAt: countedAt(byPoint, now),
    inbound: inbound ?? 0,
    ivrCalls: calls ?? 0,
    selfService: selfService ?? null,
    averageS: average ?? null,
    usualCalls: soFar(usual?.calls),
    usual: usual && { of: usual.of, days: usual.days },
    points: [...new Set([...visits.keys(), ...(usual?.points.keys() ?? [])])]
      .map((point) => ({
        point,
        visits: visits.get(point) ?? 0,
        usual: soFar(usual?.points.get(point)),
        stayS: stays.get(point)?.stayS ?? null,
        ends: ends.get(point) ?? {},
      }))
      .sort((a, b) => b.visits - a.visits || (a.point < b.point ? -1 : 1)),
    flow: rows,
    flowCalls,
    leftOut,
    gapMs: whole.gapTotalMs,
  };
}

const valueOrNull = (f: Figure): number | null => (typeof f === 'object' ? f.part / f.whole : null);

/** Medians by half-hour of the calls with a stay in the menu and of the visits of each point. */
async function askUsual(sql: Sql, zone: string, day: string) {
  const read = async (back: number) => {
    const from = startOfDay(shiftDay(day, -back), zone);
    const to = startOfDay(shiftDay(day, 1 - back), zone);
    const o = { from, to, grain: 'half-hour', zone } as const;
    const [points, calls] = await Promise.all([
      runStat(sql, { ...o, columns: ['ivrSteps'], by: ['point'] }),
      runStat(sql, { ...o, columns: ['ivrCalls'], by: [] }),
    ]);
    const visits = new Map<string, number[]>();
    for (const r of points.table.rows) {
      const own = visits.get(r.group![0]!) ?? [];
      own[r.interval!] = r.parts.steps ?? 0;
      visits.set(r.group![0]!, own);
    }
    return { visits, calls: calls.table.rows.map((r) => r.parts.ivr_calls ?? 0) };
  };
  const known = async (backs: readonly number[]) =>
    (await Promise.all(backs.map(read))).filter((d) => d.visits.size > 0);
  const weeks = await known(Array.from({ length: WEEKS }, (_, i) => 7 * (i + 1)));
  const of = weeks.length >= ENOUGH ? 'weekday' : 'days';
  const days = of === 'weekday' ? weeks : await known(Array.from({ length: DAYS }, (_, i) => i + 1));
  if (days.length < ENOUGH) return null;
  const halves = Math.max(...days.map((d) => d.calls.length));
  const middle = (get: (d: (typeof days)[number]) => readonly (number | undefined)[] | undefined): number[] =>
    Array.from({ length: halves }, (_, i) => median(days.map((d) => get(d)?.[i] ?? 0)));
  const points = new Set(days.flatMap((d) => [...d.visits.keys()]));
  return {
    of,
    days: days.length,
    calls: middle((d) => d.calls),
    points: new Map([...points].map((p) => [p, middle((d) => d.visits.get(p))])),
  } as const;
}
