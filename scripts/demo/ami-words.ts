import type { Instant } from '#domain/time.ts';
import type { Lines } from '#scripts/ami-server/server.ts';
import type { ModelSeat } from './floor-events.ts';

/** The headers of the pretended switch, as Asterisk 22 writes them. */

/** Privilege classes of events. */
export const AGENT = 'agent,all';
export const CALL = 'call,all';

/** One channel of the pretended switch. */
export interface Channel {
  readonly name: string;
  readonly uniqueid: string;
  readonly linkedid: string;
  readonly number: string;
  readonly display: string;
  readonly context: string;
  readonly exten: string;
  up: boolean;
  /** Came in from outside and is not answered: Asterisk says Ring, and Down of a telephone that it rings itself. */
  readonly ring?: boolean;
}

/** A channel's headers. @param prefix 'Dest', 'Transferer'… where an event names more than one */
export function channelLines(c: Channel, prefix = ''): Lines {
  const own: Lines = [
    ['Channel', c.name],
    ['ChannelState', c.up ? 6 : c.ring ? 4 : 0],
    ['ChannelStateDesc', c.up ? 'Up' : c.ring ? 'Ring' : 'Down'],
    ['CallerIDNum', c.number],
    ['CallerIDName', c.display],
    ['Language', 'zh'],
    ['AccountCode', ''],
    ['Context', c.context],
    ['Exten', c.exten],
    ['Priority', 1],
    ['Uniqueid', c.uniqueid],
    ['Linkedid', c.linkedid],
  ];
  return prefix === '' ? own : own.map(([k, v]) => [`${prefix}${k}`, v] as const);
}

/** A channel as CoreShowChannels lists it. */
export const channelListed = (c: Channel, now: Instant): Lines => [
  ['Event', 'CoreShowChannel'],
  ...channelLines(c),
  ['Application', c.context === 'agents' ? 'AppQueue' : 'Queue'],
  ['ApplicationData', ''],
  // a uniqueid begins with its second, unless a manager chose it
  ['Duration', clock(/^\d/.test(c.uniqueid) ? now - Number(c.uniqueid.split('.')[0]) * 1000 : 0)],
  ['BridgeId', ''],
];

/** The record of a member, once per queue of the seat. */
export function memberLines(seat: ModelSeat, queue: string, penalty: number): Lines {
  const status = { off: 5, idle: 1, ringing: 6, talking: 2, outbound: 2 }[seat.state];
  return [
    ['Membership', 'dynamic'],
    ['Penalty', penalty],
    ['CallsTaken', seat.callsTaken],
    ['LastCall', Math.floor(seat.lastCall / 1000)],
    ['LastPause', seat.pausedAt === null ? 0 : Math.floor(seat.pausedAt / 1000)],
    ['LoginTime', Math.floor(seat.signedInAt / 1000)],
    ['InCall', seat.state === 'talking' && seat.call?.queue === queue ? 1 : 0],
    ['Status', status],
    ['Paused', seat.paused === null ? 0 : 1],
    ['PausedReason', seat.paused ?? ''],
  ];
}

/** Whole seconds between two instants as Asterisk counts them. */
export const wholeS = (from: Instant, to: Instant): number => Math.floor(to / 1000) - Math.floor(from / 1000);
export const hex = (n: number): string => n.toString(16).padStart(8, '0');
const clock = (ms: number): string => new Date(Math.max(0, ms)).toISOString().slice(11, 19);

/** Where a seat's telephone is registered from: the hotline's own network, one address per seat. */
export function registeredLine(no: string): Lines {
  const host = `10.45.${Math.floor(Number(no) / 200) % 250}.${(Number(no) % 200) + 20}`;
  return [
    ['Event', 'ContactStatusDetail'],
    ['AOR', no],
    ['EndpointName', no],
    ['URI', `sip:${no}@${host}:5060`],
    ['Status', 'Reachable'],
  ];
}
