import type { Quantities } from '#domain/calls/figure.ts';
import type { IndicatorKey } from '#domain/calls/indicators.ts';
import type { Dimension } from '#domain/calls/sources.ts';
import { thresholdLookup } from '#domain/calls/thresholds.ts';
import type { Grain } from '#domain/reports/grain.ts';
import { grainEdges, grainStart } from '#domain/reports/grain.ts';
import type { Figure } from '#domain/reports/table.ts';
import {
  halfAt,
  median,
  type Decided,
  type FloorBasis,
  type HandleBasis,
  type QueueBasis,
  type TrunkBasis,
} from '#domain/staffing/basis.ts';
import { cityDay, DAY, MINUTE, startOfDay, type Instant } from '#domain/time.ts';
import { shiftDay } from '#domain/trend.ts';
import type { Sql } from '#store/db.ts';
import { runStat, type StatResult } from '#store/reports/run.ts';
import { thresholdVersions, trunkSizes } from '#store/reports/thresholds.ts';
import { Cached } from './cached.ts';

/** Earlier weeks whose same weekday makes the usual course, and how many of them must have had calls. */
const WEEKS = 8;
const WEEKS_AT_LEAST = 2;
/** From so many conversations on today alone tells how long one lasts. */
const TODAY_TELLS = 50;
const CALLS_TELL = 20;
const ABANDONS_TELL = 10;
const OUTBOUND_S = 90;

const VISITS = ['offered', 'answered', 'abandoned', 'serviceLevel', 'connect15'] as const satisfies IndicatorKey[];
const LENGTHS = [
  'averageRing',
  'averageTalk',
  'averageWrap',
  'averageWait',
  'abandoned',
] as const satisfies IndicatorKey[];

const present = new Cached<FloorBasis>(8_000);
const past = new Cached<Awaited<ReturnType<typeof askPast>>>(60_000);

/** What the queue monitor knows from the records, as of some seconds ago at most; the earlier weeks are asked every minute, because late records may still be counted. */
export async function queueBasis(sql: Sql, zone: string, now: Instant): Promise<FloorBasis> {
  return present.get(zone, now, () => askBasis(sql, zone, now));
}

type Ask = { columns: readonly IndicatorKey[]; from: Instant; to: Instant; grain: Grain; by: readonly Dimension[] };
const asker =
  (sql: Sql, zone: string) =>
  (o: Ask & { raw?: boolean }): Promise<StatResult> =>
    runStat(sql, { ...o, zone });

async function askBasis(sql: Sql, zone: string, now: Instant): Promise<FloorBasis> {
  const ask = asker(sql, zone);
  const day = cityDay(now, zone);
  const dayStart = startOfDay(day, zone);
  const edges = grainEdges(dayStart, startOfDay(shiftDay(day, 1), zone), 'half-hour', zone);
  const until = edges[halfAt(edges, now) + 1]!;
  const byQueue = { from: dayStart, to: until, by: ['queue'] } as const;
  const running = halfAt(edges, now);
  // the hour that is foretold is counted from the records themselves: the rollups may be catching up
  const hour = { from: edges[running - (running % 2)]!, to: until, by: ['queue'] } as const;
  const [halves, hourHalves, last30, lengths, connected, earlier, versions, trunks] = await Promise.all([
    ask({ ...byQueue, columns: VISITS, grain: 'half-hour' }),
    ask({ ...hour, columns: VISITS, grain: 'half-hour', raw: true }),
    ask({ columns: VISITS, from: now - 30 * MINUTE, to: now, grain: 'none', by: ['queue'], raw: true }),
    ask({ ...byQueue, columns: LENGTHS, grain: 'none' }),
    ask({
      columns: ['connectRate'],
      from: grainStart(now - DAY, 'half-hour', zone),
      to: until,
      grain: 'none',
      by: [],
    }),
    past.get(`${zone} ${day}`, now, () => askPast(sql, zone, day)),
    thresholdVersions(sql),
    askTrunks(ask, sql, dayStart, now),
  ]);
  const inForce = thresholdLookup(versions);
  const [today, recent, lengthsToday] = [byGroup(halves), byGroup(last30), byGroup(lengths)];
  const names = new Set([...today.keys(), ...byGroup(hourHalves).keys(), ...earlier.queues]);
  const thisHour = byGroup(hourHalves);
  const first = running - (running % 2);
  const queue = (id: string): QueueBasis => ({
    withinS: inForce(id, now).serviceLevelS,
    connectS: inForce(id, now).connectS,
    goal: inForce(id, now).goalPercent / 100,
    today: Array.from({ length: running + 1 }, (_, i) =>
      decided(i < first ? today.get(id)?.get(i) : thisHour.get(id)?.get(i - first)),
    ),
    last30: decided(recent.get(id)?.get(0)),
    usual: usualOf(earlier.days, id, edges.length - 1),
    handle: handleOf(lengthsToday.get(id)?.get(0), earlier.lengths.get(id)?.get(0)),
    patience: patienceOf(earlier.lengths.get(id)?.get(0)),
  });
  return {
    at: now,
    countedAt: countedAt(halves, now),
    edges,
    outboundS: earlier.outboundS,
    queues: Object.fromEntries([...names].filter((id) => id !== '').map((id) => [id, queue(id)])),
    trunks,
    connect24: shareOf(connected.table.total.figures[0]),
    gapMs: halves.gapTotalMs,
  };
}

