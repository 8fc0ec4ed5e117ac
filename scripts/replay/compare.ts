import type { Fact, FactDraft } from '#domain/fact.ts';
import { foldFloor, TODAY } from '#domain/floor/fold.ts';
import { emptyRecords, RecordFold, type FloorRecords } from '#domain/floor/records.ts';
import type { FloorDayRow, GapRow, QueueDayRow, QueueRow, SeatDayRow, VisitRow } from '#domain/floor/rows.ts';
import { emptyQueueDay, emptySeatDay } from '#domain/floor/counters.ts';
import { Tables } from '#domain/tables.ts';
import { HOUR, SECOND } from '#domain/time.ts';
import { bridgeFigures, recordFigures } from './compare-records.ts';
import { sampleFigures } from './compare-samples.ts';
import { compareSeats, type SeatComparison } from './compare-seats.ts';
import { isEqual, type Figure } from './figure.ts';
import type { Truth, TruthAgent } from './truth.ts';

export interface Comparison extends SeatComparison {
  readonly figures: readonly Figure[];
  readonly differing: readonly Figure[];
  /** Figures that differ for a reason that lies in the truth's own making. */
  readonly explained: readonly Figure[];
}

/** A zone of whole hours in which a time span that begins at `from` does not cross midnight: the truth knows no days. */
export function quietZone(from: number): string {
  const hour = Math.floor(from / HOUR) % 24;
  const offset = 2 - hour; // local 02:00 at the beginning
  const shift = ((offset + 12 + 24) % 24) - 12;
  return shift === 0 ? 'Etc/GMT' : `Etc/GMT${shift > 0 ? '-' : '+'}${Math.abs(shift)}`;
}

/**
 * Folds facts as recorded and compares with the truth, figure by figure (compare-keys.ts says which).
 * @param skip instants (of the switch's clock) that are not compared
 * @param byEvents the truth with what the switch's events said otherwise than its log (held.ts)
 */
export function compare(
  facts: readonly (Fact | FactDraft)[],
  truth: Truth,
  skip: (t: number) => boolean = () => false,
  byEvents: Truth | null = null,
): Comparison {
  const zone = quietZone(truth.epochMs);
  const tables = new Tables();
  const names = new Map<string, string>();
  const records = emptyRecords();
  const recorded = new RecordFold({});
  const gone = new Set<string>();
  for (const f of facts) {
    // the day of whoever plays the recording; the recording's own begins with its facts
    if (f.kind === 'day.opened') continue;
    foldFloor(tables, f as Fact, zone);
    recorded.apply(f, records);
    if (f.kind === 'seat.described') names.set(f.body.name, f.subject);
    if (f.kind === 'seat.removed') gone.add(f.subject);
  }
  const ofVisits = (of: Truth): Figure[] => [
    ...queueFigures(tables, of),
    ...totals(tables, of),
    ...recordFigures(records, of, { zone, names, tables }),
  ];
  const said = new Set((byEvents === null ? [] : ofVisits(byEvents).filter(isEqual)).map((f) => f.name));
  const explained = 'the switch’s event tells another hold time than its log, a second having begun between them';
  const figures = [
    ...ofVisits(truth),
    ...agentFigures(tables, truth, names),
    ...configured(tables, truth),
    ...restarts(facts, tables, truth),
    ...endings(records, truth),
    ...logged(tables, facts, truth),
    ...bridgeFigures(records, truth, gone),
    ...sampleFigures(facts, truth, { zone, names, skip }),
  ].map((f) => (!isEqual(f) && said.has(f.name) ? { ...f, explained } : f));
  const unequal = figures.filter((f) => !isEqual(f));
  return {
    figures,
    differing: unequal.filter((f) => f.explained === undefined),
    explained: unequal.filter((f) => f.explained !== undefined),
    ...compareSeats(facts, truth, skip),
  };
}

