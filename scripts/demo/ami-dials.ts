import { SECOND } from '#domain/time.ts';
import type { AmiReply, Lines } from '#scripts/ami-server/server.ts';
import type { AmiVoice } from './ami-voice.ts';
import { CALL, channelLines, hex, type Channel } from './ami-words.ts';
import type { FloorModel } from './floor-model.ts';

type Fields = ReadonlyMap<string, string>;

/** How a called number ends in the demo, by its last digit; every other is answered. */
const ENDS: Readonly<Record<string, { status: string; cause: number; text: string; afterMs: number }>> = {
  7: { status: 'BUSY', cause: 17, text: 'User busy', afterMs: 2 * SECOND },
  8: { status: 'NOANSWER', cause: 19, text: 'User alerting, no answer', afterMs: 20 * SECOND },
  9: { status: 'CHANUNAVAIL', cause: 1, text: 'Unallocated (unassigned) number', afterMs: SECOND },
};
const PICK_UP_MS = 1.5 * SECOND;
const ANSWER_MS = 4 * SECOND;
const TALK_MS = 45 * SECOND;
/** Officers' telephones: 8001–8020. */
const PHONE = /^PJSIP\/(80(?:0[1-9]|1\d|20))$/;

interface Dial {
  readonly phone: string;
  readonly own: Channel;
  called: Channel | null;
}

/** Officers' telephones of the demo: each is picked up when it rings, and the number it dials answers, or not, as its last digit says. */
export class DemoDials {
  readonly #model: FloorModel;
  readonly #voice: AmiVoice;
  readonly #dials = new Map<string, Dial>();
  #legs: number;

  /** @param firstLeg number before the first leg's, far from those of the floor's calls */
  constructor(model: FloorModel, voice: AmiVoice, firstLeg: number) {
    this.#model = model;
    this.#voice = voice;
    this.#legs = firstLeg;
  }

  /** DEVICE_STATE of an officer's telephone; null: it is none. */
  stateOf(device: string): string | null {
    if (!PHONE.test(device)) return null;
    return this.#dials.has(device) ? 'INUSE' : 'NOT_INUSE';
  }

  get channels(): Channel[] {
    return [...this.#dials.values()].flatMap(({ own, called }) => (called ? [own, called] : [own]));
  }

  /** Originate of a telephone into the dial plan. */
  originate(fields: Fields, reply: AmiReply): void {
    const device = fields.get('channel') ?? '';
    const exten = fields.get('exten') ?? '';
    const phone = PHONE.exec(device)?.[1];
    if (fields.get('application') !== undefined) return reply.error('The demo switch has nothing to listen with.');
    if (!phone || this.#dials.has(device)) return reply.error('Originate failed: no such telephone, or it is busy');
    const uniqueid = fields.get('channelid') ?? `${Math.floor(this.#model.now / 1000)}.${this.#legs + 1}`;
    const own: Channel = {
      name: `${device}-${hex(++this.#legs)}`,
      uniqueid,
      linkedid: uniqueid,
      number: phone,
      display: phone,
      context: fields.get('context') ?? 'agents',
      exten,
      up: false,
    };
    const dial: Dial = { phone: device, own, called: null };
    this.#dials.set(device, dial);
    reply.success('Originate successfully queued');
    this.#say('Newchannel', channelLines(own));
    this.#model.schedule(PICK_UP_MS, () => this.#pickedUp(dial));
  }

  /** Ends the call of a channel of an officer's telephone. @returns false when it is none */
  hangUp(channel: string): boolean {
    const dial = [...this.#dials.values()].find((d) => d.own.name === channel || d.called?.name === channel);
    if (dial) this.#over(dial, 16, 'Normal Clearing');
    return dial !== undefined;
  }

  #say(name: string, lines: Lines): void {
    this.#voice.say(this.#model.now, name, CALL, lines);
  }

  #pickedUp(dial: Dial): void {
    const { own } = dial;
    if (this.#dials.get(dial.phone) !== dial) return;
    own.up = true;
    this.#say('Newstate', channelLines(own));
    this.#say('OriginateResponse', [['Response', 'Success'], ['Reason', 4], ...channelLines(own)]);
    const called: Channel = {
      ...own,
      name: `PJSIP/trunk-1-${hex(++this.#legs)}`,
      uniqueid: `${Math.floor(this.#model.now / 1000)}.${this.#legs}`,
      number: own.exten,
      display: '<unknown>',
      context: 'from-trunk',
      up: false,
    };
    dial.called = called;
    this.#say('Newchannel', channelLines(called));
    this.#say('DialBegin', [
      ...channelLines(own),
      ...channelLines(called, 'Dest'),
      ['DialString', `trunk-1/${own.exten}`],
    ]);
    const end = ENDS[own.exten.slice(-1)];
    this.#model.schedule(end?.afterMs ?? ANSWER_MS, () => this.#calledEnds(dial, called));
  }

  #calledEnds(dial: Dial, called: Channel): void {
    if (this.#dials.get(dial.phone) !== dial) return;
    const { own } = dial;
    const end = ENDS[own.exten.slice(-1)];
    this.#say('DialEnd', [
      ...channelLines(own),
      ...channelLines(called, 'Dest'),
      ['DialStatus', end?.status ?? 'ANSWER'],
    ]);
    if (end) return this.#over(dial, end.cause, end.text);
    called.up = true;
    this.#say('Newstate', channelLines(called));
    for (const c of [own, called])
      this.#say('BridgeEnter', [['BridgeUniqueid', own.uniqueid], ['BridgeType', 'basic'], ...channelLines(c)]);
    this.#model.schedule(TALK_MS, () => this.#over(dial, 16, 'Normal Clearing'));
  }

  #over(dial: Dial, cause: number, text: string): void {
    if (this.#dials.get(dial.phone) !== dial) return;
    this.#dials.delete(dial.phone);
    const { own, called } = dial;
    if (called?.up)
      for (const c of [own, called])
        this.#say('BridgeLeave', [['BridgeUniqueid', own.uniqueid], ['BridgeType', 'basic'], ...channelLines(c)]);
    if (called) this.#say('Hangup', [...channelLines(called), ['Cause', cause], ['Cause-txt', text]]);
    this.#say('Hangup', [...channelLines(own), ['Cause', cause], ['Cause-txt', text]]);
  }
}
