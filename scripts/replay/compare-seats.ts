import type { Fact, FactDraft } from '#domain/fact.ts';
import type { SeatLiveRow } from '#domain/floor/rows.ts';
import { normalState, type NormalState } from '#domain/floor/view.ts';
import { SECOND } from '#domain/time.ts';
import type { Truth, TruthSeat } from './truth.ts';

/** How far a seat's state may be off in time. */
export const TOLERANCE = SECOND;

export interface SeatComparison {
  readonly seatChecks: number;
  readonly seatMisses: readonly { seat: string; t: number; want: string; got: string }[];
  readonly ghosts: readonly { seat: string; t: number }[];
  /** Seats of the truth that we do not show at all. */
  readonly missing: readonly { seat: string; t: number }[];
}

const NORMAL: Record<TruthSeat, NormalState> = {
  unavailable: 'unavailable',
  ringing: 'ringing',
  incall: 'in-call',
  paused: 'paused',
  wrapup: 'wrap-up',
  idle: 'idle',
};

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

/** The state of every seat at every instant at which the switch was asked. */
export function compareSeats(
  facts: readonly (Fact | FactDraft)[],
  truth: Truth,
  skip: (t: number) => boolean,
): SeatComparison {
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
