import type { RecordingState } from '../recordings/spans.ts';
import type { Instant } from '../time.ts';
import type { CallDirection, GapCause, QueueRow, SeatLiveRow, SeatRow } from './rows.ts';

/** What every visit fact repeats, so that each can be stored and counted without the ones before it. */
interface VisitKey {
  readonly queue: string;
  readonly call: string;
  readonly joinedAt: Instant;
}

/**
 * How a caller left a queue without being answered. 'leave-empty': no seat was left to answer. 'withdrawn': a supervisor took
 * the caller out. 'left': otherwise, by key or sent elsewhere. 'lost': with the switch. 'unknown': nobody heard how.
 */
export type LeaveOutcome = 'abandoned' | 'timeout' | 'leave-empty' | 'withdrawn' | 'left' | 'lost' | 'unknown';
/** How the conversation after a queue ended. */
export type TalkEnd = 'caller' | 'agent' | 'blind-transfer' | 'attended-transfer' | 'lost' | 'unknown';
/** Where a call ended: the last place it reached. */
export type EndedIn = 'setup' | 'ivr' | 'queue' | 'seat' | 'blocked' | 'blacklisted' | 'voicemail';
export type CallOutcome = 'ended' | 'merged' | 'lost' | 'unknown';
export type RingOutcome = 'answered' | 'missed' | 'cancelled' | 'lost' | 'unknown';
/**
 * 'redirect': sent on from outside the call (a take-over), 'conference': a stay in a conference, 'consult': a seat kept its caller
 * on hold and talked to somebody else. The last two have a beginning and an end, the others an instant.
 */
export type MoveKind = 'blind' | 'attended' | 'redirect' | 'conference' | 'consult';

/** Facts of the floor. The subject is the id of the row: seat, queue, visit, call, gap, or 'asterisk'. */
export type FloorFactBody =
  /** Subject seat. The whole cold row: new seat, new name, other queues or penalties. */
  | { kind: 'seat.described'; body: Omit<SeatRow, 'id'> }
  /** Subject seat. It left the switch's configuration: it disappears. */
  | { kind: 'seat.removed'; body: { name: string } }
  /** Subject seat. The whole hot row, as it is from `at` on; where signed out its line is 'offline'. */
  | { kind: 'seat.changed'; body: SeatLiveRow }
  /** Subject seat. A dynamic member was added to / removed from a queue. */
  | { kind: 'seat.signedIn'; body: { queue: string } }
  | { kind: 'seat.signedOut'; body: { queue: string } }
  /** Subject seat. One per queue. Pausing again gives a new reason; resuming may come when not paused. */
  | { kind: 'seat.paused'; body: { queue: string; reason: string } }
  | {
      kind: 'seat.resumed';
      /** `pausedS`: whole seconds as the switch's log counts them; null when the pause was not seen to begin. */
      body: { queue: string; reason: string; pausedS: number | null };
    }
  /** Subject queue. */
  | { kind: 'queue.described'; body: Omit<QueueRow, 'id'> }
  | { kind: 'queue.removed'; body: Record<string, never> }
  /** Subject visit. */
  | { kind: 'visit.joined'; body: VisitKey & { caller: string; approximate: boolean } }
  | { kind: 'visit.answered'; body: VisitKey & { seat: string; waitS: number } }
  | { kind: 'visit.left'; body: VisitKey & { outcome: LeaveOutcome; waitS: number } }
  /** The conversation is over; `talkS` as the switch counts it, null when it could not say. */
  | { kind: 'visit.ended'; body: VisitKey & { seat: string; talkS: number | null; end: TalkEnd } }
  /** Subject segment id. One seat's part of one call: each ring, each conversation, complete at its end. */
  | {
      kind: 'segment.ended';
      body: {
        seat: string;
        call: string;
        direction: CallDirection;
        visit: string | null;
        queue: string | null;
        /** City day of the counters follows from this where there is a visit. */
        joinedAt: Instant | null;
        ringAt: Instant | null;
        answeredAt: Instant | null;
        endedAt: Instant;
        ringMs: number;
        holds: number;
        holdMs: number;
        talkS: number | null;
        /** Who or what ended the conversation; null where there was none or it was no queue's. */
        endedBy: TalkEnd | null;
        /** After-call work granted until then. */
        wrapUntil: Instant | null;
        outcome: RingOutcome;
      };
    }
  /** Subject call. */
  | {
      kind: 'call.started';
      body: { direction: CallDirection; caller: string; called: string; trunk: string | null };
    }
  /** Direction, number or trunk became known later: a seat's call went out over a trunk. */
  | { kind: 'call.routed'; body: { direction: CallDirection; called: string; trunk: string | null } }
  /** A point of the voice menu (UserEvent HotlineIvr), a voicemail, a refusal at the queue's door. */
  | { kind: 'call.stepped'; body: { step: string; key: string; queue: string | null; reached: EndedIn } }
  /** Told when it begins; of a conference `call.conferred` tells the end, and the record. */
  | {
      kind: 'call.moved';
      body: {
        move: Exclude<MoveKind, 'consult'>;
        fromSeat: string | null;
        toSeat: string | null;
        toNumber: string;
      };
    }
  /** The last leg of the call left the conference that one had entered at `from`. */
  | { kind: 'call.conferred'; body: { conference: string; fromSeat: string | null; from: Instant } }
  /** Subject: the call that was kept on hold. `answeredAt` null: nobody took the call for advice. `external`: it went out over a trunk. */
  | {
      kind: 'call.consulted';
      body: {
        seat: string;
        from: Instant;
        answeredAt: Instant | null;
        toSeat: string | null;
        toNumber: string;
        external: boolean;
      };
    }
  /** The switch records a leg of the call, or stopped; `named`: it said which file. */
  | { kind: 'call.recording'; body: { leg: string; state: RecordingState; file: string | null } }
  | { kind: 'call.rated'; body: { seat: string | null; queue: string | null; score: number } }
  | {
      kind: 'call.ended';
      body: {
        direction: CallDirection;
        caller: string;
        called: string;
        trunk: string | null;
        startedAt: Instant;
        /** Stay in the voice menu; null when it had none. */
        ivrFrom: Instant | null;
        ivrTo: Instant | null;
        endedIn: EndedIn;
        outcome: CallOutcome;
        /** The call it became part of (attended transfer). */
        mergedInto: string | null;
        /** Hang-up cause (Q.850) of the first leg, where known. */
        hangupCause: number | null;
      };
    }
  /** Subject 'asterisk'. Whether the switch is heard. */
  | { kind: 'floor.linked'; body: { state: 'live' | 'syncing' | 'away' } }
  /** Subject 'asterisk'. The switch itself started again; pauses seen before are no longer counted. */
  | { kind: 'floor.restarted'; body: { startedAt: Instant | null } }
  /** Subject gap id. The switch was not heard from `from` on; once more with `to` when it is heard again. */
  | { kind: 'floor.gap'; body: { from: Instant; to: Instant | null; why: GapCause } };

export type FloorFactKind = FloorFactBody['kind'];
