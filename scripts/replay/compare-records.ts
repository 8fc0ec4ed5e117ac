import type { FloorRecords } from '#domain/floor/records.ts';
import { addParts, countParts, type Parts } from '#domain/calls/count.ts';
import { rounded } from '#domain/calls/figure.ts';
import { INDICATORS, type IndicatorKey } from '#domain/calls/indicators.ts';
import { figure, scoped } from '#domain/calls/scope.ts';
import { SOURCES, sourceRows, STORED_SOURCES, type Dimension } from '#domain/calls/sources.ts';
import type { CallRow, VisitRow } from '#domain/floor/rows.ts';
import type { Tables } from '#domain/tables.ts';
import { HOUR } from '#domain/time.ts';
import type { Figure } from './figure.ts';
import type { Truth } from './truth.ts';

/** Adds up the parts of every stored source that has these dimensions, as a report does. */
function partsBy(records: FloorRecords, zone: string, edges: readonly number[], dims: readonly Dimension[]) {
  const rows = sourceRows(records, zone);
  const out = new Map<string, Parts>();
  for (const s of STORED_SOURCES)
    if (dims.every((d) => d in SOURCES[s].by))
      for (const c of countParts(s, rows[s] as never, { edges, by: dims })) {
        const cell = out.get(c.group.join('|')) ?? {};
        out.set(c.group.join('|'), cell);
        addParts(cell, c.parts);
      }
  return out;
}

function indicator(parts: Parts, key: IndicatorKey, dims: readonly Dimension[], decimals: number): number | null {
  const f = figure(scoped(INDICATORS[key], dims), parts);
  return typeof f === 'string' ? null : rounded(f, decimals);
}

/**
 * What the reports say of the same calls: figures of the stored records, by the indicators' own formulas. Records are written
 * when what they tell is over: where the recording ends in the middle of calls, what is still open in `tables` is added.
 */
export function recordFigures(
  records: FloorRecords,
  truth: Truth,
  o: { zone: string; names: ReadonlyMap<string, string>; tables: Tables },
): Figure[] {
  const out: Figure[] = [];
  const edges = [truth.epochMs - 12 * HOUR, truth.epochMs + 12 * HOUR];
  const tell = (name: string, want: unknown, got: unknown): void => {
    if (want !== undefined) out.push({ kind: 'reports', name: `report ${name}`, want, got });
  };
  const open = [...o.tables.all<VisitRow>('visit').values()];
  const openCalls = [...o.tables.all<CallRow>('call').values()].filter((c) => c.direction === 'in').length;
  const queues = partsBy(records, o.zone, edges, ['queue']);
  for (const [queue, want] of Object.entries(truth.queues)) {
    const waiting = open.filter((v) => v.queue === queue && v.state === 'waiting').length;
    const stored = queues.get(queue) ?? {};
    const p: Parts = { ...stored, offered: (stored.offered ?? 0) + waiting };
    const of = (key: IndicatorKey, decimals = 0): number | null => indicator(p, key, ['queue'], decimals);
    const lost = want.waitingLostAtRestart ?? 0;
    tell(`${queue} offered`, want.offered, of('offered'));
    tell(`${queue} answered`, want.answered, of('answered'));
    tell(`${queue} abandoned`, want.abandoned, of('abandoned'));
    tell(`${queue} timedOut`, want.timedOut, p.timed_out ?? 0);
    tell(`${queue} waitingLostAtRestart`, lost, p.visits_lost ?? 0);
    tell(`${queue} averageSpeedOfAnswer`, want.averageSpeedOfAnswer, of('asa', 3));
    tell(`${queue} serviceLevel20_overAnswered`, want.serviceLevel20_overAnswered, of('serviceLevelOfAnswered', 4));
    tell(`${queue} serviceLevel20_overOffered`, want.serviceLevel20_overOffered, of('serviceLevel', 4));
    tell(`${queue} longestWait`, want.longestWait, of('longestWait'));
    tell(`${queue} talkSum`, want.talkSum, of('talk'));
    tell(`${queue} holdSum`, want.holdSum, p.wait_answered_s ?? 0);
    tell(`${queue} answeredWithin20`, want.answeredWithin20, p.answered_sl ?? 0);
    tell(`${queue} abandonedWithin20`, want.abandonedWithin20, p.abandoned_sl ?? 0);
    tell(`${queue} ringNoAnswer`, want.ringNoAnswer, p.rings_missed ?? 0);
  }
  const seats = partsBy(records, o.zone, edges, ['seat']);
  for (const [name, want] of Object.entries(truth.agents)) {
    const seat = o.names.get(name) ?? '';
    const p = seats.get(seat) ?? {};
    const talking = open.filter((v) => v.seat === seat && v.state === 'talking').length;
    tell(`${name} answered`, want.answered - want.lostAtRestart, (p.taken ?? 0) + talking);
    tell(`${name} talkSeconds`, want.talkSeconds, p.talk_s ?? 0);
    tell(`${name} ringNoAnswer`, want.ringNoAnswer, p.rings_missed ?? 0);
  }
  const all = partsBy(records, o.zone, edges, []).get('') ?? {};
  tell('inboundCalls', truth.cdr?.inboundCalls, (all.calls_in ?? 0) + openCalls);
  tell('averageSpeedOfAnswer', truth.totals.averageSpeedOfAnswer, indicator(all, 'asa', [], 3));
  return out;
}

/** What an event may come after its bridge, per conversation. */
const EVENT_LATE_S = 0.1;

/**
 * Seconds of conversation per telephone against the channel log's seconds in a bridge.
 * @param gone seats that left the switch's configuration: what their telephones did later is no seat's
 */
export function bridgeFigures(records: FloorRecords, truth: Truth, gone: ReadonlySet<string>): Figure[] {
  return Object.entries(truth.celBridgeSecondsByExt ?? {}).map(([seat, want]) => {
    const talks = records.seat_segment.filter((s) => s.seat_no === seat && s.t_answer !== null);
    const moves = records.call_move.filter((m) => m.from_seat === seat || m.to_seat === seat);
    const explained = gone.has(seat)
      ? 'a reload took its last membership: what the telephone did later is no seat’s'
      : moves.some((m) => m.kind !== 'blind')
        ? 'in a conference or an attended transfer: the queue’s conversation ends before the bridge, and the truth keeps one bridge per channel'
        : undefined;
    return {
      kind: 'seconds in a bridge',
      name: `seat ${seat} in a bridge`,
      want,
      got: Math.round(talks.reduce((sum, s) => sum + (s.t_hangup - s.t_answer!), 0) / 100) / 10,
      within: Math.max(0.5, talks.length * EVENT_LATE_S),
      ...(explained ? { explained } : {}),
    };
  });
}
