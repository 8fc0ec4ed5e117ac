import type { Random } from '../random.ts';

/**
 * One possible course of the rest of an hour on the whole floor: callers come, are taken by the seats that serve their queue,
 * give up, and finish. Everything is memoryless, so nothing needs to be known of a call but that it goes on.
 */
export interface RunQueue {
  /** Callers a second, one for each segment of the plan. */
  readonly arrivalsPerS: readonly number[];
  /** Mean seconds that a call keeps its seat, ringing included. */
  readonly handleS: number;
  /** Mean seconds that callers are ready to wait. */
  readonly patienceS: number;
  /** Seconds that a telephone rings before it is answered: part of the wait. */
  readonly ringS: number;
  /** The service level's threshold, s. */
  readonly withinS: number;
  /** Callers of this hour whose end is decided, and those of them who were answered in time. */
  readonly decided: number;
  readonly inTime: number;
  /** Who waits now, oldest first. */
  readonly waiting: readonly { readonly ageS: number; readonly thisHour: boolean }[];
}

export interface RunSeat {
  /** Index of the queue, and the seat's penalty there: a lower one is rung first. */
  readonly serves: readonly { readonly queue: number; readonly penalty: number }[];
  /** Index of the queue whose call it has, an outbound call, or free. */
  readonly busyWith: number | 'outbound' | null;
}

export interface RunFloor {
  readonly queues: readonly RunQueue[];
  readonly seats: readonly RunSeat[];
  /** Mean seconds of an outbound call. */
  readonly outboundS: number;
  /** Seconds from now at which each segment of `arrivalsPerS` ends; the last is the end of the hour. */
  readonly segmentEndsS: readonly number[];
}

/** What one course made of one queue. */
export interface RunResult {
  readonly offered: number;
  readonly inTime: number;
  /** Service level of the decided callers at the end of each whole minute from now; null: nobody yet. */
  readonly course: readonly (number | null)[];
}

const LOOK_EVERY_S = 60;

interface Line {
  entered: number[];
  counted: boolean[];
  busy: number[];
  decided: number;
  inTime: number;
  /** Callers of this hour who have come. */
  offered: number;
  course: (number | null)[];
}

/**
 * Makes courses of one floor, each from the same state.
 * @returns runs one; `levels`: how many callers come in it, relative to what is expected, by queue
 */
export function floorRuns(floor: RunFloor): (levels: readonly number[], random: Random) => RunResult[] {
  const serving = servingOf(floor);
  return (levels, random) => new FloorRun(floor, serving, levels, random).run();
}

class FloorRun {
  readonly #floor: RunFloor;
  readonly #levels: readonly number[];
  readonly #random: Random;
  readonly #lines: Line[];
  readonly #free: boolean[];
  /** Free seats of each queue: where there are none nobody looks for one. */
  readonly #freeOf: number[];
  readonly #rates: Float64Array;
  #outbound: number[] = [];
  readonly #endS: number;
  /** Seats of each queue, lowest penalty first. */
  readonly #serving: readonly (readonly number[])[];
  #t = 0;

