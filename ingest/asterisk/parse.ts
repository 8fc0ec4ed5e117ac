import type { RecordingState } from '#domain/recordings/spans.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { intOf, numberOf, placeOf, timestampOf, type AmiFields } from './fields.ts';
import { mailboxCounted } from './voicemail.ts';

/** The whole record of a queue member, as every QueueMember* event and the QueueStatus list carry it. */
export interface MemberRecord {
  readonly queue: string;
  readonly name: string;
  readonly interface: string;
  readonly stateInterface: string;
  readonly membership: 'static' | 'dynamic' | 'realtime';
  readonly penalty: number;
  /** Epoch seconds; 0: none. */
  readonly lastCall: number;
  readonly lastPause: number;
  readonly loginTime: number;
  /** Device state 0–8 (reference §4.1). */
  readonly status: number;
  readonly inCall: boolean;
  readonly paused: boolean;
  readonly reason: string;
  /** The member's own wrap-up time, seconds; 0: the queue's counts. */
  readonly wrapUpS: number;
}

interface Leg {
  readonly channel: string;
  readonly uniqueid: string;
  readonly linkedid: string;
}

interface At {
  readonly at: Instant;
}

export type AmiEvent = At &
  (
    | { type: 'member'; cause: 'status' | 'added' | 'removed' | 'pause' | 'other'; member: MemberRecord }
    | ({ type: 'join'; queue: string; caller: string; exten: string; state: number; place: string } & Leg)
    | ({ type: 'leave'; queue: string } & Leg)
    | ({ type: 'abandon'; queue: string; waitS: number; place: string } & Leg)
    /** Queue() is over and says how: the variable QUEUESTATUS was set. */
    | ({ type: 'queueStatus'; status: string } & Leg)
    | ({ type: 'agentCalled'; queue: string; interface: string; dest: string; destChannel: string } & Leg)
    | ({ type: 'agentConnect'; queue: string; interface: string; dest: string; waitS: number } & Leg)
    | ({
        type: 'agentComplete';
        queue: string;
        interface: string;
        waitS: number;
        talkS: number;
        reason: string;
      } & Leg)
    | ({ type: 'ringNoAnswer'; queue: string; interface: string; dest: string; ringMs: number } & Leg)
    | ({ type: 'newchannel'; caller: string; exten: string; state: number } & Leg)
    | ({ type: 'newstate'; caller: string; exten: string; state: number } & Leg)
    | ({ type: 'hangup'; cause: number } & Leg)
    | ({ type: 'hangupRequest' } & Leg)
    | ({ type: 'hold'; held: boolean } & Leg)
    | ({ type: 'bridged'; entered: boolean; place: string } & Leg)
    | ({ type: 'conference'; conference: string; place: string } & Leg)
    | ({ type: 'conferenceLeft'; conference: string } & Leg)
    /** A telephone's registration; `gone`: it is registered from there no more. */
    | { type: 'contact'; endpoint: string; uri: string; gone: boolean }
    | ({ type: 'dialBegin'; dest: string; destChannel: string; number: string } & Leg)
    | { type: 'transfer'; move: 'blind' | 'attended'; transferer: Leg; transferee: Leg | null; to: string }
    | ({ type: 'user'; name: string; fields: AmiFields } & Leg)
    /** A leg is recorded, or not any more; `named`: the variable MIXMONITOR_FILENAME was set. */
    | ({ type: 'recording'; state: RecordingState; file: string | null } & Leg)
    /** How many messages a voice box holds. */
    | { type: 'mailbox'; mailbox: string; fresh: number; old: number }
    | { type: 'reload'; module: string }
    | { type: 'shutdown' }
    | { type: 'fullyBooted' }
  );

type Body = AmiEvent extends infer E ? (E extends At ? Omit<E, 'at'> : never) : never;
/** A body, null for what does not concern the floor, or the name of a missing header. */
type Reader = (f: AmiFields) => Body | string | null;

const leg = (f: AmiFields, prefix = ''): Leg => ({
  channel: f[`${prefix}channel`] ?? '',
  uniqueid: f[`${prefix}uniqueid`] ?? '',
  linkedid: f[`${prefix}linkedid`] || f[`${prefix}uniqueid`] || '',
});

/** An event about a leg: a refusal names the header that is missing. */
const ofLeg =
  (read: (f: AmiFields, l: Leg) => Body, ...needs: string[]): Reader =>
  (f) => {
    const missing = ['channel', 'uniqueid', ...needs].find((k) => !f[k]);
    return missing ? missing : read(f, leg(f));
  };

