import { accept, refuse, type Result } from '#domain/result.ts';
import { deviceOf, endpointOf, intOf, isTelephone, type AmiFields } from '../fields.ts';
import { memberOf, type MemberRecord } from '../parse.ts';
import { seatIdOf } from '../state.ts';

/** What the hand sees of the switch at the moment of acting: channel names die fast, so they are looked up and never kept. */
export interface Leg {
  readonly channel: string;
  readonly uniqueid: string;
  readonly linkedid: string;
  /** '' when it is in none. */
  readonly bridge: string;
  readonly up: boolean;
}

export interface Entry {
  readonly queue: string;
  readonly channel: string;
  readonly uniqueid: string;
  readonly priority: number;
}

/** ChannelState 6: answered. */
const UP = 6;

/** The telephones of a CoreShowChannels list; Local channels and recorders are none. */
export function legsOf(list: readonly AmiFields[]): Leg[] {
  return list
    .filter((f) => f.event === 'CoreShowChannel' && f.channel && f.uniqueid && isTelephone(f.channel))
    .map((f) => ({
      channel: f.channel!,
      uniqueid: f.uniqueid!,
      linkedid: f.linkedid || f.uniqueid!,
      bridge: f.bridgeid ?? '',
      up: intOf(f.channelstate, 0) === UP,
    }));
}

/** Members of a seat in a QueueStatus list. */
export function membersOf(list: readonly AmiFields[], seat: string): MemberRecord[] {
  return list
    .filter((f) => f.event === 'QueueMember')
    .map(memberOf)
    .filter((m): m is MemberRecord => typeof m !== 'string' && seatIdOf(m.stateInterface) === seat);
}

/** The waiting caller of a QueueStatus list whose channel has this uniqueid. */
export function entryOf(list: readonly AmiFields[], queue: string, uniqueid: string): Entry | null {
  const f = list.find((x) => x.event === 'QueueEntry' && x.queue === queue && x.uniqueid === uniqueid && x.channel);
  return f ? { queue, channel: f.channel!, uniqueid, priority: intOf(f.priority, 0) } : null;
}

/** The seat's leg of the call that the supervisor saw. */
export function seatLeg(legs: readonly Leg[], seat: string, call: string): Result<Leg, 'call-ended' | 'call-changed'> {
  const own = legs.filter((l) => l.up && endpointOf(deviceOf(l.channel)) === seat);
  const leg = own.find((l) => l.linkedid === call);
  if (leg) return accept(leg);
  return own.length > 0
    ? refuse('call-changed', `seat ${seat} is in call ${own[0]!.linkedid}`)
    : refuse('call-ended', `seat ${seat} is in no call`);
}

/** Whom the seat talks to: the other telephone of its bridge, or, behind Local channels, of its call. */
export function otherLeg(legs: readonly Leg[], leg: Leg): Result<Leg, 'call-ended' | 'call-many'> {
  const others = legs.filter((l) => l.uniqueid !== leg.uniqueid && l.up);
  const bridged = others.filter((l) => leg.bridge !== '' && l.bridge === leg.bridge);
  const found = bridged.length > 0 ? bridged : others.filter((l) => l.linkedid === leg.linkedid);
  if (found.length === 1) return accept(found[0]!);
  return found.length === 0
    ? refuse('call-ended', 'nobody else is in the call')
    : refuse('call-many', `${found.length + 1} are in the call`);
}
