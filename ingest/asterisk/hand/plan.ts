import { accept, refuse, type Result } from '#domain/result.ts';
import type { SteerCode, SteerWish } from '#domain/steer/rows.ts';
import { assertNever } from '#domain/result.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { DIAL_PREFIX, HAND_PREFIX, type AmiFields } from '../fields.ts';
import type { MemberRecord } from '../parse.ts';
import { memberKey } from '../state.ts';
import type { Expect } from './confirm.ts';
import { consultExpected } from './consulted.ts';
import { dialExpected } from './dialled.ts';
import { entryOf, legsOf, membersOf, otherLeg, seatLeg } from './look.ts';

/** What the switch is told, and what it must then be seen to do. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly expect: Expect;
  /** Milliseconds from the sending to “nobody knows”. */
  readonly withinMs: number;
  /** Said with the result when it is confirmed. */
  readonly detail: string;
  /** What undoing it needs. */
  readonly handle?: string;
}
export interface Step {
  readonly action: string;
  readonly headers: Readonly<Record<string, string>>;
  /** By the account that may record, which may do nothing else. */
  readonly byRecorder?: boolean;
}

/** What is asked of the switch before acting. */
export interface Sight {
  /** CoreShowChannels. */
  readonly channels: readonly AmiFields[];
  /** QueueStatus. */
  readonly queues: readonly AmiFields[];
  /** DEVICE_STATE of the supervisor's telephone; '' where the kind has none. */
  readonly phone: string;
  /** Is the extension there that the call is sent to? Asked where the switch itself would not say (ShowDialPlan). */
  readonly exten: boolean;
  /** The switch's number of a recording that is to end; null: none that a supervisor began. */
  readonly recording: string | null;
}

export interface HandSettings {
  /** Context of the dial plan in which seats, queues and supervisors can be dialled. */
  readonly context: string;
  /** Device of an extension, '{ext}' in it: 'PJSIP/{ext}'. */
  readonly phone: string;
  /** What the dial plan wants before an outside number. */
  readonly outside: string;
  /** extension@context that plays a prompt and hangs up; '' when there is none. */
  readonly endPrompt: string;
  /** Address for MessageSend, '{ext}' in it. */
  readonly messageTo: string;
  readonly messageFrom: string;
}

/** A called number rings at most so long as the dial plan says; longer than this nobody waits for the end. */
const CALLED_WITHIN_MS = 90 * SECOND;
/** Seat and target may talk so long before the call is theirs. */
const CONSULT_WITHIN_MS = 10 * MINUTE;
/** Numbers of more digits are outside the house. */
const INSIDE_DIGITS = 6;
/** A telephone rings this long; the take-over's Dial in the dial plan decides its own. */
const RING_S = 15;
const SPY = { listen: 'qE', whisper: 'qwE', barge: 'qBE' } as const;
/** What a telephone must be to be rung: one that is away would lose the caller of a take-over. */
const PHONE_AWAY = new Set(['UNAVAILABLE', 'INVALID']);
const PHONE_BUSY = new Set(['INUSE', 'BUSY', 'RINGING', 'RINGINUSE', 'ONHOLD']);

export const deviceFor = (template: string, extension: string): string => template.replaceAll('{ext}', extension);

/**
 * The exact actions for a wish, made of what the switch shows now (reference §5; docs/asterisk.md).
 * @param id number of the command: makes the supervisor's leg and the file name of a recording its own
 */
export function planOf(
  wish: SteerWish,
  id: string,
  run: string,
  sight: Sight,
  settings: HandSettings,
): Result<Plan, SteerCode> {
  if (wish.phone !== null) {
    if (PHONE_AWAY.has(sight.phone)) return refuse('phone-away', wish.phone);
    if (PHONE_BUSY.has(sight.phone)) return refuse('phone-busy', wish.phone);
  }
  switch (wish.kind) {
    case 'set-ready':
    case 'set-busy':
    case 'sign-out':
    case 'message':
      return planSeat(wish, sight, settings);
    case 'dial':
      return accept(planDial(wish, id, run, settings));
    case 'set-penalty':
      return planPenalty(wish, sight);
    case 'set-priority':
    case 'withdraw':
      return planCaller(wish, sight);
    case 'listen':
    case 'whisper':
    case 'barge':
    case 'take-over':
    case 'cut-off':
    case 'transfer':
    case 'transfer-attended':
    case 'end-with-prompt':
    case 'record':
    case 'stop-recording':
      return planCall(wish, id, run, sight, settings);
    default:
      return assertNever(wish.kind, 'the hand');
  }
}

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Rings the own telephone, and then the number as if that telephone had dialled it. The handle is the new call's id. */
function planDial(wish: SteerWish, id: string, run: string, settings: HandSettings): Plan {
  const own = `${DIAL_PREFIX}${run}-${id}`;
  const to = wish.to ?? '';
  const device = deviceFor(settings.phone, wish.phone ?? '');
  const headers = {
    Channel: device,
    Context: settings.context,
    Exten: to.length > INSIDE_DIGITS ? settings.outside + to : to,
    Priority: '1',
    // the telephone shows whom it is about to call; the number that is shown outside is the trunk's matter
    CallerID: `${to} <${wish.phone}>`,
    Timeout: String(RING_S * SECOND),
    Async: 'true',
    ChannelId: own,
  };
  return {
    steps: [{ action: 'Originate', headers }],
    expect: dialExpected(own, device),
    withinMs: RING_S * SECOND + CALLED_WITHIN_MS,
    detail: to,
    handle: own,
  };
}

