import { MINUTE, SECOND, type Instant } from '#domain/time.ts';
import { Draws } from './draws.ts';
import type { ModelCall, ModelEvent, ModelSeat } from './floor-events.ts';
import { CALLS_PER_DAY, QUEUES, seats, type DayShape } from './floor-plan.ts';
import { Habits } from './floor-habits.ts';
import { Heap } from './heap.ts';

type Task = { readonly at: Instant; readonly seq: number; readonly run: () => void };

const PAUSES: readonly { reason: string; weight: number; minM: number; maxM: number }[] = [
  { reason: '小休', weight: 5, minM: 4, maxM: 12 },
  { reason: '案头', weight: 4, minM: 1.5, maxM: 5 },
  { reason: '', weight: 1.5, minM: 0.5, maxM: 2 },
  { reason: '培训', weight: 0.4, minM: 15, maxM: 40 },
];
const RING_TIMEOUT_MS = 15 * SECOND;
/** A seat that a supervisor set busy and forgot: the demo's floor must not empty. */
const FORCED_PAUSE_MS = 30 * MINUTE;

/** Shares of the callers who hang up in the main menu, and who get along without an agent. */
const GIVES_UP = 0.013;
const SERVES_HIMSELF = 0.065;
/** The unattended services, by their key. */
const SERVICES = [
  { point: 'self-query', key: '3', weight: 45 },
  { point: 'self-policy', key: '4', weight: 30 },
  { point: 'self-mayor-mail', key: '1', weight: 12 },
  { point: 'self-complaint', key: '2', weight: 8 },
  { point: 'self-poll', key: '5', weight: 5 },
] as const;

/**
 * The demo's telephone floor as a discrete-event model: callers, voice menu, queues with patience, seats with breaks.
 * Pure and seeded. The live simulator tells its events in Asterisk's words; the history loader writes them as records.
 */
export class FloorModel {
  readonly seats: readonly ModelSeat[];
  /** Queue → callers who wait, in order. */
  readonly waiting = new Map<string, ModelCall[]>(QUEUES.map((q) => [q.id, []]));
  readonly #draws: Draws;
  readonly #habits: Habits;
  readonly #shape: DayShape;
  readonly #tasks = new Heap<Task>((a, b) => a.at - b.at || a.seq - b.seq);
  readonly #tell: (event: ModelEvent) => void;
  readonly #wrapUpS = new Map(QUEUES.map((q) => [q.id, q.wrapUpS]));
  /** Multiplies the calls of one queue until an instant: a surge on demand. */
  #surge: { queue: string; factor: number; until: Instant } | null = null;
  readonly #priority = new WeakMap<ModelCall, number>();
  readonly #endDial = new WeakMap<ModelCall, () => void>();
  #now: Instant;
  #seq = 0;
  #callNo: number;

  /**
   * @param o.tell hears each event when it happens: calls and seats are the model's own and change with the next one
   * @param o.firstNo number before the first call's; calls of two models of one seed in one second are told apart by it
   */
  constructor(o: {
    seed: number;
    start: Instant;
    shape: DayShape;
    tell: (event: ModelEvent) => void;
    firstNo?: number;
  }) {
    this.#tell = o.tell;
    this.#callNo = o.firstNo ?? 0;
    this.#draws = new Draws(o.seed);
    this.#habits = new Habits(o.seed);
    this.#shape = o.shape;
    this.#now = o.start;
    this.seats = seats().map((plan) => ({
      plan,
      state: 'off',
      paused: null,
      pausedAt: null,
      since: o.start,
      wrapUntil: 0,
      lastCall: 0,
      callsTaken: 0,
      call: null,
      signedInAt: 0,
    }));
    this.#staff();
    this.#nextArrival();
    this.#nextFollowUp();
  }

  get now(): Instant {
    return this.#now;
  }
  /** When the next thing happens; Infinity never occurs, because callers always come. */
  get nextAt(): Instant {
    return this.#tasks.peek()?.at ?? Number.POSITIVE_INFINITY;
  }

  surge(queue: string, factor: number, forMs: number): void {
    this.#surge = { queue, factor, until: this.#now + forMs };
  }

  /** Runs up to and including an instant. */
  advance(to: Instant): void {
    for (let task = this.#tasks.peek(); task && task.at <= to; task = this.#tasks.peek()) {
      this.#tasks.pop();
      this.#now = task.at;
      task.run();
    }
    this.#now = Math.max(this.#now, to);
  }

  /** Has something that is not the model's own happen in its time. */
  schedule(ms: number, run: () => void): void {
    this.#after(ms, run);
  }