function queueFigures(tables: Tables, truth: Truth): Figure[] {
  const out: Figure[] = [];
  const visits = [...tables.all<VisitRow>('visit').values()];
  for (const [queue, want] of Object.entries(truth.queues)) {
    const d = tables.get<QueueDayRow>('queueDay', queue) ?? emptyQueueDay('');
    const rate = (part: number, whole: number): number | null => (whole ? +(part / whole).toFixed(4) : null);
    // the counters do not tell an empty queue from an exit by key: the records of the visits do
    const got: Record<string, [want: unknown, got: unknown]> = {
      offered: [want.offered, d.offered],
      answered: [want.answered, d.answered],
      abandoned: [want.abandoned, d.abandoned],
      timedOut: [want.timedOut ?? 0, d.timedOut],
      'exitKey+exitEmpty+agentDump': [(want.exitKey ?? 0) + (want.exitEmpty ?? 0) + (want.agentDump ?? 0), d.left],
      completedByCaller: [want.completedByCaller, d.completedByCaller],
      completedByAgent: [want.completedByAgent, d.completedByAgent],
      blindTransferred: [want.blindTransferred, d.blindTransferred],
      attendedTransferred: [want.attendedTransferred, d.attendedTransferred],
      waitingLostAtRestart: [want.waitingLostAtRestart, d.lost],
      talkingLostAtRestart: [want.talkingLostAtRestart, d.talkingLost],
      unknown: [0, d.unknown],
      talkingUnknown: [0, d.talkingUnknown],
      ringNoAnswer: [want.ringNoAnswer, d.missed],
      holdSum: [want.holdSum, d.waitAnsweredS],
      answeredWithin20: [want.answeredWithin20, d.answered20],
      abandonedWithin20: [want.abandonedWithin20, d.abandoned20],
      longestWaitAnswered: [want.longestWaitAnswered, d.longestAnsweredS],
      longestWaitAbandoned: [want.longestWaitAbandoned, d.longestAbandonedS],
      longestWaitTimedOut: [want.longestWaitTimedOut, d.longestOtherS],
      longestWait: [want.longestWait, Math.max(d.longestAnsweredS, d.longestAbandonedS, d.longestOtherS)],
      maxWaiting: [want.maxWaiting, d.maxWaiting],
      talkSum: [want.talkSum, d.talkS],
      stillWaitingAtEnd: [
        want.stillWaitingAtEnd,
        visits.filter((v) => v.queue === queue && v.state === 'waiting').length,
      ],
      stillTalkingAtEnd: [
        want.stillTalkingAtEnd,
        visits.filter((v) => v.queue === queue && v.state === 'talking').length,
      ],
      averageSpeedOfAnswer: [want.averageSpeedOfAnswer, d.answered ? +(d.waitAnsweredS / d.answered).toFixed(3) : null],
      serviceLevel20_overAnswered: [want.serviceLevel20_overAnswered, rate(d.answered20, d.answered)],
      serviceLevel20_overOffered: [want.serviceLevel20_overOffered, rate(d.answered20, d.offered)],
    };
    for (const [name, [w, g]] of Object.entries(got))
      out.push({ kind: 'queues', name: `queue ${queue} ${name}`, want: w, got: g });
  }
  return out;
}

const sorted = (o: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1)));

function agentFigures(tables: Tables, truth: Truth, names: ReadonlyMap<string, string>): Figure[] {
  const out: Figure[] = [];
  for (const [name, want] of Object.entries(truth.agents)) {
    const d = tables.get<SeatDayRow>('seatDay', names.get(name) ?? '') ?? emptySeatDay('');
    const reasons = Object.fromEntries(Object.entries(d.pauseReasons).map(([k, n]) => [k === '' ? '(none)' : k, n]));
    const got: { readonly [K in keyof TruthAgent]: unknown } = {
      answered: d.answered,
      talkSeconds: d.talkS,
      ringNoAnswer: d.missed,
      byQueue: sorted(d.byQueue),
      completedByCaller: d.completedByCaller,
      completedByAgent: d.completedByAgent,
      transferred: d.transferred,
      lostAtRestart: d.lost,
      pauseEvents: d.pauses,
      unpauseEvents: d.resumes,
      pausedSeconds: d.pausedS,
      pauseReasons: sorted(reasons),
      logins: d.signIns,
      logouts: d.signOuts,
    };
    for (const key of Object.keys(got) as (keyof TruthAgent)[]) {
      const w = want[key];
      out.push({
        kind: 'seats',
        name: `agent ${name} ${key}`,
        want: typeof w === 'object' ? sorted(w) : w,
        got: got[key],
      });
    }
  }
  return out;
}

const daysOf = (tables: Tables): QueueDayRow[] => [...tables.all<QueueDayRow>('queueDay').values()];
const seatDays = (tables: Tables): SeatDayRow[] => [...tables.all<SeatDayRow>('seatDay').values()];
const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((n, r) => n + of(r), 0);

function totals(tables: Tables, truth: Truth): Figure[] {
  const day = tables.get<FloorDayRow>('floorDay', TODAY);
  const queues = daysOf(tables);
  const answered = sum(queues, (d) => d.answered);
  const got: Record<string, number | null> = {
    offered: sum(queues, (d) => d.offered),
    answered,
    abandoned: sum(queues, (d) => d.abandoned),
    timedOut: sum(queues, (d) => d.timedOut),
    waitingLostAtRestart: sum(queues, (d) => d.lost),
    talkingLostAtRestart: sum(queues, (d) => d.talkingLost),
    holdSum: sum(queues, (d) => d.waitAnsweredS),
    answeredWithin20: sum(queues, (d) => d.answered20),
    talkSum: sum(queues, (d) => d.talkS),
    maxWaitingAllQueues: day?.maxWaiting ?? 0,
    averageSpeedOfAnswer: answered === 0 ? null : +(sum(queues, (d) => d.waitAnsweredS) / answered).toFixed(3),
  };
  // the day's counters do not tell an empty queue from an exit by key; each queue compares the sum of both
  const out: Figure[] = Object.entries(truth.totals)
    .filter(([key]) => key !== 'exitEmpty')
    .map(([key, want]) => ({ kind: 'totals', name: `total ${key}`, want, got: got[key] }));
  if (truth.cdr?.inboundCalls !== undefined)
    out.push({ kind: 'totals', name: 'total inboundCalls', want: truth.cdr.inboundCalls, got: day?.inbound ?? 0 });
  return out;
}