// ── seats ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

function planSeat(wish: SteerWish, sight: Sight, settings: HandSettings): Result<Plan, SteerCode> {
  const seat = wish.seat ?? '';
  const members = membersOf(sight.queues, seat);
  if (members.length === 0) return refuse('seat-missing', seat);
  if (wish.kind === 'message') {
    const headers = {
      To: deviceFor(settings.messageTo, seat),
      From: settings.messageFrom,
      Body: wish.text ?? '',
    };
    return accept({ steps: [{ action: 'MessageSend', headers }], expect: { kind: 'untold' }, withinMs: 0, detail: '' });
  }
  if (wish.kind === 'sign-out') return planSignOut(seat, members);
  const paused = wish.kind === 'set-busy';
  const reason = wish.reason ?? '';
  const steps = [...new Set(members.map((m) => m.interface))].map((Interface) => ({
    action: 'QueuePause',
    headers: { Interface, Paused: String(paused), ...(reason === '' ? {} : { Reason: reason }) },
  }));
  const left = members.map((m) => memberKey(m.queue, m.interface));
  return accept({ steps, expect: { kind: 'paused', paused, reason, left }, withinMs: 5 * SECOND, detail: '' });
}

function planSignOut(seat: string, members: readonly MemberRecord[]): Result<Plan, SteerCode> {
  const dynamic = members.filter((m) => m.membership === 'dynamic');
  if (dynamic.length === 0) return refuse('seat-static', seat);
  return accept({
    steps: dynamic.map((m) => ({ action: 'QueueRemove', headers: { Queue: m.queue, Interface: m.interface } })),
    expect: { kind: 'removed', left: dynamic.map((m) => memberKey(m.queue, m.interface)) },
    withinMs: 5 * SECOND,
    // fixed members of other queues stay
    detail: members
      .filter((m) => m.membership !== 'dynamic')
      .map((m) => m.queue)
      .join(' '),
  });
}

function planPenalty(wish: SteerWish, sight: Sight): Result<Plan, SteerCode> {
  const queue = wish.queue ?? '';
  const members = membersOf(sight.queues, wish.seat ?? '').filter((m) => m.queue === queue);
  const member = members[0];
  if (!member) return refuse('not-member', queue);
  const penalty = wish.penalty ?? 0;
  const headers = { Interface: member.interface, Queue: queue, Penalty: String(penalty) };
  return accept({
    steps: [{ action: 'QueuePenalty', headers }],
    expect: { kind: 'penalised', member: memberKey(queue, member.interface), penalty },
    withinMs: 5 * SECOND,
    detail: String(penalty),
  });
}

// ── callers who wait ─────────────────────────────────────────────────────────────────────────────────────────────────────

