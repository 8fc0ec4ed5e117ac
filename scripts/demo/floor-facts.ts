import type { FactDraft } from '#domain/fact.ts';
import type { FloorFactBody, TalkEnd } from '#domain/floor/facts.ts';
import type { Membership, SeatLiveRow } from '#domain/floor/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { ModelCall, ModelEvent, ModelSeat } from './floor-events.ts';
import { QUEUES } from './floor-plan.ts';

const ACTOR = 'demo:history';
const WRAP_S = new Map(QUEUES.map((q) => [q.id, q.wrapUpS]));

/** A fact of the history, and the call it belongs to: what is still open at the end is left out whole. */
export interface Told {
  readonly call: ModelCall | null;
  readonly fact: FactDraft;
}

/** The demo's voice box, and where its switch would keep a message. */
export const MAILBOX = '8000@default';
export const messageFile = (c: ModelCall): string => `/var/spool/asterisk/monitor/messages/${callId(c)}.wav`;

/** The switch's id of a call of the model. */
export const callId = (c: ModelCall): string => `${Math.floor(c.arrivedAt / 1000)}.${c.no}`;
const visitOf = (c: ModelCall): string => `${callId(c)}/${c.queue}/${c.joinedAt}`;
/** Asterisk counts waits and talks in whole seconds of its clock. */
const wholeS = (from: Instant, to: Instant): number => Math.floor(to / 1000) - Math.floor(from / 1000);

/** Tells the model's events as the facts that the ingest of a real switch would record. */
export class FloorTeller {
  readonly #rows = new Map<string, SeatLiveRow>();
  readonly #menu = new Map<ModelCall, { from: Instant; to: Instant }>();
  readonly #visits = new Map<ModelCall, Instant>();

  /** Queues are there before the first caller. */
  queues(at: Instant): Told[] {
    return QUEUES.map((q) => ({
      call: null,
      fact: {
        kind: 'queue.described',
        subject: q.id,
        at,
        actor: ACTOR,
        body: { strategy: 'leastrecent', maxWaiting: 0, serviceLevelS: q.serviceLevelS, weight: 0, wrapUpS: q.wrapUpS },
      },
    }));
  }

