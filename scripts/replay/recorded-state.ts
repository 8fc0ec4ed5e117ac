import type { Lines } from '#scripts/ami-server/server.ts';
import type { Fields, ShownMember } from './recording.ts';

/** What a queue member's record says, by header, as lists spell it. */
type MemberState = Map<string, string>;
const FROM_EVENT: Readonly<Record<string, string>> = { MemberName: 'Name', Interface: 'Location' };
const MEMBER_HEADERS = [
  'Queue',
  'Name',
  'Location',
  'StateInterface',
  'Membership',
  'Penalty',
  'CallsTaken',
  'LastCall',
  'LastPause',
  'LoginTime',
  'InCall',
  'Status',
  'Paused',
  'PausedReason',
  'Wrapuptime',
] as const;

interface Entry {
  readonly queue: string;
  readonly joinedAt: number;
  readonly fields: Fields;
}

const key = (queue: string, iface: string): string => `${queue}\u0000${iface}`;

const NOT_LISTED = new Set([
  'Event',
  'ActionID',
  'Privilege',
  'Timestamp',
  'ChanVariable',
  'Application',
  'ApplicationData',
  'Duration',
  'BridgeId',
]);

/** The state that the recorded events tell, so that a list can be answered at any instant of the recording. */
export class RecordedState {
  readonly queues = new Map<string, Fields>();
  readonly members = new Map<string, MemberState>();
  /** By uniqueid. */
  readonly entries = new Map<string, Entry>();
  readonly channels = new Map<string, { at: number; fields: Map<string, string> }>();
  /** Agent legs of queue calls: uniqueid of the leg → member. */
  readonly #onCall = new Map<string, string>();
  readonly #bridged = new Map<string, string>();
  startup = '';
  #listing = '';

  /** @param at milliseconds since the epoch */
  take(f: Fields, at: number): void {
    switch (f.get('Event')) {
      case 'QueueMemberRemoved':
        this.members.delete(key(f.get('Queue')!, f.get('Interface')!));
        return;
      case 'QueueMemberAdded':
      case 'QueueMemberStatus':
      case 'QueueMemberPause':
      case 'QueueMemberPenalty':
      case 'QueueMemberRinginuse':
        return this.#member(f);
      case 'QueueCallerJoin':
        this.entries.set(f.get('Uniqueid')!, { queue: f.get('Queue')!, joinedAt: at, fields: f });
        return;
      case 'QueueCallerLeave':
        this.entries.delete(f.get('Uniqueid')!);
        return;
      case 'Newchannel':
        this.channels.set(f.get('Uniqueid')!, { at, fields: new Map(f) });
        return;
      case 'BridgeEnter':
        this.#bridged.set(f.get('Uniqueid')!, f.get('BridgeUniqueid')!);
        return this.#channel(f);
      case 'BridgeLeave':
        this.#bridged.delete(f.get('Uniqueid')!);
        return this.#channel(f);
      case 'Hangup':
        this.channels.delete(f.get('Uniqueid')!);
        this.#bridged.delete(f.get('Uniqueid')!);
        return this.#callEnded(f.get('Uniqueid')!, at);
      case 'AgentConnect':
        this.#onCall.set(f.get('DestUniqueid')!, key(f.get('Queue')!, f.get('Interface')!));
        this.members.get(key(f.get('Queue')!, f.get('Interface')!))?.set('InCall', '1');
        return;
      case 'AgentComplete':
        for (const [leg, member] of this.#onCall)
          if (member === key(f.get('Queue')!, f.get('Interface')!)) this.#callEnded(leg, at);
        return;
      default:
        if (f.has('Uniqueid')) this.#channel(f);
    }
  }

  /** A packet of a list that the recording client got: the switch's own word on its state. */
  listed(f: Fields, at: number): void {
    if (f.get('CoreStartupTime') !== undefined)
      this.startup = `${f.get('CoreStartupDate') ?? ''} ${f.get('CoreStartupTime') ?? ''}`;
    const action = /-([A-Za-z]+)$/.exec(f.get('ActionID') ?? '')?.[1] ?? '';
    const id = f.get('ActionID') ?? '';
    if (f.has('Response') && action === 'QueueStatus') {
      this.queues.clear();
      this.members.clear();
      this.entries.clear();
      this.#listing = id;
    }
    if (f.has('Response') && action === 'CoreShowChannels') {
      this.channels.clear();
      this.#listing = id;
    }
    if (id !== this.#listing) return;
    switch (f.get('Event')) {
      case 'QueueParams':
        this.queues.set(f.get('Queue')!, f);
        return;
      case 'QueueMember':
        this.members.set(key(f.get('Queue')!, f.get('Location')!), new Map(f));
        return;
      case 'QueueEntry': {
        const joinedAt = at - Number(f.get('Wait') ?? 0) * 1000;
        this.entries.set(f.get('Uniqueid')!, { queue: f.get('Queue')!, joinedAt, fields: f });
        return;
      }
      case 'CoreShowChannel': {
        const [h, m, s] = (f.get('Duration') ?? '0:0:0').split(':').map(Number);
        const passed = ((h! * 60 + m!) * 60 + s!) * 1000;
        this.channels.set(f.get('Uniqueid')!, { at: at - passed, fields: new Map(f) });
        return;
      }
      default:
        return;
    }
  }

  /** What `queue show` said next: members that came or went without an event. */
  shown(members: readonly ShownMember[], at: number): void {
    const listed = new Set(members.map((m) => key(m.queue, m.interface)));
    for (const k of [...this.members.keys()]) if (!listed.has(k)) this.members.delete(k);
    for (const m of members) {
      const k = key(m.queue, m.interface);
      const known = this.members.get(k);
      if (known) {
        // a reload sets the penalty back to the file's and forgets why a member is paused
        known.set('Penalty', String(m.penalty));
        known.set('PausedReason', m.pausedReason);
        continue;
      }
      const twin = [...this.members.values()].find((x) => x.get('StateInterface') === m.stateInterface);
      const record: MemberState = new Map([
        ['Queue', m.queue],
        ['Name', m.name],
        ['Location', m.interface],
        ['StateInterface', m.stateInterface],
        ['Membership', m.dynamic ? 'dynamic' : 'static'],
        ['Penalty', String(m.penalty)],
        ['LoginTime', String(Math.floor(at / 1000))],
        ['Status', twin?.get('Status') ?? '1'],
      ]);
      this.members.set(k, record);
    }
  }

  /** A new switch: everything that was in memory is gone. */
  reset(): void {
    this.queues.clear();
    this.members.clear();
    this.entries.clear();
    this.channels.clear();
    this.#onCall.clear();
    this.#bridged.clear();
  }

  #member(f: Fields): void {
    const k = key(f.get('Queue')!, f.get('Interface')!);
    const record: MemberState = this.members.get(k) ?? new Map<string, string>();
    for (const [name, value] of f) {
      const listName = FROM_EVENT[name] ?? name;
      if ((MEMBER_HEADERS as readonly string[]).includes(listName)) record.set(listName, value);
    }
    this.members.set(k, record);
  }

  #channel(f: Fields): void {
    const c = this.channels.get(f.get('Uniqueid')!);
    if (!c) return;
    for (const name of ['ChannelState', 'ChannelStateDesc', 'Linkedid', 'Context', 'Exten']) {
      const value = f.get(name);
      if (value !== undefined) c.fields.set(name, value);
    }
  }