/** What the configuration says of a queue and the switch tells of it; keys that stand in the queue's own section. */
function configured(tables: Tables, truth: Truth): Figure[] {
  const out: Figure[] = [];
  for (const queue of Object.keys(truth.queues)) {
    const conf = truth.config?.queues?.[queue] ?? {};
    const row = tables.get<QueueRow>('queue', queue);
    const got: Record<string, unknown> = {
      strategy: row?.strategy,
      wrapuptime: row?.wrapUpS,
      servicelevel: row?.serviceLevelS,
      weight: row?.weight,
      maxlen: row?.maxWaiting,
    };
    for (const key of Object.keys(got).filter((k) => conf[k] !== undefined)) {
      const want = key === 'strategy' ? conf[key] : Number(conf[key]);
      out.push({ kind: 'queue configuration', name: `queue ${queue} ${key}`, want, got: got[key] });
    }
  }
  return out;
}

/** The switch's restarts: each is told as one, and lies in a period that is marked as not heard. */
function restarts(facts: readonly (Fact | FactDraft)[], tables: Tables, truth: Truth): Figure[] {
  const told = truth.disturbances?.queueLogRestartMs;
  if (!told) return [];
  const gaps = [...tables.all<GapRow>('gap').values()];
  // the log says whole seconds, and its first line is written before the switch lets anybody in
  const near = (t: number): boolean =>
    gaps.some((g) => t >= g.from - 2 * SECOND && t <= (g.to ?? Infinity) + 2 * SECOND);
  return [
    {
      kind: 'restarts',
      name: 'restarts of the switch',
      want: told.length,
      got: facts.filter((f) => f.kind === 'floor.restarted').length,
    },
    // without a connection (a recording folded as it is) nobody was away
    ...(facts.some((f) => f.kind === 'floor.linked') ? told : []).map((ms) => ({
      kind: 'restarts',
      name: `restart at ${(ms / 1000).toFixed(1)} s lies in a marked gap`,
      want: true,
      got: near(truth.epochMs + ms),
    })),
  ];
}

/** Inbound calls by what their record of the switch says where they went, where that is one word. */
function endings(records: FloorRecords, truth: Truth): Figure[] {
  const by = truth.cdr?.byUserfield;
  if (!by) return [];
  const calls = records.call.filter((c) => c.direction === 'in');
  const chose = new Set(
    records.ivr_step.filter((s) => s.point === 'voicemail' && s.queue === null).map((s) => s.call_id),
  );
  const got: Record<string, number> = {
    blacklist: calls.filter((c) => c.ended_in === 'blacklisted').length,
    voicemail: calls.filter((c) => chose.has(c.call_id)).length,
    '(ivr only)': calls.filter((c) => c.ended_in === 'ivr' || c.ended_in === 'setup').length,
  };
  return Object.keys(got).map((key) => ({
    kind: 'calls by where they ended',
    name: `inbound calls ${key}`,
    want: by[key] ?? 0,
    got: got[key],
  }));
}

/** Lines of the queue log by kind, as far as the manager interface tells them. */
function logged(tables: Tables, facts: readonly (Fact | FactDraft)[], truth: Truth): Figure[] {
  const log = truth.queueLogHistogram;
  if (!log) return [];
  const queues = daysOf(tables);
  const seats = seatDays(tables);
  const got: Record<string, number> = {
    QUEUESTART: 1 + facts.filter((f) => f.kind === 'floor.restarted').length,
    ENTERQUEUE: sum(queues, (d) => d.offered),
    CONNECT: sum(queues, (d) => d.answered),
    ABANDON: sum(queues, (d) => d.abandoned),
    EXITWITHTIMEOUT: sum(queues, (d) => d.timedOut),
    COMPLETECALLER: sum(queues, (d) => d.completedByCaller),
    COMPLETEAGENT: sum(queues, (d) => d.completedByAgent),
    BLINDTRANSFER: sum(queues, (d) => d.blindTransferred),
    ATTENDEDTRANSFER: sum(queues, (d) => d.attendedTransferred),
    RINGNOANSWER: sum(queues, (d) => d.missed),
    PAUSE: sum(seats, (d) => d.pauses),
    UNPAUSE: sum(seats, (d) => d.resumes),
    ADDMEMBER: sum(seats, (d) => d.signIns),
    REMOVEMEMBER: sum(seats, (d) => d.signOuts),
  };
  return Object.keys(got).map((key) => ({
    kind: 'events of the queue log',
    name: `queue log ${key}`,
    want: log[key] ?? 0,
    got: got[key],
  }));
}