function planCaller(wish: SteerWish, sight: Sight): Result<Plan, SteerCode> {
  const queue = wish.queue ?? '';
  const uniqueid = (wish.visit ?? '').split('/')[0]!;
  const entry = entryOf(sight.queues, queue, uniqueid);
  if (!entry) return refuse('caller-gone', '');
  if (wish.kind === 'set-priority') {
    const priority = wish.priority ?? 0;
    const headers = { Queue: queue, Caller: entry.channel, Priority: String(priority) };
    return accept({
      steps: [{ action: 'QueueChangePriorityCaller', headers }],
      expect: { kind: 'priority', queue, uniqueid, priority },
      withinMs: 5 * SECOND,
      detail: String(priority),
    });
  }
  const headers = { Queue: queue, Caller: entry.channel, WithdrawInfo: 'supervisor' };
  return accept({
    steps: [{ action: 'QueueWithdrawCaller', headers }],
    expect: { kind: 'left', queue, uniqueid, withdrawn: false },
    // while a seat rings for the caller the queue does not look
    withinMs: 45 * SECOND,
    detail: '',
  });
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

function planCall(
  wish: SteerWish,
  id: string,
  run: string,
  sight: Sight,
  settings: HandSettings,
): Result<Plan, SteerCode> {
  const legs = legsOf(sight.channels);
  const found = seatLeg(legs, wish.seat ?? '', wish.call ?? '');
  if (!found.ok) return found;
  const leg = found.value;
  const { channel, uniqueid } = leg;
  switch (wish.kind) {
    case 'listen':
    case 'whisper':
    case 'barge': {
      const own = `${HAND_PREFIX}${run}-${id}`;
      const device = deviceFor(settings.phone, wish.phone ?? '');
      const headers = {
        Channel: device,
        Application: 'ChanSpy',
        // by its full name: a prefix PJSIP/1001 is PJSIP/10010 too
        Data: `${channel},${SPY[wish.kind]}`,
        CallerID: `${wish.seat} <${wish.phone}>`,
        Timeout: String(RING_S * SECOND),
        Async: 'true',
        ChannelId: own,
      };
      return accept({
        steps: [{ action: 'Originate', headers }],
        expect: { kind: 'spy', uniqueid: own, device, spied: channel, answered: false },
        withinMs: (RING_S + 5) * SECOND,
        detail: wish.phone ?? '',
      });
    }
    case 'take-over': {
      const caller = otherLeg(legs, leg);
      if (!caller.ok) return caller;
      const headers = {
        Channel: caller.value.channel,
        Context: settings.context,
        Exten: wish.phone ?? '',
        Priority: '1',
      };
      const device = deviceFor(settings.phone, wish.phone ?? '');
      return accept({
        steps: [{ action: 'Redirect', headers }],
        expect: { kind: 'joined', caller: caller.value.uniqueid, device, callerBridge: '', phoneBridge: '' },
        withinMs: 30 * SECOND,
        detail: wish.phone ?? '',
      });
    }
    case 'cut-off':
      // the seat's leg: what the caller hears then is the dial plan's (a good-bye, a rating, the end)
      return accept({
        steps: [{ action: 'Hangup', headers: { Channel: channel, Cause: '16' } }],
        expect: { kind: 'ended', uniqueid },
        withinMs: 5 * SECOND,
        detail: '',
      });
    case 'transfer':
      return accept({
        steps: [
          {
            action: 'BlindTransfer',
            headers: { Channel: channel, Context: settings.context, Exten: wish.to ?? '' },
          },
        ],
        expect: { kind: 'transferred', uniqueid },
        withinMs: 8 * SECOND,
        detail: wish.to ?? '',
      });
    case 'transfer-attended': {
      const caller = otherLeg(legs, leg);
      if (!caller.ok) return caller;
      if (!sight.exten) return refuse('called-unreachable', wish.to ?? '');
      return accept({
        steps: [{ action: 'Atxfer', headers: { Channel: channel, Context: settings.context, Exten: wish.to ?? '' } }],
        expect: consultExpected(uniqueid, caller.value.uniqueid, leg.linkedid, leg.bridge),
        withinMs: CONSULT_WITHIN_MS,
        detail: wish.to ?? '',
      });
    }
    case 'end-with-prompt': {
      const caller = otherLeg(legs, leg);
      if (!caller.ok) return caller;
      if (!sight.exten) return refuse('no-prompt', settings.endPrompt);
      const [Exten = '', Context = ''] = settings.endPrompt.split('@');
      return accept({
        steps: [{ action: 'Redirect', headers: { Channel: caller.value.channel, Context, Exten, Priority: '1' } }],
        expect: { kind: 'prompted', left: [uniqueid, caller.value.uniqueid] },
        withinMs: 60 * SECOND,
        detail: '',
      });
    }
    default:
      return planRecording(wish, id, leg, sight);
  }
}

function planRecording(
  wish: SteerWish,
  id: string,
  { channel, uniqueid }: { channel: string; uniqueid: string },
  sight: Sight,
): Result<Plan, SteerCode> {
  if (wish.kind === 'record') {
    // the switch puts the recording's number into this variable of the channel
    const handle = `WF_REC_${id}`;
    const file = `supervisor-${id}-${uniqueid.replace(/[^\w.-]/g, '')}.wav`;
    return accept({
      steps: [
        { action: 'MixMonitor', headers: { Channel: channel, File: file, Options: `bi(${handle})` }, byRecorder: true },
      ],
      expect: { kind: 'recording', uniqueid, on: true },
      withinMs: 5 * SECOND,
      detail: file,
      handle,
    });
  }
  // without its number the switch would end the recording that the dial plan began
  if (sight.recording === null) return refuse('not-recording', '');
  return accept({
    steps: [{ action: 'StopMixMonitor', headers: { Channel: channel, MixMonitorID: sight.recording } }],
    expect: { kind: 'recording', uniqueid, on: false },
    withinMs: 5 * SECOND,
    detail: '',
  });
}
