import type { Random } from '../random.ts';

/**
 * A hotline's queue simulated call by call, by other code and other laws than the forecast's: the load of a day and of each half-hour
 * strays from the usual, talks are log-normal, patience begins after some seconds, absent seats come by chance.
 */
export interface Caller {
  at: number;
  waitS: number | null;
  answeredAt: number | null;
  leftAt: number;
}
/** Seconds of a half-hour. */
export const HALF = 1800;
export const RING_S = 4;
/** Callers in each half-hour from 8 to 20 o'clock of the usual weekday. */
export const USUAL = [30, 44, 58, 66, 70, 68, 62, 52, 40, 36, 44, 56, 64, 66, 62, 58, 52, 46, 40, 34, 30, 26, 24, 22];

export const normal = (r: Random): number => Math.sqrt(-2 * Math.log(1 - r())) * Math.cos(2 * Math.PI * r());
export const exp = (r: Random, mean: number): number => -Math.log(1 - r()) * mean;

export interface Day {
  callers: Caller[];
  /** Callers a second that the day really had, and seats at work, by half-hour. */
  rates: number[];
  seats: number[];
}

export function simulateDay(r: Random, seatsOf: (half: number) => number): Day {
  const mood = Math.exp(0.1 * normal(r));
  let drift = 0;
  const rates = USUAL.map((n) => {
    drift = 0.6 * drift + 0.07 * normal(r);
    return (n * mood * Math.exp(drift)) / HALF;
  });
  const seats = USUAL.map((_, i) => Math.max(1, seatsOf(i)));
  const callers: Caller[] = [];
  rates.forEach((rate, i) => {
    for (let t = i * HALF + exp(r, 1 / rate); t < (i + 1) * HALF; t += exp(r, 1 / rate))
      callers.push({ at: t, waitS: null, answeredAt: null, leftAt: Infinity });
  });
  serve(r, callers, seats);
  return { callers, rates, seats };
}

/** How long seats are kept and callers wait, seconds. */
export interface Law {
  readonly handle: (r: Random) => number;
  readonly patience: (r: Random) => number;
  readonly ringS: number;
}
const REAL: Law = {
  handle: (r) => Math.min(1500, Math.max(12, 150 * Math.exp(0.65 * normal(r) - 0.65 ** 2 / 2))) + 15,
  patience: (r) => 4 + exp(r, 95),
  ringS: RING_S,
};

/** First come first served; a seat that leaves ends its call first. Writes into the callers what becomes of them. */
export function serve(r: Random, callers: readonly Caller[], seats: readonly number[], law: Law = REAL): void {
  const busyUntil: number[] = [];
  const queue: { c: Caller; patientUntil: number }[] = [];
  let next = 0;
  const seatsAt = (t: number): number => seats[Math.min(seats.length - 1, Math.floor(t / HALF))]!;
  const end = seats.length * HALF + 3600;
  for (let t = 0; t < end;) {
    const arrival = callers[next]?.at ?? Infinity;
    const done = busyUntil.length > 0 ? Math.min(...busyUntil) : Infinity;
    const gone = queue.reduce((m, w) => Math.min(m, w.patientUntil), Infinity);
    // more seats may come at the half-hour
    const edge = (Math.floor(t / HALF) + 1) * HALF;
    t = Math.min(arrival, done, gone, edge);
    if (t === arrival) queue.push({ c: callers[next]!, patientUntil: callers[next++]!.at + law.patience(r) });
    else if (t === done) busyUntil.splice(busyUntil.indexOf(done), 1);
    else if (t === gone) {
      const i = queue.findIndex((w) => w.patientUntil === gone);
      const [w] = queue.splice(i, 1);
      w!.c.leftAt = t;
      w!.c.waitS = t - w!.c.at;
    }
    while (queue.length > 0 && busyUntil.length < seatsAt(t)) {
      const { c } = queue.shift()!;
      c.answeredAt = c.leftAt = t + law.ringS;
      c.waitS = c.answeredAt - c.at;
      busyUntil.push(t + law.ringS + law.handle(r));
    }
  }
}
