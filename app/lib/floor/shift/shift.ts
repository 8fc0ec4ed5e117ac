import type { GapCause, GapRow, SeatLiveRow } from '#domain/floor/rows.ts';
import { SEAT_STATES, seatState, stateSince, type PauseReasons, type SeatState } from '#domain/floor/view.ts';
import type { Instant } from '#domain/time.ts';

/** What a seat did in a stretch, as it is recorded when the stretch is over. */
export interface StateStretch {
  readonly from: Instant;
  readonly to: Instant;
  readonly state: SeatState;
  readonly reason: string;
  readonly queue: string | null;
}

/** What a band shows: a state; a time in which the switch was not heard; a time of which nothing is recorded. */
export const BAND_STATES = [...SEAT_STATES, 'gap', 'unknown'] as const;
export type BandState = (typeof BAND_STATES)[number];

export interface Band {
  readonly from: Instant;
  readonly to: Instant;
  readonly state: BandState;
  readonly reason: string;
  readonly queue: string | null;
  /** Why nothing was heard, in a gap. */
  readonly why: GapCause | null;
}

/**
 * What a seat has been doing since its last record, from the row that says what it does: records are written when a stretch is
 * over, so the last one is still open. A wrap-up that has run out by itself gives two stretches.
 * @param writtenTo end of its last record, or of a later gap; null: none is known
 */
export function runningStretches(
  row: SeatLiveRow,
  writtenTo: Instant | null,
  now: Instant,
  reasons: PauseReasons,
): StateStretch[] {
  const began = stateSince(row, -Infinity);
  const from = Math.max(0, writtenTo ?? began);
  if (now <= from) return [];
  const piece = (a: Instant, b: Instant): StateStretch => {
    const state = seatState(row, a, reasons);
    const paused = state === 'break' || state === 'busy' || state === 'other';
    return { from: a, to: b, state, reason: paused ? row.reason : '', queue: row.queue };
  };
  const { wrapUntil } = row;
  if (wrapUntil === null || wrapUntil <= from || wrapUntil >= now) return [piece(from, now)];
  const [first, then] = [piece(from, wrapUntil), piece(wrapUntil, now)];
  return first.state === then.state ? [{ ...first, to: now }] : [first, then];
}

/**
 * The bands of a seat over [from, to), end to end: what is recorded is cut at both edges (at midnight), and the rest is a gap of the
 * switch or unknown. Their lengths always sum to the whole.
 */
export function dayBands(
  stretches: readonly StateStretch[],
  gaps: readonly GapRow[],
  from: Instant,
  to: Instant,
): Band[] {
  const out: Band[] = [];
  let reached = from;
  for (const s of [...stretches].sort((a, b) => a.from - b.from)) {
    const a = Math.max(s.from, reached);
    const b = Math.min(s.to, to);
    if (b <= a) continue;
    if (a > reached) out.push(...unrecorded(gaps, reached, a));
    out.push({ from: a, to: b, state: s.state, reason: s.reason, queue: s.queue, why: null });
    reached = b;
  }
  if (reached < to) out.push(...unrecorded(gaps, reached, to));
  return out;
}

/** A stretch without records: gaps of the switch where there were some, and unknown between them. */
function unrecorded(gaps: readonly GapRow[], from: Instant, to: Instant): Band[] {
  const out: Band[] = [];
  const band = (a: Instant, b: Instant, why: GapCause | null): void => {
    if (b > a) out.push({ from: a, to: b, state: why === null ? 'unknown' : 'gap', reason: '', queue: null, why });
  };
  let reached = from;
  for (const g of [...gaps].sort((a, b) => a.from - b.from)) {
    const a = Math.max(g.from, reached);
    const b = Math.min(g.to ?? to, to);
    if (b <= a) continue;
    band(reached, a, null);
    band(a, b, g.why);
    reached = b;
  }
  band(reached, to, null);
  return out;
}

export type BandTotals = Readonly<Record<BandState, number>>;

/** Milliseconds of each state; they sum to the whole that the bands cover. */
export function bandTotals(bands: readonly Band[]): BandTotals {
  const sum = Object.fromEntries(BAND_STATES.map((s) => [s, 0])) as Record<BandState, number>;
  for (const b of bands) sum[b.state] += b.to - b.from;
  return sum;
}

