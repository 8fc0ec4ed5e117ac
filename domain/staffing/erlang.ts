/**
 * Queues of identical seats: Erlang C (callers wait for ever) and Erlang A (callers give up). Poisson arrivals, exponential
 * handling, first come first served. All functions are exact up to rounding and stable for up to SEATS_AT_MOST seats:
 * no factorial and no power is ever computed.
 */
export const SEATS_AT_MOST = 2000;

export interface Load {
  /** Callers a second. */
  readonly arrivalsPerS: number;
  /** Mean seconds that one call keeps a seat: ringing, talk and after-call work. */
  readonly handleS: number;
}

/** Offered traffic in erlangs: how many seats would be busy if there were enough of them. */
export const erlangs = ({ arrivalsPerS, handleS }: Load): number => arrivalsPerS * handleS;

/**
 * Erlang B: share of callers lost by `seats` seats without a queue.
 * @source the recurrence 1/B(c) = 1 + (c/a) · 1/B(c−1), B(0) = 1, in the form that neither over- nor underflows
 */
export function erlangB(seats: number, a: number): number {
  let b = 1;
  for (let c = 1; c <= seats; c++) b = (a * b) / (c + a * b);
  return b;
}

/** Erlang C: probability that a caller has to wait; 1 where the seats cannot keep up. */
export function erlangC(seats: number, a: number): number {
  if (a <= 0) return 0;
  return seats <= a ? 1 : waitProbability(erlangB(seats, a), seats, a);
}
const waitProbability = (b: number, seats: number, a: number): number => b / (1 - (a / seats) * (1 - b));

/** What a number of seats gives. Rates are shares of the offered calls, 0–1. */
export interface QueueFigures {
  /** Answered within the threshold, of all offered (mode `negative`). */
  readonly serviceLevel: number;
  /** Mean wait of all callers, s; null where the queue would grow without end. */
  readonly averageWaitS: number | null;
  /** Share of their time in which seats are busy, at most 1. */
  readonly occupancy: number;
  /** Share of the callers who give up; of Erlang C null, which knows no giving up. */
  readonly abandonRate: number | null;
}

const nobodyCalls: Omit<QueueFigures, 'abandonRate'> = { serviceLevel: 1, averageWaitS: 0, occupancy: 0 };

/** Erlang C: nobody gives up. @param withinS the service level's threshold */
export function erlangCFigures(seats: number, load: Load, withinS: number): QueueFigures {
  const a = erlangs(load);
  if (a <= 0) return { ...nobodyCalls, abandonRate: null };
  return figuresC(erlangC(seats, a), seats, a, load.handleS, withinS);
}

function figuresC(wait: number, seats: number, a: number, handleS: number, withinS: number): QueueFigures {
  if (seats <= a) return { serviceLevel: 0, averageWaitS: null, occupancy: 1, abandonRate: null };
  const drain = (seats - a) / handleS;
  return {
    serviceLevel: 1 - wait * Math.exp(-drain * withinS),
    averageWaitS: wait / drain,
    occupancy: a / seats,
    abandonRate: null,
  };
}

/** States may be as probable, relative to one another, as no number can tell: beyond this all are scaled down together. */
const TOO_LARGE = 1e200;

/**
 * Erlang A: each waiting caller gives up at the rate 1/patience.
 * With V the wait that an endlessly patient caller met with j others before him would have, e^(−V/patience) is Beta-distributed,
 * so the share answered in time is a sum of incomplete beta functions, taken along by their recurrence.
 * @param patienceS mean seconds that callers are ready to wait
 * @source Palm's model; state probabilities by birth and death, all relative to that of “all seats busy, nobody waits”
 */
export function erlangAFigures(seats: number, load: Load, patienceS: number, withinS: number): QueueFigures {
  const a = erlangs(load);
  if (a <= 0) return { ...nobodyCalls, abandonRate: 0 };
  const lambda = load.arrivalsPerS;
  const drain = seats / load.handleS;
  const theta = 1 / patienceS;
  const beta = drain / theta;
  const logU = -theta * withinS;
  const x = -Math.expm1(logU);
  let logTerm = Math.log(x) + (beta + 1) * logU + Math.log(beta + 1);
  // share of those met by j waiting callers who get their seat in time; 1 − (1−x)^b for the first
  let inTime = -Math.expm1((beta + 1) * logU);
  // probability of a free seat, relative to that of none
  let free = seats === 0 ? 0 : 1 / erlangB(seats, a) - 1;
  if (free > TOO_LARGE) return { serviceLevel: 1, averageWaitS: 0, occupancy: a / seats, abandonRate: 0 };
  let p = 1;
  let sum = free + p;
  let answeredInTime = free;
  let answered = free;
  let waiting = 0;
  for (let j = 0; ; j++) {
    const served = drain / (drain + (j + 1) * theta);
    answered += p * served;
    answeredInTime += p * served * Math.max(0, inTime);
    inTime -= Math.exp(logTerm);
    logTerm += Math.log((x * (j + 2 + beta)) / (j + 2));
    p *= lambda / (drain + (j + 1) * theta);
    sum += p;
    waiting += p * (j + 1);
    if (p < sum * 1e-17 && lambda < drain + (j + 1) * theta) break;
    if (sum < TOO_LARGE) continue;
    p /= TOO_LARGE;
    sum /= TOO_LARGE;
    free /= TOO_LARGE;
    answered /= TOO_LARGE;
    answeredInTime /= TOO_LARGE;
    waiting /= TOO_LARGE;
  }
  return {
    serviceLevel: Math.min(1, answeredInTime / sum),
    averageWaitS: waiting / sum / lambda,
    occupancy: seats === 0 ? 1 : Math.min(1, (a * (answered / sum)) / seats),
    abandonRate: Math.max(0, 1 - answered / sum),
  };
}

export interface Aim {
  /** Share of the calls to be answered within `withinS`, 0–1. */
  readonly goal: number;
  readonly withinS: number;
  /** Seats must not be busier than this, 0–1. */
  readonly maxOccupancy: number;
}

/**
 * The fewest seats by Erlang C that meet the aim and are not too busy; null: not with SEATS_AT_MOST.
 * One pass of the recurrence over all numbers of seats.
 */
export function seatsNeeded(load: Load, aim: Aim): number | null {
  const a = erlangs(load);
  if (a <= 0) return 0;
  let b = 1;
  for (let c = 1; c <= SEATS_AT_MOST; c++) {
    b = (a * b) / (c + a * b);
    if (c <= a || a / c > aim.maxOccupancy) continue;
    if (figuresC(waitProbability(b, c, a), c, a, load.handleS, aim.withinS).serviceLevel >= aim.goal) return c;
  }
  return null;
}

/** The same by Erlang A: those who give up count as not answered in time. By halving, because more seats never give less. */
export function seatsNeededA(load: Load, patienceS: number, aim: Aim): number | null {
  const meets = (c: number): boolean => {
    const f = erlangAFigures(c, load, patienceS, aim.withinS);
    return f.serviceLevel >= aim.goal && f.occupancy <= aim.maxOccupancy;
  };
  if (erlangs(load) <= 0) return 0;
  if (!meets(SEATS_AT_MOST)) return null;
  let [low, high] = [0, SEATS_AT_MOST];
  while (high - low > 1) {
    const c = (low + high) >> 1;
    if (meets(c)) high = c;
    else low = c;
  }
  return high;
}

/** People to be planned so that `seats` are at work: of those planned the share `shrinkage` is in breaks, training, ill. */
export const withShrinkage = (seats: number, shrinkage: number): number => Math.ceil(seats / (1 - shrinkage) - 1e-9);