  constructor(floor: RunFloor, serving: readonly (readonly number[])[], levels: readonly number[], random: Random) {
    this.#floor = floor;
    this.#levels = levels;
    this.#random = random;
    this.#endS = floor.segmentEndsS.at(-1) ?? 0;
    this.#lines = floor.queues.map((q) => ({
      entered: q.waiting.map((w) => -w.ageS),
      counted: q.waiting.map((w) => w.thisHour),
      busy: [],
      decided: q.decided,
      inTime: q.inTime,
      offered: q.decided + q.waiting.filter((w) => w.thisHour).length,
      course: [],
    }));
    this.#free = floor.seats.map((s) => s.busyWith === null);
    floor.seats.forEach((s, i) => {
      if (s.busyWith === 'outbound') this.#outbound.push(i);
      else if (s.busyWith !== null) this.#lines[s.busyWith]!.busy.push(i);
    });
    this.#serving = serving;
    this.#rates = new Float64Array(3 * floor.queues.length + 1);
    this.#freeOf = serving.map((seats) => seats.filter((i) => this.#free[i]).length);
  }

  #setFree(seat: number, free: boolean): void {
    if (this.#free[seat] === free) return;
    this.#free[seat] = free;
    for (const { queue } of this.#floor.seats[seat]!.serves) this.#freeOf[queue]! += free ? 1 : -1;
  }

  run(): RunResult[] {
    // the last callers of the hour may still be answered in time after its end
    const stop = this.#endS + Math.max(0, ...this.#floor.queues.map((q) => q.withinS));
    this.#lines.forEach((_, q) => this.#offer(q));
    const edges = [...this.#floor.segmentEndsS];
    let segment = 0;
    let look = LOOK_EVERY_S;
    while (this.#t < stop) {
      const edge = Math.min(look, edges[segment] ?? stop, stop);
      const total = this.#rate(Math.min(segment, edges.length - 1));
      const dt = total > 0 ? -Math.log(1 - this.#random()) / total : Infinity;
      if (this.#t + dt >= edge) {
        // memoryless: what had not happened by then is drawn anew
        this.#t = edge;
        if (edge === edges[segment]) segment++;
        if (edge === look) {
          if (look <= this.#endS) this.#look();
          look += LOOK_EVERY_S;
        }
        continue;
      }
      this.#t += dt;
      this.#happen(this.#random() * total);
    }
    return this.#lines.map(({ offered, inTime, course }) => ({ offered, inTime, course }));
  }

  /**
   * Rates of the next event into `#rates`: for each queue an arrival, an end, a giving up; last, the end of an outbound call.
   * @returns their sum
   */
  #rate(segment: number): number {
    const rates = this.#rates;
    let total = 0;
    let at = 0;
    for (let i = 0; i < this.#lines.length; i++) {
      const q = this.#floor.queues[i]!;
      const line = this.#lines[i]!;
      total += rates[at++] = q.arrivalsPerS[segment]! * this.#levels[i]!;
      total += rates[at++] = line.busy.length / q.handleS;
      total += rates[at++] = line.entered.length / q.patienceS;
    }
    return total + (rates[at] = this.#outbound.length / this.#floor.outboundS);
  }

  /** @param x evenly drawn below the sum of the rates */
  #happen(x: number): void {
    const last = this.#rates.length - 1;
    let at = 0;
    while (at < last && (x -= this.#rates[at]!) > 0) at++;
    if (at === last) {
      if (this.#outbound.length > 0) this.#freed(this.#take(this.#outbound));
      return;
    }
    const q = Math.floor(at / 3);
    const line = this.#lines[q]!;
    if (at % 3 === 0) {
      const counted = this.#t < this.#endS;
      if (counted) line.offered++;
      line.entered.push(this.#t);
      line.counted.push(counted);
      this.#offer(q);
    } else if (at % 3 === 1) this.#freed(this.#take(line.busy));
    else this.#gaveUp(line);
  }

  #take(list: number[]): number {
    const i = Math.floor(this.#random() * list.length);
    const seat = list[i]!;
    list[i] = list[list.length - 1]!;
    list.pop();
    return seat;
  }

  #gaveUp(line: Line): void {
    const i = Math.floor(this.#random() * line.entered.length);
    if (line.counted[i]) line.decided++;
    line.entered.splice(i, 1);
    line.counted.splice(i, 1);
  }

  /** Gives free seats to the callers of a queue. */
  #offer(q: number): void {
    const line = this.#lines[q]!;
    while (line.entered.length > 0 && this.#freeOf[q]! > 0) {
      const seat = this.#serving[q]!.find((s) => this.#free[s]);
      if (seat === undefined) return;
      this.#answer(q, seat);
    }
  }

  /** A seat that has become free takes who waits longest of its queues. */
  #freed(seat: number): void {
    this.#setFree(seat, true);
    let best = -1;
    for (const { queue } of this.#floor.seats[seat]!.serves) {
      const first = this.#lines[queue]!.entered[0];
      if (first !== undefined && (best < 0 || first < this.#lines[best]!.entered[0]!)) best = queue;
    }
    if (best >= 0) this.#answer(best, seat);
  }

  #answer(q: number, seat: number): void {
    const line = this.#lines[q]!;
    const { ringS, withinS } = this.#floor.queues[q]!;
    const entered = line.entered.shift()!;
    if (line.counted.shift()) {
      line.decided++;
      if (this.#t - entered + ringS <= withinS) line.inTime++;
    }
    this.#setFree(seat, false);
    line.busy.push(seat);
  }

  /** Who waits longer than the threshold is decided, though not yet served. */
  #look(): void {
    this.#lines.forEach((line, q) => {
      const late = this.#t - this.#floor.queues[q]!.withinS;
      let decided = line.decided;
      for (let i = 0; i < line.entered.length && line.entered[i]! < late; i++) if (line.counted[i]) decided++;
      line.course.push(decided === 0 ? null : line.inTime / decided);
    });
  }
}

/** Seats in the order in which they are rung; of equal penalty those that serve fewest queues first, so that the others stay free. */
function servingOf(floor: RunFloor): number[][] {
  return floor.queues.map((_, q) =>
    floor.seats
      .map((s, i) => ({ i, penalty: s.serves.find((x) => x.queue === q)?.penalty, skills: s.serves.length }))
      .filter((s): s is typeof s & { penalty: number } => s.penalty !== undefined)
      .sort((a, b) => a.penalty - b.penalty || a.skills - b.skills || a.i - b.i)
      .map((s) => s.i),
  );
}