const AWAY: ReadonlySet<BandState> = new Set(['offline', 'gap', 'unknown']);

/** Signed in, milliseconds: what the report calls login time (I-21). */
export const loginMs = (totals: BandTotals): number =>
  BAND_STATES.reduce((sum, s) => (AWAY.has(s) ? sum : sum + totals[s]), 0);

/** From the first sign of work to the last; null on a day without any. */
export function shiftOf(bands: readonly Band[]): { from: Instant; to: Instant } | null {
  const at = bands.filter((b) => !AWAY.has(b.state));
  return at.length === 0 ? null : { from: at[0]!.from, to: at.at(-1)!.to };
}

/** The band at an instant; null outside. */
export const bandAt = (bands: readonly Band[], t: Instant): Band | null =>
  bands.find((b) => b.from <= t && t < b.to) ?? null;

/** One letter for each state in the strips of an overview. */
const LETTERS = 'oirtuwbyzg-';
const LETTER = new Map(BAND_STATES.map((s, i) => [s, LETTERS[i]!]));
const STATE_OF = new Map(BAND_STATES.map((s, i) => [LETTERS[i]!, s]));

/** The state that took most of [a, b), from band `i` on; of equals the later. */
function mostly(bands: readonly Band[], i: number, a: Instant, b: Instant): BandState {
  const first = bands[i];
  if (first && first.from <= a && first.to >= b) return first.state;
  const shares = new Map<BandState, number>();
  for (let j = i; j < bands.length && bands[j]!.from < b; j++) {
    const { state, from, to } = bands[j]!;
    shares.set(state, (shares.get(state) ?? 0) + Math.min(to, b) - Math.max(from, a));
  }
  let state: BandState = 'unknown';
  let most = 0;
  for (const [s, ms] of shares) if (ms >= most) [state, most] = [s, ms];
  return state;
}

/**
 * A seat's bands in slots of equal length, each with the state that took most of it; of equals the later. As runs: 'o480t3w1'.
 * @returns the runs; the last slot may be shorter than the others
 */
export function slotRuns(bands: readonly Band[], from: Instant, to: Instant, slotMs: number): string {
  let out = '';
  let last = '';
  let run = 0;
  let i = 0;
  for (let a = from; a < to; a += slotMs) {
    const b = Math.min(a + slotMs, to);
    while (i < bands.length && bands[i]!.to <= a) i++;
    const letter = LETTER.get(mostly(bands, i, a, b))!;
    if (letter === last) run++;
    else {
      if (run > 0) out += last + run;
      [last, run] = [letter, 1];
    }
  }
  return run > 0 ? out + last + run : out;
}

export interface SlotRun {
  readonly state: BandState;
  /** First slot, and the slot after the last. */
  readonly from: number;
  readonly to: number;
}

export function readRuns(text: string): SlotRun[] {
  const out: SlotRun[] = [];
  let at = 0;
  for (const [, letter, n] of text.matchAll(/([^\d])(\d+)/g)) {
    const to = at + Number(n);
    out.push({ state: STATE_OF.get(letter!) ?? 'unknown', from: at, to });
    at = to;
  }
  return out;
}

/** How many seats were in a state in each slot: who was on break together. */
export function together(seats: readonly (readonly SlotRun[])[], state: BandState, slots: number): number[] {
  const out = new Array<number>(slots).fill(0);
  for (const runs of seats)
    for (const r of runs)
      if (r.state === state) for (let i = r.from; i < Math.min(r.to, slots); i++) out[i] = out[i]! + 1;
  return out;
}

/** Distances of marks on a time axis, milliseconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240].map((m) => m * 60_000);

/** Marks of an axis at round times of the city, `room` of them at most. @param day first instant of the city day */
export function axisMarks(from: Instant, to: Instant, day: Instant, room: number): Instant[] {
  const step = STEPS.find((s) => (to - from) / s <= room) ?? STEPS.at(-1)!;
  const out: Instant[] = [];
  for (let t = day + Math.ceil((from - day) / step) * step; t <= to; t += step) out.push(t);
  return out;
}