const shareOf = (f: Figure | undefined): number | null => (typeof f === 'object' ? f.part / f.whole : null);

/** Up to when rollups tell: until they were last brought up to date, where changes wait to be counted. */
export const countedAt = (s: StatResult, now: Instant): Instant =>
  s.pending && s.keptAt !== null ? Math.min(s.keptAt, now) : now;

type Groups = ReadonlyMap<string, ReadonlyMap<number, Quantities>>;

/** Parts of each group by interval. */
function byGroup({ table }: StatResult): Groups {
  const out = new Map<string, Map<number, Quantities>>();
  for (const r of table.rows) {
    const id = r.group?.[0] ?? '';
    const own = out.get(id) ?? new Map<number, Quantities>();
    own.set(r.interval ?? 0, r.parts);
    out.set(id, own);
  }
  return out;
}

const decided = (p: Quantities | undefined): Decided => ({
  offered: p?.offered ?? 0,
  answered: p?.answered ?? 0,
  abandoned: p?.abandoned ?? 0,
  inTime: p?.answered_sl ?? 0,
  inConnect: p?.answered_connect ?? 0,
});

async function askPast(sql: Sql, zone: string, day: string) {
  const ask = asker(sql, zone);
  const today = startOfDay(day, zone);
  const weeks = Array.from({ length: WEEKS }, (_, i) => startOfDay(shiftDay(day, -7 * (i + 1)), zone));
  const [lengths, outbound, ...days] = await Promise.all([
    ask({ columns: LENGTHS, from: today - 28 * DAY, to: today, grain: 'none', by: ['queue'] }),
    ask({ columns: ['averageOutbound'], from: today - 28 * DAY, to: today, grain: 'none', by: [] }),
    ...weeks.map((from) =>
      ask({
        columns: ['offered'],
        from,
        to: startOfDay(shiftDay(cityDay(from, zone), 1), zone),
        grain: 'half-hour',
        by: ['queue'],
      }),
    ),
  ]);
  const parts = outbound.table.total.parts;
  return {
    lengths: byGroup(lengths),
    days: days.map(byGroup),
    queues: [...byGroup(lengths).keys()],
    outboundS: parts.connected ? (parts.out_ms ?? 0) / parts.connected / 1000 : OUTBOUND_S,
  };
}

function usualOf(days: readonly Groups[], id: string, halves: number): QueueBasis['usual'] {
  const known = days.flatMap((d) => d.get(id) ?? []);
  if (known.length < WEEKS_AT_LEAST) return null;
  return {
    weeks: known.length,
    offered: Array.from({ length: halves }, (_, i) => median(known.map((d) => d.get(i)?.offered ?? 0))),
  };
}

function handleOf(today: Quantities | undefined, weeks: Quantities | undefined): HandleBasis | null {
  const of = (today?.talked ?? 0) >= TODAY_TELLS ? 'today' : 'weeks';
  const p = of === 'today' ? today! : weeks;
  if (!p?.talked || p.talked < CALLS_TELL) return null;
  return {
    ringS: p.rings ? (p.ring_ms ?? 0) / p.rings / 1000 : 0,
    talkS: (p.talk_s ?? 0) / p.talked,
    wrapS: (p.wrap_ms ?? 0) / p.talked / 1000,
    calls: p.talked,
    of,
  };
}

/** Of callers who give up at a steady rate: the time that all of them waited, for each that gave up. */
function patienceOf(p: Quantities | undefined): QueueBasis['patience'] {
  if (!p?.abandoned || p.abandoned < ABANDONS_TELL || !p.wait_s) return null;
  return { meanS: p.wait_s / p.abandoned, abandoned: p.abandoned };
}

async function askTrunks(ask: ReturnType<typeof asker>, sql: Sql, from: Instant, now: Instant): Promise<TrunkBasis[]> {
  const [{ table }, sizes] = await Promise.all([
    ask({ columns: ['inbound', 'lineBusy', 'lineIdle'], from, to: now, grain: 'none', by: ['trunk'] }),
    trunkSizes(sql),
  ]);
  const size = new Map(sizes.filter((s) => s.from <= now).map((s) => [s.trunk, s.channels]));
  const rows = new Map(table.rows.map((r) => [r.group?.[0] ?? '', r]));
  return [...new Set([...rows.keys(), ...size.keys()])]
    .filter((t) => t !== '')
    .sort()
    .map((trunk) => {
      const r = rows.get(trunk);
      return {
        trunk,
        channels: size.get(trunk) ?? null,
        callsToday: r?.parts.calls_in ?? 0,
        busyMs: r?.parts.line_ms ?? 0,
        idle: shareOf(r?.figures[2]),
      };
    });
}
