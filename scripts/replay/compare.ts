import type { Fact, FactDraft } from '#domain/fact.ts';
import { foldFloor, TODAY } from '#domain/floor/fold.ts';
import type { FloorDayRow, QueueDayRow, SeatDayRow, SeatLiveRow, VisitRow } from '#domain/floor/rows.ts';
import { normalState, type NormalState } from '#domain/floor/view.ts';
import { emptyQueueDay, emptySeatDay } from '#domain/floor/counters.ts';
import { Tables } from '#domain/tables.ts';
import { HOUR, SECOND } from '#domain/time.ts';
import type { Truth, TruthAgent, TruthSeat } from './truth.ts';

export interface Figure {
  readonly name: string;
  readonly want: unknown;
  readonly got: unknown;
}

export interface Comparison {
  readonly figures: readonly Figure[];
  readonly differing: readonly Figure[];
  readonly seatChecks: number;
  readonly seatMisses: readonly { seat: string; t: number; want: string; got: string }[];
  readonly ghosts: readonly { seat: string; t: number }[];
  /** Seats of the truth that we do not show at all. */
  readonly missing: readonly { seat: string; t: number }[];
}

/** How far a seat's state may be off in time. */
const TOLERANCE = SECOND;

const NORMAL: Record<TruthSeat, NormalState> = {
  unavailable: 'unavailable',
  ringing: 'ringing',
  incall: 'in-call',
  paused: 'paused',
  wrapup: 'wrap-up',
  idle: 'idle',
};

/** A zone of whole hours in which a time span that begins at `from` does not cross midnight: the truth knows no days. */
export function quietZone(from: number): string {
  const hour = Math.floor(from / HOUR) % 24;
  const offset = 2 - hour; // local 02:00 at the beginning
  const shift = ((offset + 12 + 24) % 24) - 12;
  return shift === 0 ? 'Etc/GMT' : `Etc/GMT${shift > 0 ? '-' : '+'}${Math.abs(shift)}`;
}

/** Folds facts as recorded and compares with the truth. `skip`: instants (of the switch's clock) that are not compared. */
export function compare(
  facts: readonly (Fact | FactDraft)[],
  truth: Truth,
  skip: (t: number) => boolean = () => false,
): Comparison {
  const zone = quietZone(truth.epochMs);
  const tables = new Tables();
  const names = new Map<string, string>();
  for (const f of facts) {
    foldFloor(tables, f as Fact, zone);
    if (f.kind === 'seat.described') names.set(f.body.name, f.subject);
  }
  const figures = [...queueFigures(tables, truth), ...agentFigures(tables, truth, names), ...totals(tables, truth)];
  const differing = figures.filter((f) => JSON.stringify(f.want) !== JSON.stringify(f.got));
  return { figures, differing, ...compareSeats(facts, truth, skip) };
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
    for (const [name, [w, g]] of Object.entries(got)) out.push({ name: `queue ${queue} ${name}`, want: w, got: g });
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
      out.push({ name: `agent ${name} ${key}`, want: typeof w === 'object' ? sorted(w) : w, got: got[key] });
    }
  }
  return out;
}

function totals(tables: Tables, truth: Truth): Figure[] {
  const day = tables.get<FloorDayRow>('floorDay', TODAY);
  const out: Figure[] = [
    { name: 'total maxWaitingAllQueues', want: truth.totals.maxWaitingAllQueues, got: day?.maxWaiting ?? 0 },
  ];
  if (truth.cdr?.inboundCalls !== undefined)
    out.push({ name: 'total inboundCalls', want: truth.cdr.inboundCalls, got: day?.inbound ?? 0 });
  return out;
}

// ── seats ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Step {
  readonly at: number;
  /** null: the seat is not shown. */
  readonly row: SeatLiveRow | null;
}

function timelines(facts: readonly (Fact | FactDraft)[]): Map<string, Step[]> {
  const out = new Map<string, Step[]>();
  for (const f of facts) {
    if (f.kind !== 'seat.changed' && f.kind !== 'seat.removed') continue;
    let steps = out.get(f.subject);
    if (!steps) out.set(f.subject, (steps = []));
    steps.push({ at: f.at, row: f.kind === 'seat.changed' ? f.body : null });
  }
  return out;
}

/** The states a seat shows somewhere in [from, to]; 'absent' where it is not shown. */
export function statesWithin(steps: readonly Step[], from: number, to: number): Set<string> {
  const seen = new Set<string>();
  let row: SeatLiveRow | null = null;
  const look = (t: number): void => void seen.add(row === null ? 'absent' : normalState(row, t));
  let i = 0;
  for (; i < steps.length && steps[i]!.at <= from; i++) row = steps[i]!.row;
  for (let t = from; ; i++) {
    const until = Math.min(to, steps[i]?.at ?? Infinity);
    look(t);
    if (row !== null) {
      const wrapEnd: number | null = (row as SeatLiveRow).wrapUntil;
      if (wrapEnd !== null && wrapEnd > t && wrapEnd <= until) look(wrapEnd);
    }
    if (i >= steps.length || steps[i]!.at > to) return seen;
    row = steps[i]!.row;
    t = Math.max(t, steps[i]!.at);
  }
}

function compareSeats(
  facts: readonly (Fact | FactDraft)[],
  truth: Truth,
  skip: (t: number) => boolean,
): Pick<Comparison, 'seatChecks' | 'seatMisses' | 'ghosts' | 'missing'> {
  const lines = timelines(facts);
  const seatMisses: { seat: string; t: number; want: string; got: string }[] = [];
  const ghosts: { seat: string; t: number }[] = [];
  const missing: { seat: string; t: number }[] = [];
  let seatChecks = 0;
  for (const s of truth.samples) {
    if (s.down || !s.seats || skip(truth.epochMs + s.t)) continue;
    const from = truth.epochMs + s.t - TOLERANCE;
    const to = truth.epochMs + s.t1 + TOLERANCE;
    for (const [seat, want] of Object.entries(s.seats)) {
      seatChecks++;
      const seen = statesWithin(lines.get(seat) ?? [], from, to);
      if (seen.has(NORMAL[want])) continue;
      seatMisses.push({ seat, t: s.t, want, got: [...seen].join('/') });
      if (seen.size === 1 && seen.has('absent')) missing.push({ seat, t: s.t });
    }
    for (const [seat, steps] of lines) {
      if (s.seats[seat] !== undefined) continue;
      const seen = statesWithin(steps, from, to);
      // signed out is shown as such and is no ghost
      if (!seen.has('absent') && !seen.has('offline')) ghosts.push({ seat, t: s.t });
    }
  }
  return { seatChecks, seatMisses, ghosts, missing };
}
