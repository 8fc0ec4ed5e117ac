import { SECOND } from '#domain/time.ts';
import type { AmiReply, Lines } from '#scripts/ami-server/server.ts';
import type { DemoDials } from './ami-dials.ts';
import type { AmiVoice } from './ami-voice.ts';
import { CALL, channelLines } from './ami-words.ts';
import type { ModelCall, ModelSeat } from './floor-events.ts';
import type { FloorModel } from './floor-model.ts';
import { QUEUES } from './floor-plan.ts';

type Fields = ReadonlyMap<string, string>;

/** How long seat and target of an attended transfer talk. */
const CONSULT_MS = 6 * SECOND;
/** Where callers hear why their call ends (AMI_END_PROMPT_EXTEN of the demo, scripts/start/services.ts). */
const DEMO_END_PROMPT = 'end-prompt@from-internal';

/** Numbers that reach the queues of the demo: 7001, 7002 … in their order. */
export const queueOfNumber = (exten: string): string | null =>
  /^70\d{2}$/.test(exten) ? (QUEUES[Number(exten.slice(2)) - 1]?.id ?? null) : null;

/**
 * What a supervisor may do to the demo's switch: what its model can do is done and then told in events, everything else is refused in
 * the words of a real switch that lacks it. It cannot be listened to, records without sound, and has no text messages.
 */
export class DemoActs {
  readonly #model: FloorModel;
  readonly #voice: AmiVoice;
  readonly #dials: DemoDials;
  /** The switch's own database: '/family/key' → value. */
  readonly #db = new Map<string, string>();
  readonly #recordings = new Set<string>();
  /** Callers to be taken out once no seat rings for them. */
  #leaving: readonly ModelCall[] = [];

  constructor(model: FloorModel, voice: AmiVoice, dials: DemoDials) {
    this.#model = model;
    this.#voice = voice;
    this.#dials = dials;
  }