  #after(ms: number, run: () => void): void {
    this.#tasks.push({ at: Math.round(this.#now + ms), seq: this.#seq++, run });
  }
  #say(event: ModelEvent extends infer E ? (E extends ModelEvent ? Omit<E, 't'> : never) : never): void {
    this.#tell({ t: this.#now, ...event } as ModelEvent);
  }
  // ── callers ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #nextArrival(): void {
    const surge = this.#surge && this.#now < this.#surge.until ? this.#surge : null;
    const share = surge ? QUEUES.find((q) => q.id === surge.queue)!.share : 0;
    const factor = surge ? 1 + share * (surge.factor - 1) : 1;
    const perMs = (CALLS_PER_DAY / 86_400_000) * this.#shape.load(this.#now) * factor;
    this.#after(Math.max(1, this.#draws.exp(1 / perMs)), () => {
      this.#arrive(this.#habits.withholds() ? '' : this.#number());
      this.#nextArrival();
    });
  }

  #number(): string {
    // 13x and 18x with a block of zeros that no operator hands out: nobody's number
    const prefix = ['130', '135', '138', '139', '150', '158', '180', '186', '189'][Math.floor(this.#draws.next() * 9)]!;
    return `${prefix}0000${String(Math.floor(this.#draws.next() * 10_000)).padStart(4, '0')}`;
  }

  #newCall(caller: string): ModelCall {
    return {
      no: ++this.#callNo,
      caller,
      trunk: `trunk-${1 + Math.floor(this.#draws.next() * 4)}`,
      arrivedAt: this.#now,
      queue: '',
      joinedAt: 0,
      answeredAt: null,
      ringAt: null,
      seat: null,
      patienceUntil: 0,
      holds: 0,
      heldAt: null,
      holdMs: 0,
      visits: 0,
      over: false,
    };
  }

  #arrive(number: string): void {
    const call = this.#newCall(number);
    this.#say({ kind: 'arrived', call });
    this.#after(this.#draws.between(2, 4) * SECOND, () => {
      const surge = this.#surge && this.#now < this.#surge.until ? this.#surge : null;
      const queue = this.#draws.pick(
        QUEUES.map((q) => ({ id: q.id, weight: q.share * (surge?.queue === q.id ? surge.factor : 1) })),
      ).id;
      this.#menu(call, 'welcome', '');
      const way = this.#draws.next();
      if (way < GIVES_UP) this.#after(this.#draws.between(2, 20) * SECOND, () => this.#endInMenu(call));
      else if (way < GIVES_UP + SERVES_HIMSELF)
        this.#after(this.#draws.between(4, 9) * SECOND, () => this.#serveHimself(call));
      else
        this.#after(this.#draws.between(4, 9) * SECOND, () => {
          const key = String(1 + QUEUES.findIndex((q) => q.id === queue));
          if (this.#allBusy(queue)) this.#chooseWhenBusy(call, queue, key);
          else this.#toQueue(call, queue, key);
        });
    });
  }

  #menu(call: ModelCall, point: string, key: string, queue = ''): void {
    this.#say({ kind: 'menu', call, point, key, queue });
  }

  #toQueue(call: ModelCall, queue: string, key: string): void {
    this.#menu(call, 'queue', key, queue);
    this.#join(call, queue);
  }

  /** Nobody who serves the queue could take a call now, and somebody waits already. */
  #allBusy(queue: string): boolean {
    return this.waiting.get(queue)!.length > 0 && !this.seats.some((s) => queue in s.plan.queues && this.#canTake(s));
  }

  /** “All seats are busy”: most wait on, some hang up. */
  #chooseWhenBusy(call: ModelCall, queue: string, key: string): void {
    this.#menu(call, 'queue-busy', key, queue);
    const waits = this.#draws.next() < 0.88;
    this.#after(this.#draws.between(3, 7) * SECOND, () =>
      waits ? this.#toQueue(call, queue, '1') : this.#endInMenu(call),
    );
  }

  #serveHimself(call: ModelCall): void {
    this.#menu(call, 'self-service', '7');
    this.#after(this.#draws.between(4, 10) * SECOND, () => {
      if (this.#draws.next() < 0.1) return this.#endInMenu(call);
      const { point, key } = this.#draws.pick(SERVICES);
      this.#menu(call, point, key);
      this.#after(this.#draws.between(12, 75) * SECOND, () => this.#endInMenu(call));
    });
  }

  #endInMenu(call: ModelCall): void {
    call.over = true;
    this.#say({ kind: 'menuEnded', call });
  }

  #join(call: ModelCall, queue: string): void {
    call.queue = queue;
    call.joinedAt = this.#now;
    call.answeredAt = call.ringAt = call.seat = null;
    call.visits++;
    call.patienceUntil = Math.round(this.#now + 4 * SECOND + this.#draws.exp(95 * SECOND));
    this.waiting.get(queue)!.push(call);
    this.#say({ kind: 'joined', call });
    this.#after(call.patienceUntil - this.#now, () => this.#giveUp(call));
    this.#offer(queue);
  }

  #giveUp(call: ModelCall): void {
    if (call.over || call.answeredAt !== null || this.#now < call.patienceUntil) return;
    const list = this.waiting.get(call.queue)!;
    const i = list.indexOf(call);
    if (i < 0) return;
    // half of those who hear it ring stay
    if (call.seat && this.#draws.next() < 0.5) {
      call.patienceUntil = this.#now + 20 * SECOND;
      this.#after(20 * SECOND, () => this.#giveUp(call));
      return;
    }
    list.splice(i, 1);
    const seat = call.seat;
    const messageS = seat ? null : this.#habits.messageS(call.caller);
    if (messageS !== null) return this.#leaveMessage(call, messageS);
    call.over = true;
    if (seat) {
      this.#say({ kind: 'ringStopped', call, seat });
      this.#free(seat, false);
    }
    this.#say({ kind: 'abandoned', call });
    const again = this.#habits.gaveUp(call.caller);
    if (again !== null) this.#after(again, () => this.#arrive(call.caller));
    if (seat) this.#offerSeat(seat);
  }

  /** Presses the key for the voice box, and hangs up when he has spoken. */
  #leaveMessage(call: ModelCall, spokenS: number): void {
    this.#say({ kind: 'toVoicemail', call });
    this.#after((4 + spokenS) * SECOND, () => {
      call.over = true;
      this.#say({ kind: 'messageLeft', call, spokenS });
    });
  }

  // ── seats ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #canTake(seat: ModelSeat): boolean {
    return seat.state === 'idle' && seat.paused === null && this.#now >= seat.wrapUntil;
  }

  /** Rings the longest idle seat of the lowest penalty for the first caller of a queue that no seat rings for. */
  #offer(queue: string): void {
    for (const call of this.waiting.get(queue)!) {
      if (call.seat) continue;
      let best: ModelSeat | null = null;
      for (const seat of this.seats) {
        const penalty = seat.plan.queues[queue];
        if (penalty === undefined || !this.#canTake(seat)) continue;
        if (!best) best = seat;
        else {
          const than = best.plan.queues[queue]!;
          if (penalty < than || (penalty === than && seat.lastCall < best.lastCall)) best = seat;
        }
      }
      if (!best) return;
      this.#ring(call, best);
    }
  }

  #offerSeat(seat: ModelSeat): void {
    if (!this.#canTake(seat)) return;
    // the queue whose first caller waits longest
    const mine = Object.keys(seat.plan.queues)
      .map((q) => this.waiting.get(q)!.find((c) => !c.seat))
      .filter((c) => c !== undefined)
      .sort((a, b) => a.joinedAt - b.joinedAt);
    if (mine[0]) this.#ring(mine[0], seat);
  }

  #ring(call: ModelCall, seat: ModelSeat): void {
    seat.state = 'ringing';
    seat.since = this.#now;
    seat.call = call;
    call.seat = seat;
    call.ringAt = this.#now;
    this.#say({ kind: 'ringing', call, seat });
    const missed = this.#draws.next() < 0.012;
    const ringAt = this.#now;
    this.#after(missed ? RING_TIMEOUT_MS : this.#draws.between(2, 6) * SECOND, () => {
      if (call.over || call.seat !== seat || call.ringAt !== ringAt || call.answeredAt !== null) return;
      if (missed) this.#miss(call, seat);
      else this.#answer(call, seat);
    });
  }

  #miss(call: ModelCall, seat: ModelSeat): void {
    this.#say({ kind: 'missed', call, seat, ringMs: RING_TIMEOUT_MS });
    call.seat = null;
    call.ringAt = null;
    this.#free(seat, false);
    seat.lastCall = this.#now; // rung again last
    this.#offer(call.queue);
  }

  #answer(call: ModelCall, seat: ModelSeat): void {
    const list = this.waiting.get(call.queue)!;
    list.splice(list.indexOf(call), 1);
    call.answeredAt = this.#now;
    this.#habits.served(call.caller);
    seat.state = 'talking';
    seat.since = this.#now;
    this.#say({ kind: 'answered', call, seat });
    const talkMs = Math.min(25 * MINUTE, Math.max(12 * SECOND, this.#draws.logNormal(150, 0.65) * SECOND));
    if (this.#draws.next() < 0.12) this.#holdOnce(call, seat, talkMs);
    this.#after(talkMs, () => this.#finish(call, seat));
  }

  #holdOnce(call: ModelCall, seat: ModelSeat, talkMs: number): void {
    const from = talkMs * this.#draws.between(0.3, 0.5);
    const length = Math.min(talkMs * 0.4, this.#draws.between(15, 70) * SECOND);
    // a supervisor may have ended the call before
    this.#after(from, () => {
      if (call.seat !== seat || call.over) return;
      call.heldAt = this.#now;
      call.holds++;
      this.#say({ kind: 'held', call, seat });
    });
    this.#after(from + length, () => {
      if (call.heldAt === null || call.seat !== seat || call.over) return;
      call.holdMs += this.#now - call.heldAt!;
      call.heldAt = null;
      this.#say({ kind: 'retrieved', call, seat });
    });
  }

  #finish(call: ModelCall, seat: ModelSeat): void {
    if (call.over || call.seat !== seat) return;
    const to = QUEUES[Math.floor(this.#draws.next() * QUEUES.length)]!.id;
    if (call.visits < 3 && to !== call.queue && this.#draws.next() < 0.035) return this.#sendOn(call, seat, to);
    this.#endTalk(call, seat, this.#draws.next() < 0.45 ? 'caller' : 'agent');
  }

  #sendOn(call: ModelCall, seat: ModelSeat, to: string, attended = false): void {
    this.#say({ kind: 'transferred', call, seat, to, attended });
    this.#free(seat, true, call.queue);
    this.#join(call, to);
  }

  #endTalk(call: ModelCall, seat: ModelSeat, by: 'caller' | 'agent'): void {
    call.over = true;
    this.#say({ kind: 'ended', call, seat, by });
    if (this.#draws.next() < 0.3) {
      const x = this.#draws.next();
      this.#say({ kind: 'rated', call, seat, score: x < 0.82 ? 5 : x < 0.93 ? 4 : x < 0.97 ? 3 : x < 0.985 ? 2 : 1 });
    }
    this.#free(seat, true, call.queue);
  }

  /** The telephone is free again; after a call the wrap-up runs, and perhaps a break follows. */
  #free(seat: ModelSeat, afterCall: boolean, queue = ''): void {
    seat.state = 'idle';
    seat.since = this.#now;
    seat.call = null;
    if (!afterCall) return;
    seat.lastCall = this.#now;
    seat.callsTaken++;
    seat.wrapUntil = this.#now + (this.#wrapUpS.get(queue) ?? 0) * SECOND;
    const hour = this.#shape.hour(this.#now);
    if (hour > 11.3 && hour < 13.2 && this.#draws.next() < 0.05)
      this.#pause(seat, '就餐', this.#draws.between(25, 40) * MINUTE);
    else if (this.#draws.next() < 0.045) {
      const p = this.#draws.pick(PAUSES);
      this.#pause(seat, p.reason, this.#draws.between(p.minM, p.maxM) * MINUTE);
    } else this.#after(seat.wrapUntil - this.#now + 1, () => this.#offerSeat(seat));
  }

  #pause(seat: ModelSeat, reason: string, forMs: number): void {
    seat.paused = reason;
    seat.pausedAt = this.#now;
    this.#say({ kind: 'paused', seat, reason });
    const began = this.#now;
    this.#after(forMs, () => {
      if (seat.pausedAt === began) this.#resume(seat);
    });
  }

  #resume(seat: ModelSeat): void {
    const was = seat.paused ?? '';
    seat.paused = null;
    seat.pausedAt = null;
    this.#say({ kind: 'resumed', seat, reason: was });
    this.#offerSeat(seat);
  }

  // ── what a supervisor does ──────────────────────────────────────────────────────────────────────────────────────

  /** Ends the conversation of a seat. @returns false when it is in none */
  cutOff(seat: ModelSeat): boolean {
    const { call } = seat;
    if (!call || (seat.state !== 'talking' && seat.state !== 'outbound')) return false;
    if (seat.state === 'talking') this.#endTalk(call, seat, 'agent');
    else this.#endDial.get(call)?.();
    return true;
  }

  /** Sends the caller of a seat to another queue. @returns false when the seat talks to nobody */
  transfer(seat: ModelSeat, queue: string, attended = false): boolean {
    if (seat.state !== 'talking' || !seat.call) return false;
    this.#sendOn(seat.call, seat, queue, attended);
    return true;
  }

  /** Sets a seat busy for a reason, or ready (null); told also where nothing changes, as Asterisk does. */
  setPaused(seat: ModelSeat, reason: string | null): void {
    if (reason === null) this.#resume(seat);
    else this.#pause(seat, reason, FORCED_PAUSE_MS);
  }

  setPenalty(seat: ModelSeat, queue: string, penalty: number): void {
    seat.plan.queues[queue] = penalty;
    this.#say({ kind: 'penalised', seat, queue });
  }

  signOut(seat: ModelSeat): void {
    this.#signOut(seat);
  }

  /** The caller who waits goes before those of lower priority. */
  setPriority(call: ModelCall, priority: number): void {
    this.#priority.set(call, priority);
    const of = (c: ModelCall): number => this.priorityOf(c);
    this.waiting.get(call.queue)!.sort((a, b) => of(b) - of(a) || a.joinedAt - b.joinedAt);
  }
  priorityOf(call: ModelCall): number {
    return this.#priority.get(call) ?? 0;
  }

  /** Takes a waiting caller out of his queue. @returns false while a seat rings for him: the queue does not look then */
  withdraw(call: ModelCall): boolean {
    if (call.seat) return false;
    const list = this.waiting.get(call.queue)!;
    list.splice(list.indexOf(call), 1);
    call.over = true;
    this.#say({ kind: 'withdrawn', call });
    return true;
  }

  // ── shifts and follow-up calls ──────────────────────────────────────────────────────────────────────────────────

  #staff(): void {
    const on = this.seats.filter((s) => s.state !== 'off');
    const want = this.#shape.staffing(this.#now, this.seats.length);
    // who comes first turns from day to day
    const turn = Math.floor(this.#now / 86_400_000) * 7;
    const order = this.seats.map((_, i) => this.seats[(i * 11 + turn) % this.seats.length]!);
    // nobody goes home while a queue would be left alone, and such a queue gets its seat first
    const alone = (queue: string, without?: ModelSeat): boolean =>
      !this.seats.some((s) => s !== without && s.state !== 'off' && queue in s.plan.queues);
    for (const q of QUEUES)
      if (alone(q.id)) this.#signIn(order.find((s) => s.state === 'off' && q.id in s.plan.queues)!);
    if (on.length < want) {
      for (const seat of order.filter((s) => s.state === 'off').slice(0, want - on.length)) this.#signIn(seat);
    } else {
      const free = order.filter((s) => s.state === 'idle' && s.paused === null && this.#now >= s.wrapUntil).reverse();
      for (const seat of free.slice(0, on.length - want))
        if (!Object.keys(seat.plan.queues).some((q) => alone(q, seat))) this.#signOut(seat);
    }
    this.#after(2 * MINUTE, () => this.#staff());
  }

  #signIn(seat: ModelSeat): void {
    seat.state = 'idle';
    seat.since = seat.signedInAt = this.#now;
    seat.wrapUntil = 0;
    this.#say({ kind: 'signedIn', seat });
    this.#offerSeat(seat);
  }

  #signOut(seat: ModelSeat): void {
    seat.state = 'off';
    seat.since = this.#now;
    this.#say({ kind: 'signedOut', seat });
  }

  /** Follow-up calls (回访): a free seat dials a citizen. */
  #nextFollowUp(): void {
    const perMs = (500 / 86_400_000) * this.#shape.load(this.#now);
    this.#after(this.#draws.exp(1 / perMs), () => {
      const free = this.seats.filter((s) => this.#canTake(s));
      if (free.length > 4) this.#dial(free[Math.floor(this.#draws.next() * free.length)]!);
      this.#nextFollowUp();
    });
  }

  #dial(seat: ModelSeat): void {
    const call = this.#newCall(this.#habits.callBack() ?? this.#number());
    call.seat = seat;
    seat.state = 'outbound';
    seat.since = this.#now;
    seat.call = call;
    this.#say({ kind: 'dialled', call, seat });
    const over = (): void => {
      if (call.over) return;
      call.over = true;
      this.#say({ kind: 'dialEnded', call, seat });
      this.#free(seat, false);
      this.#offerSeat(seat);
    };
    this.#endDial.set(call, over);
    this.#after(this.#draws.between(6, 20) * SECOND, () => {
      if (call.over) return;
      if (this.#draws.next() < 0.25) return over();
      call.answeredAt = this.#now;
      this.#habits.served(call.caller);
      this.#say({ kind: 'dialAnswered', call, seat });
      this.#after(this.#draws.logNormal(70, 0.5) * SECOND, over);
    });
  }
}