const member =
  (cause: 'status' | 'added' | 'removed' | 'pause' | 'other'): Reader =>
  (f) => {
    const m = memberOf(f);
    return typeof m === 'string' ? m : { type: 'member', cause, member: m };
  };

/** Reads a member record; lists say Name and Location where events say MemberName and Interface. Or the missing header. */
export function memberOf(f: AmiFields): MemberRecord | string {
  const queue = f.queue;
  const iface = f.interface || f.location;
  if (!queue) return 'queue';
  if (!iface) return 'interface';
  if (f.status === undefined) return 'status';
  return {
    queue,
    name: f.membername || f.name || iface,
    interface: iface,
    stateInterface: f.stateinterface || iface,
    membership: f.membership === 'dynamic' || f.membership === 'realtime' ? f.membership : 'static',
    penalty: intOf(f.penalty, 0),
    lastCall: intOf(f.lastcall, 0),
    lastPause: intOf(f.lastpause, 0),
    loginTime: intOf(f.logintime, 0),
    status: intOf(f.status, 0),
    inCall: f.incall === '1',
    paused: f.paused === '1',
    reason: f.paused === '1' ? (f.pausedreason ?? '') : '',
    wrapUpS: intOf(f.wrapuptime, 0),
  };
}

/** What tells a channel that was not heard of before. */
const newLeg = (f: AmiFields, l: Leg) => ({
  ...l,
  caller: numberOf(f.calleridnum),
  exten: f.exten ?? '',
  state: intOf(f.channelstate, 0),
});

const bridge = (entered: boolean): Reader =>
  ofLeg((f, l) => ({
    type: 'bridged',
    entered,
    place: placeOf(f),
    ...l,
  }));

/** Says where a telephone is; 'Unreachable' is registered still, only not heard for the moment. */
const contact: Reader = (f) =>
  f.endpointname && f.uri
    ? { type: 'contact', endpoint: f.endpointname, uri: f.uri, gone: /^removed$/i.test(f.contactstatus ?? '') }
    : null;

const hangupRequest = ofLeg((_, l) => ({ type: 'hangupRequest', ...l }));
const agent = ['queue', 'interface'] as const;