  /** @returns false for an action that is not a supervisor's */
  action(name: string, fields: Fields, reply: AmiReply): boolean {
    switch (name) {
      case 'getvar':
        this.#getvar(fields, reply);
        return true;
      case 'queuepause':
        this.#pause(fields, reply);
        return true;
      case 'queueremove':
        this.#remove(fields, reply);
        return true;
      case 'hangup': {
        const seat = this.#seatOfChannel(fields);
        if ((seat && this.#model.cutOff(seat)) || this.#dials.hangUp(fields.get('channel') ?? ''))
          reply.success('Channel Hungup');
        else reply.error('No such channel');
        return true;
      }
      case 'originate':
        this.#dials.originate(fields, reply);
        return true;
      case 'blindtransfer':
        this.#transfer(fields, reply);
        return true;
      case 'dbput':
      case 'dbdel':
      case 'dbgettree':
        this.#database(name, fields, reply);
        return true;
      case 'mixmonitor':
      case 'stopmixmonitor':
        this.#record(name === 'mixmonitor', fields, reply);
        return true;
      case 'atxfer':
        this.#consult(fields, reply);
        return true;
      case 'redirect':
        this.#prompt(fields, reply);
        return true;
      case 'showdialplan':
        this.#dialPlan(fields, reply);
        return true;
      case 'queuepenalty':
        this.#penalty(fields, reply);
        return true;
      case 'queuechangeprioritycaller':
      case 'queuewithdrawcaller':
        this.#caller(name, fields, reply);
        return true;
      case 'messagesend':
        reply.error('Message technology not found.');
        return true;
      default:
        return false;
    }
  }

  /** Takes out who could not be taken out before. */
  settle(): void {
    this.#leaving = this.#leaving.filter(
      (call) => !call.over && call.answeredAt === null && !this.#model.withdraw(call),
    );
  }

  #seat(device: string | undefined): ModelSeat | null {
    return this.#model.seats.find((s) => `PJSIP/${s.plan.no}` === device && s.state !== 'off') ?? null;
  }
  #seatOfChannel(fields: Fields): ModelSeat | null {
    const no = this.#voice.seatOf(fields.get('channel') ?? '');
    return no === null ? null : this.#seat(`PJSIP/${no}`);
  }

  #getvar(fields: Fields, reply: AmiReply): void {
    const variable = fields.get('variable') ?? '';
    const device = /^DEVICE_STATE\((.+)\)$/.exec(variable)?.[1];
    reply.success('', [
      ['Variable', variable],
      // the number of a recording stands in a variable of its channel
      ['Value', device === undefined ? (variable.startsWith('WF_REC_') ? '0x1' : '') : this.#deviceState(device)],
    ]);
  }

  #deviceState(device: string): string {
    const seat = this.#seat(device);
    if (seat) return seat.state === 'idle' ? 'NOT_INUSE' : 'INUSE';
    return this.#dials.stateOf(device) ?? 'UNAVAILABLE';
  }

  #pause(fields: Fields, reply: AmiReply): void {
    const seat = this.#seat(fields.get('interface'));
    if (!seat) return reply.error('Interface not found');
    const paused = fields.get('paused') === 'true';
    this.#model.setPaused(seat, paused ? (fields.get('reason') ?? '') : null);
    reply.success(paused ? 'Interface paused successfully' : 'Interface unpaused successfully');
  }

  #remove(fields: Fields, reply: AmiReply): void {
    const seat = this.#seat(fields.get('interface'));
    if (!seat || !((fields.get('queue') ?? '') in seat.plan.queues))
      return reply.error('Unable to remove interface: Not there');
    // the model's agents leave all queues at once, and not in the middle of a call
    if (seat.state !== 'idle') return reply.error('Unable to remove interface: the demo agent is in a call');
    this.#model.signOut(seat);
    reply.success('Removed interface from queue');
  }

  #transfer(fields: Fields, reply: AmiReply): void {
    const seat = this.#seatOfChannel(fields);
    if (!seat) return reply.error('No such channel');
    const queue = queueOfNumber(fields.get('exten') ?? '');
    if (queue === null) return reply.error('Invalid extension: the demo transfers to its queues only, 7001 and on');
    if (this.#model.transfer(seat, queue)) reply.success('Transfer succeeded');
    else reply.error('No such channel');
  }

  #database(name: string, fields: Fields, reply: AmiReply): void {
    const key = `/${fields.get('family')}/${fields.get('key') ?? ''}`;
    if (name === 'dbput') {
      this.#db.set(key, fields.get('val') ?? '');
      return reply.success('Updated database successfully');
    }
    if (name === 'dbdel')
      return this.#db.delete(key)
        ? reply.success('Key deleted successfully')
        : reply.error('Database entry could not be deleted');
    const rows = [...this.#db].filter(([k]) => k.startsWith(key));
    reply.list(
      'Result will follow',
      rows.map(([Key, Val]) => [
        ['Event', 'DBGetTreeResponse'],
        ['Key', Key],
        ['Val', Val],
      ]),
      'DBGetTreeComplete',
    );
  }

  /** Says that it records; the demo has no sound. */
  #record(on: boolean, fields: Fields, reply: AmiReply): void {
    const name = fields.get('channel') ?? '';
    const channel = this.#voice.channelNamed(name);
    if (!channel) return reply.error('No such channel');
    if (!on && !this.#recordings.delete(name)) return reply.error('Could not stop monitoring channel');
    if (on) this.#recordings.add(name);
    reply.success(on ? 'Started MixMonitor on channel' : 'Stopped monitoring channel');
    this.#voice.say(this.#model.now, on ? 'MixMonitorStart' : 'MixMonitorStop', CALL, channelLines(channel));
  }

  /** The other side answers at once and takes the call after a while. */
  #consult(fields: Fields, reply: AmiReply): void {
    const seat = this.#seatOfChannel(fields);
    const call = seat?.call;
    if (!seat || !call) return reply.error('No such channel');
    const queue = queueOfNumber(fields.get('exten') ?? '');
    reply.success('Atxfer successfully queued');
    this.#model.schedule(CONSULT_MS, () => {
      if (queue !== null && seat.call === call) this.#model.transfer(seat, queue, true);
    });
  }

  /** The only place a caller can be sent to: the prompt that ends his call. */
  #prompt(fields: Fields, reply: AmiReply): void {
    const channel = fields.get('channel') ?? '';
    const seat = this.#model.seats.find((s) => s.call && this.#voice.channelOf(s.call)?.name === channel);
    if (`${fields.get('exten')}@${fields.get('context')}` !== DEMO_END_PROMPT || !seat)
      return reply.error('Channel does not exist: the demo redirects callers in a conversation to its prompt only');
    this.#model.cutOff(seat);
    reply.success('Redirect successful');
  }

  #dialPlan(fields: Fields, reply: AmiReply): void {
    const [exten = '', context = ''] = [fields.get('extension'), fields.get('context')];
    if (`${exten}@${context}` !== DEMO_END_PROMPT && queueOfNumber(exten) === null)
      return reply.error(`Did not find extension ${exten}@${context}`);
    const line: Lines = [
      ['Event', 'ListDialplan'],
      ['Context', context],
      ['Extension', exten],
      ['Priority', 1],
      ['Application', 'NoOp'],
    ];
    reply.list('DialPlan list will follow', [line], 'ShowDialPlanComplete');
  }

  #penalty(fields: Fields, reply: AmiReply): void {
    const seat = this.#seat(fields.get('interface'));
    const queue = fields.get('queue') ?? '';
    const penalty = Number(fields.get('penalty'));
    if (!seat || !(queue in seat.plan.queues) || !Number.isInteger(penalty) || penalty < 0)
      return reply.error('Invalid interface, queuename or penalty');
    this.#model.setPenalty(seat, queue, penalty);
    reply.success('Interface penalty set successfully');
  }

  #caller(name: string, fields: Fields, reply: AmiReply): void {
    const list = this.#model.waiting.get(fields.get('queue') ?? '');
    if (!list) return reply.error('Unable to find queue');
    const call = list.find((c) => this.#voice.channelOf(c)?.name === fields.get('caller'));
    if (!call) return reply.error('Unable to find caller in queue');
    if (name === 'queuewithdrawcaller') {
      if (!this.#model.withdraw(call)) this.#leaving = [...this.#leaving, call];
      return reply.success('Withdraw requested successfully');
    }
    this.#model.setPriority(call, Number(fields.get('priority')) || 0);
    reply.success('Priority change for caller on queue');
  }
}