  /** Every seat as it stands: the first facts of a day told from its middle. */
  seats(seats: readonly ModelSeat[], at: Instant): Told[] {
    return seats.filter((s) => s.state !== 'off').flatMap((s) => this.#signedIn(s, at));
  }

  tell(e: ModelEvent): Told[] {
    switch (e.kind) {
      case 'arrived':
        return [
          this.#call(e.call, e.t, {
            kind: 'call.started',
            body: { direction: 'in', caller: e.call.caller, called: '12345', trunk: e.call.trunk },
          }),
          this.#step(e.call, e.t, 'enter', '', ''),
        ];
      case 'menu':
        return [this.#step(e.call, e.t, e.point, e.key, e.queue)];
      case 'menuEnded':
        return [this.#callEnded(e.call, e.t, 'ivr')];
      case 'joined':
        return [
          ...(e.call.visits > 1 ? [this.#step(e.call, e.t, 'queue', '', e.call.queue)] : []),
          this.#visit(e.call, e.t, {
            kind: 'visit.joined',
            body: { ...this.#key(e.call), caller: e.call.caller, approximate: false },
          }),
        ];
      case 'abandoned':
      case 'withdrawn':
        return [
          this.#visit(e.call, e.t, {
            kind: 'visit.left',
            body: { ...this.#key(e.call), outcome: e.kind, waitS: wholeS(e.call.joinedAt, e.t) },
          }),
          this.#callEnded(e.call, e.t, 'queue'),
        ];
      case 'toVoicemail':
        return [
          this.#visit(e.call, e.t, {
            kind: 'visit.left',
            body: { ...this.#key(e.call), outcome: 'left', waitS: wholeS(e.call.joinedAt, e.t) },
          }),
          this.#call(e.call, e.t, {
            kind: 'call.stepped',
            body: { step: 'voicemail', key: '2', queue: e.call.queue, reached: 'voicemail' },
          }),
        ];
      case 'messageLeft':
        return [this.#message(e.call, e.t, e.spokenS), this.#callEnded(e.call, e.t, 'voicemail')];
      case 'rated':
        return [
          this.#call(e.call, e.t, {
            kind: 'call.rated',
            body: { seat: e.seat.plan.no, queue: e.call.queue, score: e.score },
          }),
        ];
      case 'signedIn':
        return this.#signedIn(e.seat, e.t);
      case 'signedOut':
        return this.#signedOut(e.seat, e.t);
      case 'paused':
      case 'resumed':
        return this.#paused(e.seat, e.t, e.kind, e.reason);
      case 'penalised':
        // only a supervisor does, and the invented past has none
        return [];
      default:
        return this.#atSeat(e);
    }
  }

  #atSeat(e: ModelEvent & { seat: ModelSeat; call: ModelCall }): Told[] {
    const { call, seat, t } = e;
    const line = (row: Partial<SeatLiveRow>): Told => ({ ...this.#seat(seat, t, row), call });
    const idle = {
      line: 'idle',
      since: t,
      onQueueCall: false,
      queue: null,
      call: null,
      holding: false,
      heldSince: null,
    } as const;
    switch (e.kind) {
      case 'ringing':
        return [line({ line: 'ringing', since: t, queue: call.queue, call: callId(call) })];
      case 'missed':
      case 'ringStopped':
        return [this.#segment(call, seat, t, { outcome: e.kind === 'missed' ? 'missed' : 'cancelled' }), line(idle)];
      case 'answered':
        this.#visits.set(call, t);
        return [
          this.#visit(call, t, {
            kind: 'visit.answered',
            body: { ...this.#key(call), seat: seat.plan.no, waitS: wholeS(call.joinedAt, t) },
          }),
          line({ line: 'in-call', since: t, onQueueCall: true, queue: call.queue, call: callId(call) }),
        ];
      case 'held':
        return [line({ holding: true, heldSince: t })];
      case 'retrieved':
        return [line({ holding: false, heldSince: null })];
      case 'transferred':
      case 'ended': {
        const wrapUntil = t + WRAP_S.get(call.queue)! * 1000;
        const end = e.kind === 'ended' ? e.by : 'blind-transfer';
        const talkS = wholeS(call.answeredAt ?? t, t);
        return [
          this.#visit(call, t, { kind: 'visit.ended', body: { ...this.#key(call), seat: seat.plan.no, talkS, end } }),
          this.#segment(call, seat, t, { outcome: 'answered', wrapUntil, endedBy: end }),
          line({ ...idle, wrapUntil }),
          ...(e.kind === 'ended'
            ? [this.#callEnded(call, t, 'seat')]
            : [
                this.#call(call, t, {
                  kind: 'call.moved',
                  body: { move: 'blind', fromSeat: seat.plan.no, toSeat: null, toNumber: e.to },
                }),
              ]),
        ];
      }
      case 'dialled':
        return [
          this.#call(call, t, {
            kind: 'call.started',
            body: { direction: 'out', caller: seat.plan.no, called: call.caller, trunk: call.trunk },
          }),
          line({ line: 'in-call', since: t, call: callId(call) }),
        ];
      case 'dialAnswered':
        return [];
      case 'dialEnded':
        return [
          this.#segment(call, seat, t, {
            outcome: call.answeredAt === null ? 'cancelled' : 'answered',
            direction: 'out',
          }),
          line(idle),
          this.#callEnded(call, t, 'seat', 'out'),
        ];
      default:
        throw new Error(`the model's ${e.kind} is not of a seat`);
    }
  }

  #step(call: ModelCall, at: Instant, step: string, key: string, queue: string): Told {
    const stay = this.#menu.get(call);
    // what is asked after a first queue is no longer the menu's stay
    if (call.visits < 2) this.#menu.set(call, { from: stay?.from ?? at, to: at });
    return this.#call(call, at, {
      kind: 'call.stepped',
      body: { step, key, queue: queue === '' ? null : queue, reached: call.visits > 1 ? 'queue' : 'ivr' },
    });
  }

  #draft(subject: string, at: Instant, body: FloorFactBody): FactDraft {
    return { ...body, subject, at, actor: ACTOR } as FactDraft;
  }
  #call(call: ModelCall, at: Instant, body: FloorFactBody): Told {
    return { call, fact: this.#draft(callId(call), at, body) };
  }
  #visit(call: ModelCall, at: Instant, body: FloorFactBody): Told {
    return { call, fact: this.#draft(visitOf(call), at, body) };
  }
  #key(call: ModelCall): { queue: string; call: string; joinedAt: Instant } {
    return { queue: call.queue, call: callId(call), joinedAt: call.joinedAt };
  }

  #message(call: ModelCall, at: Instant, spokenS: number): Told {
    const file = messageFile(call);
    return {
      call,
      fact: {
        kind: 'voicemail.left',
        subject: `${callId(call)}/${file}`,
        at,
        actor: ACTOR,
        body: {
          call: callId(call),
          caller: call.caller,
          mailbox: MAILBOX,
          queue: call.queue,
          durationS: spokenS,
          file,
        },
      },
    };
  }

  #callEnded(
    call: ModelCall,
    at: Instant,
    endedIn: 'ivr' | 'queue' | 'seat' | 'voicemail',
    direction: 'in' | 'out' = 'in',
  ): Told {
    const menu = this.#menu.get(call);
    this.#menu.delete(call);
    this.#visits.delete(call);
    return this.#call(call, at, {
      kind: 'call.ended',
      body: {
        direction,
        caller: direction === 'in' ? call.caller : call.seat!.plan.no,
        called: direction === 'in' ? '12345' : call.caller,
        trunk: call.trunk,
        startedAt: call.arrivedAt,
        ivrFrom: menu?.from ?? null,
        ivrTo: menu ? (endedIn === 'ivr' ? at : menu.to) : null,
        endedIn,
        outcome: 'ended',
        mergedInto: null,
        hangupCause: 16,
      },
    });
  }

  #segment(
    call: ModelCall,
    seat: ModelSeat,
    at: Instant,
    o: {
      outcome: 'answered' | 'missed' | 'cancelled';
      wrapUntil?: Instant;
      endedBy?: TalkEnd;
      direction?: 'in' | 'out';
    },
  ): Told {
    const { outcome, direction = 'in' } = o;
    const queued = direction === 'in';
    const ringAt = queued ? call.ringAt : call.arrivedAt;
    const answeredAt = outcome === 'answered' ? call.answeredAt : null;
    return {
      call,
      fact: this.#draft(`${callId(call)}/${seat.plan.no}/${ringAt ?? at}`, at, {
        kind: 'segment.ended',
        body: {
          seat: seat.plan.no,
          call: callId(call),
          direction,
          visit: queued ? visitOf(call) : null,
          queue: queued ? call.queue : null,
          joinedAt: queued ? call.joinedAt : null,
          ringAt,
          answeredAt,
          endedAt: at,
          ringMs: ringAt === null ? 0 : (answeredAt ?? at) - ringAt,
          holds: call.holds,
          holdMs: call.holdMs,
          talkS: answeredAt === null ? null : wholeS(answeredAt, at),
          endedBy: o.endedBy ?? null,
          wrapUntil: o.wrapUntil ?? null,
          outcome,
        },
      }),
    };
  }

  #seat(seat: ModelSeat, at: Instant, change: Partial<SeatLiveRow>): Told {
    const no = seat.plan.no;
    const row = { ...(this.#rows.get(no) ?? offline(at)), ...change };
    this.#rows.set(no, row);
    return { call: null, fact: this.#draft(no, at, { kind: 'seat.changed', body: row }) };
  }

  #described(seat: ModelSeat, at: Instant, memberships: readonly Membership[], signedInAt: Instant | null): Told {
    const no = seat.plan.no;
    const body = { name: seat.plan.name, extension: no, device: `PJSIP/${no}`, memberships, signedInAt };
    return { call: null, fact: this.#draft(no, at, { kind: 'seat.described', body }) };
  }

  #signedIn(seat: ModelSeat, at: Instant): Told[] {
    const queues = Object.entries(seat.plan.queues).sort(([a], [b]) => (a < b ? -1 : 1));
    const memberships = queues.map(([queue, penalty]): Membership => ({
      queue,
      interface: `PJSIP/${seat.plan.no}`,
      kind: 'dynamic',
      penalty,
      paused: false,
      reason: '',
      pausedAt: null,
    }));
    return [
      ...queues.map(([queue]): Told => ({
        call: null,
        fact: this.#draft(seat.plan.no, at, { kind: 'seat.signedIn', body: { queue } }),
      })),
      this.#described(seat, at, memberships, at),
      this.#seat(seat, at, { ...offline(at), line: 'idle' }),
    ];
  }

  #signedOut(seat: ModelSeat, at: Instant): Told[] {
    return [
      ...Object.keys(seat.plan.queues)
        .sort()
        .map((queue): Told => ({
          call: null,
          fact: this.#draft(seat.plan.no, at, { kind: 'seat.signedOut', body: { queue } }),
        })),
      this.#described(seat, at, [], null),
      this.#seat(seat, at, offline(at)),
    ];
  }

  #paused(seat: ModelSeat, at: Instant, kind: 'paused' | 'resumed', reason: string): Told[] {
    const on = kind === 'paused';
    const since = this.#rows.get(seat.plan.no)?.pauseSince ?? null;
    const pausedS = since === null ? null : wholeS(since, at);
    return [
      ...Object.keys(seat.plan.queues)
        .sort()
        .map((queue): Told => ({
          call: null,
          fact: this.#draft(
            seat.plan.no,
            at,
            on
              ? { kind: 'seat.paused', body: { queue, reason } }
              : { kind: 'seat.resumed', body: { queue, reason: '', pausedS } },
          ),
        })),
      this.#seat(seat, at, { pause: on ? 'all' : 'none', reason: on ? reason : '', pauseSince: on ? at : null }),
    ];
  }
}

const offline = (at: Instant): SeatLiveRow => ({
  line: 'offline',
  since: at,
  pause: 'none',
  reason: '',
  pauseSince: null,
  wrapUntil: null,
  onQueueCall: false,
  queue: null,
  call: null,
  holding: false,
  heldSince: null,
});