const READERS: Readonly<Record<string, Reader | undefined>> = Object.assign(Object.create(null), {
  queuememberstatus: member('status'),
  queuememberadded: member('added'),
  queuememberremoved: member('removed'),
  queuememberpause: member('pause'),
  queuememberpenalty: member('other'),
  queuememberringinuse: member('other'),
  queuecallerjoin: ofLeg((f, l) => ({ type: 'join', ...newLeg(f, l), queue: f.queue!, place: placeOf(f) }), 'queue'),
  queuecallerleave: ofLeg((f, l) => ({ type: 'leave', ...l, queue: f.queue! }), 'queue'),
  queuecallerabandon: ofLeg(
    (f, l) => ({ type: 'abandon', ...l, queue: f.queue!, waitS: intOf(f.holdtime, -1), place: placeOf(f) }),
    'queue',
  ),
  agentcalled: ofLeg(
    (f, l) => ({
      type: 'agentCalled',
      ...l,
      queue: f.queue!,
      interface: f.interface!,
      dest: f.destuniqueid ?? '',
      destChannel: f.destchannel ?? '',
    }),
    ...agent,
  ),
  agentconnect: ofLeg(
    (f, l) => ({
      type: 'agentConnect',
      ...l,
      queue: f.queue!,
      interface: f.interface!,
      dest: f.destuniqueid ?? '',
      waitS: intOf(f.holdtime, -1),
    }),
    ...agent,
  ),
  // without its channel when the switch tells it after the caller's channel is gone (a shutdown)
  agentcomplete: (f) =>
    f.queue && f.interface
      ? {
          type: 'agentComplete',
          ...leg(f),
          queue: f.queue,
          interface: f.interface,
          waitS: intOf(f.holdtime, -1),
          talkS: intOf(f.talktime, 0),
          reason: f.reason ?? '',
        }
      : 'queue or interface',
  agentringnoanswer: ofLeg(
    (f, l) => ({
      type: 'ringNoAnswer',
      ...l,
      queue: f.queue!,
      interface: f.interface!,
      dest: f.destuniqueid ?? '',
      ringMs: intOf(f.ringtime, 0),
    }),
    ...agent,
  ),
  newchannel: ofLeg((f, l) => ({ type: 'newchannel', ...newLeg(f, l) })),
  newstate: ofLeg((f, l) => ({ type: 'newstate', ...newLeg(f, l) })),
  hangup: ofLeg((f, l) => ({ type: 'hangup', ...l, cause: intOf(f.cause, 0) })),
  hanguprequest: hangupRequest,
  softhanguprequest: hangupRequest,
  hold: ofLeg((_, l) => ({ type: 'hold', held: true, ...l })),
  unhold: ofLeg((_, l) => ({ type: 'hold', held: false, ...l })),
  bridgeenter: bridge(true),
  bridgeleave: bridge(false),
  confbridgejoin: ofLeg(
    (f, l) => ({ type: 'conference', conference: f.conference!, place: placeOf(f), ...l }),
    'conference',
  ),
  confbridgeleave: ofLeg((f, l) => ({ type: 'conferenceLeft', conference: f.conference!, ...l }), 'conference'),
  contactstatus: contact,
  contactstatusdetail: contact,
  // only where the account may hear variables (README.md of this folder); all others are no news of the floor
  varset: (f) =>
    f.variable === 'QUEUESTATUS' && f.uniqueid && f.channel && f.value
      ? { type: 'queueStatus', status: f.value, ...leg(f) }
      : f.variable === 'MIXMONITOR_FILENAME' && f.uniqueid && f.channel && f.value
        ? { type: 'recording', state: 'named', file: f.value, ...leg(f) }
        : null,
  mixmonitorstart: ofLeg((_, l) => ({ type: 'recording', state: 'began', file: null, ...l })),
  mixmonitorstop: ofLeg((_, l) => ({ type: 'recording', state: 'ended', file: null, ...l })),
  dialbegin: (f) =>
    f.destuniqueid
      ? {
          type: 'dialBegin',
          ...leg(f),
          dest: f.destuniqueid,
          destChannel: f.destchannel ?? '',
          number: numberOf(f.destcalleridnum),
        }
      : 'destuniqueid',
  blindtransfer: (f) =>
    f.transfereruniqueid
      ? {
          type: 'transfer',
          move: 'blind',
          transferer: leg(f, 'transferer'),
          transferee: f.transfereeuniqueid ? leg(f, 'transferee') : null,
          to: f.extension ?? '',
        }
      : 'transfereruniqueid',
  attendedtransfer: (f) =>
    f.origtransfereruniqueid
      ? {
          type: 'transfer',
          move: 'attended',
          transferer: leg(f, 'origtransferer'),
          transferee: f.transfereeuniqueid ? leg(f, 'transferee') : null,
          // the switch may leave the target out; then it is whom the transferring telephone talked to, or else dialled
          to:
            f.transfertargetchannel || numberOf(f.secondtransfererconnectedlinenum) || (f.secondtransfererexten ?? ''),
        }
      : 'origtransfereruniqueid',
  // a user event of the manager interface itself has no channel and is not about a call
  userevent: (f) => (f.channel && f.uniqueid ? { type: 'user', ...leg(f), name: f.userevent ?? '', fields: f } : null),
  messagewaiting: (f) => {
    const counted = mailboxCounted(f);
    return counted ? { type: 'mailbox', ...counted } : 'mailbox';
  },
  reload: (f) => ({ type: 'reload', module: f.module ?? '' }),
  shutdown: () => ({ type: 'shutdown' }),
  fullybooted: () => ({ type: 'fullyBooted' }),
} satisfies Record<string, Reader>) as Readonly<Record<string, Reader | undefined>>;

/**
 * Reads one packet.
 * @param receivedAt its instant where the packet has no Timestamp (the switch's `timestampevents` is off)
 * @returns null for what does not concern the floor; a refusal when a header that the event must have is missing
 */
export function parseEvent(f: AmiFields, receivedAt: Instant): Result<AmiEvent | null, 'ami.header'> {
  const name = f.event?.toLowerCase();
  const read = name === undefined ? undefined : READERS[name];
  if (!read) return accept(null);
  const body = read(f);
  if (body === null) return accept(null);
  if (typeof body === 'string') return refuse('ami.header', `${f.event} without ${body}`);
  return accept({ ...body, at: timestampOf(f.timestamp) ?? receivedAt } as AmiEvent);
}