  #callEnded(leg: string, at: number): void {
    const member = this.#onCall.get(leg);
    if (member === undefined) return;
    this.#onCall.delete(leg);
    const record = this.members.get(member);
    const device = record?.get('StateInterface');
    record?.set('InCall', '0');
    for (const m of this.members.values())
      if (m.get('StateInterface') === device) m.set('LastCall', String(Math.floor(at / 1000)));
  }

  queueStatus(now: number): Lines[] {
    const out: Lines[] = [];
    for (const [queue, params] of this.queues) {
      const waiting = [...this.entries.values()].filter((e) => e.queue === queue);
      const own: Lines = [...params].filter(([k]) => k !== 'ActionID' && k !== 'Calls' && k !== 'Event');
      out.push([['Event', 'QueueParams'], ...own, ['Calls', waiting.length]]);
      for (const m of this.members.values())
        if (m.get('Queue') === queue)
          out.push([['Event', 'QueueMember'], ...MEMBER_HEADERS.map((h) => [h, m.get(h) ?? blank(h)] as const)]);
      waiting.forEach((e, i) => out.push(entryLines(e, i + 1, now)));
    }
    return out;
  }

  coreShowChannels(now: number): Lines[] {
    return [...this.channels.entries()].map(([uniqueid, { at, fields }]) => {
      const s = Math.max(0, Math.floor((now - at) / 1000));
      const two = (n: number): string => String(n).padStart(2, '0');
      const own: Lines = [...fields].filter(([k]) => !NOT_LISTED.has(k));
      return [
        ['Event', 'CoreShowChannel'],
        ...own,
        ['Application', ''],
        ['ApplicationData', ''],
        ['Duration', `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`],
        ['BridgeId', this.#bridged.get(uniqueid) ?? ''],
      ];
    });
  }
}

const blank = (header: string): string => (['PausedReason', 'Name'].includes(header) ? '' : '0');

const entryLines = (e: Entry, position: number, now: number): Lines => [
  ['Event', 'QueueEntry'],
  ['Queue', e.queue],
  ['Position', position],
  ['Channel', e.fields.get('Channel') ?? ''],
  ['Uniqueid', e.fields.get('Uniqueid') ?? ''],
  ['CallerIDNum', e.fields.get('CallerIDNum') ?? 'unknown'],
  ['CallerIDName', e.fields.get('CallerIDName') ?? 'unknown'],
  ['ConnectedLineNum', 'unknown'],
  ['ConnectedLineName', 'unknown'],
  // the switch counts whole seconds: the difference of two of them
  ['Wait', Math.max(0, Math.floor(now / 1000) - Math.floor(e.joinedAt / 1000))],
  ['Priority', 0],
];
