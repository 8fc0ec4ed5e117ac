import type { Instant } from '#domain/time.ts';
import { eventText, type Lines } from '#scripts/ami-server/server.ts';
import { AGENT, CALL, channelLines, channelListed, hex, memberLines, wholeS, type Channel } from './ami-words.ts';
import { callId, MAILBOX, messageFile } from './floor-facts.ts';
import type { ModelCall, ModelEvent, ModelSeat } from './floor-events.ts';

interface Spoken {
  readonly caller: Channel;
  /** The seat's leg while it rings or talks. */
  leg: Channel | null;
  recorded?: boolean;
}

/**
 * Tells the model's events in the words of Asterisk 22, with the headers and in the orders of a real recording
 * (ingest/asterisk/README.md), and keeps the channels that a list of channels must show.
 */
export class AmiVoice {
  readonly #send: (text: string) => void;
  readonly #calls = new Map<ModelCall, Spoken>();
  /** Callers that hang up after what else happens in this instant (a rating comes before). */
  readonly #hangingUp: ModelCall[] = [];
  #t: Instant = 0;
  #micro = 0;
  /** Messages of the voice box since this switch runs. */
  #messages = 0;
  #legs: number;
  readonly #fileOf: (call: ModelCall) => string;

  /**
   * @param firstLeg number before the first leg's, far from the numbers of calls: a uniqueid is a second and a number
   * @param fileOf what the dial plan calls the recording of a call
   */
  constructor(send: (text: string) => void, firstLeg: number, fileOf: (call: ModelCall) => string) {
    this.#send = send;
    this.#fileOf = fileOf;
    this.#legs = firstLeg;
  }

  /** Every channel that is alive, as CoreShowChannels lists it. */
  channels(now: Instant): Lines[] {
    return [...this.#calls.values()]
      .flatMap(({ caller, leg }) => (leg ? [caller, leg] : [caller]))
      .map((c) => channelListed(c, now));
  }
  channelOf(call: ModelCall): { name: string; uniqueid: string } | null {
    return this.#calls.get(call)?.caller ?? null;
  }

  channelNamed(name: string): Channel | null {
    for (const { caller, leg } of this.#calls.values()) {
      if (caller.name === name) return caller;
      if (leg?.name === name) return leg;
    }
    return null;
  }

  /** Whose leg a channel is; null when there is no such channel. */
  seatOf(channel: string): string | null {
    for (const { caller, leg } of this.#calls.values())
      for (const c of leg ? [caller, leg] : [caller])
        if (c.name === channel && c.context === 'agents' && /^PJSIP\/1\d{3}-/.test(channel)) return c.number;
    return null;
  }

  /** Ends what waited for the end of this instant. */
  settle(): void {
    for (const call of this.#hangingUp.splice(0)) this.#hangUpCaller(call);
  }

  tell(e: ModelEvent): void {
    if (e.kind !== 'rated') this.settle();
    if (e.t !== this.#t) {
      this.#t = e.t;
      this.#micro = 0;
    }
    switch (e.kind) {
      case 'arrived':
        return this.#arrived(e.call);
      case 'menu':
        return this.#menu(e.call, e.point, e.key, e.queue);
      case 'menuEnded':
        return this.#hangUpCaller(e.call, true);
      case 'joined':
        return this.#joined(e.call);
      case 'abandoned':
        return this.#abandoned(e.call);
      case 'withdrawn':
        return this.#withdrawn(e.call);
      case 'toVoicemail':
        return this.#toVoicemail(e.call);
      case 'messageLeft':
        return this.#messageLeft(e.call, e.spokenS);
      case 'signedIn':
        return this.#members('QueueMemberAdded', e.seat);
      case 'signedOut':
        return this.#members('QueueMemberRemoved', e.seat);
      case 'paused':
      case 'resumed':
        return this.#members('QueueMemberPause', e.seat);
      case 'penalised':
        return this.#members('QueueMemberPenalty', e.seat, e.queue);
      case 'dialled':
      case 'dialAnswered':
      case 'dialEnded':
        return this.#outbound(e.kind, e.call, e.seat);
      default:
        return this.#atSeat(e);
    }
  }

  #atSeat(e: ModelEvent & { call: ModelCall; seat: ModelSeat }): void {
    const { call, seat } = e;
    switch (e.kind) {
      case 'ringing':
        return this.#ringing(call, seat);
      case 'missed':
      case 'ringStopped':
        return this.#ringOver(call, seat, e.kind === 'missed' ? e.ringMs : null);
      case 'answered':
        return this.#answered(call, seat);
      case 'held':
      case 'retrieved': {
        const leg = this.#calls.get(call)?.leg;
        if (leg) this.#event(e.kind === 'held' ? 'Hold' : 'Unhold', CALL, channelLines(leg));
        return;
      }
      case 'transferred':
      case 'ended':
        return this.#talkOver(call, seat, e.kind === 'ended' ? e.by : 'transfer', () => {
          if (e.kind === 'transferred') this.#movedOn(call, e.to, e.attended);
        });
      case 'rated':
        return this.#user(call, 'HotlineRating', [
          ['Queue', call.queue],
          ['Member', seat.plan.name],
          ['Score', e.score],
        ]);
      default:
        throw new Error(`no words for the model's ${e.kind}`);
    }
  }

  /** Tells what is not the model's own, at an instant of the model. */
  say(t: Instant, name: string, privilege: string, lines: Lines): void {
    if (t !== this.#t) {
      this.#t = t;
      this.#micro = 0;
    }
    this.#event(name, privilege, lines);
  }

  // ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #event(name: string, privilege: string, lines: Lines): void {
    const stamp = (this.#t / 1000 + this.#micro++ / 1e6).toFixed(6);
    this.#send(eventText(name, [['Privilege', privilege], ['Timestamp', stamp], ...lines]));
  }

  #user(call: ModelCall, name: string, more: Lines): void {
    const spoken = this.#calls.get(call);
    if (!spoken) return;
    this.#event('UserEvent', 'user,all', [
      ...channelLines(spoken.caller),
      ['UserEvent', name],
      ['CallId', callId(call)],
      ...more,
    ]);
  }

  #members(event: string, seat: ModelSeat, only?: string): void {
    for (const [queue, penalty] of Object.entries(seat.plan.queues))
      if (only === undefined || queue === only)
        this.#event(event, AGENT, [
          ['Queue', queue],
          ['MemberName', seat.plan.name],
          ['Interface', `PJSIP/${seat.plan.no}`],
          ['StateInterface', `PJSIP/${seat.plan.no}`],
          ...memberLines(seat, queue, penalty),
          ['Ringinuse', 0],
          ['Wrapuptime', 0],
        ]);
  }

  // ── what happens to a caller ────────────────────────────────────────────────────────────────────────────────────

  #arrived(call: ModelCall): void {
    const id = callId(call);
    const caller: Channel = {
      name: `PJSIP/${call.trunk}-${hex(call.no)}`,
      uniqueid: id,
      linkedid: id,
      number: call.caller,
      display: '<unknown>',
      context: 'from-trunk',
      exten: '12345',
      up: false,
      ring: true,
    };
    this.#calls.set(call, { caller, leg: null });
    this.#event('Newchannel', CALL, channelLines(caller));
    caller.up = true;
    this.#event('Newstate', CALL, channelLines(caller));
    this.#user(call, 'HotlineIvr', [
      ['Step', 'enter'],
      ['Caller', call.caller],
    ]);
  }

  #menu(call: ModelCall, point: string, key: string, queue: string): void {
    const about: Lines = queue === '' ? [] : [['Queue', queue]];
    this.#user(call, 'HotlineIvr', [['Step', point], ...about, ['Key', key]]);
  }

  #queued(call: ModelCall, more: Lines): Lines {
    return [...channelLines(this.#calls.get(call)!.caller), ['Queue', call.queue], ...more];
  }

  #joined(call: ModelCall): void {
    if (call.visits > 1) this.#menu(call, 'queue', '', call.queue);
    this.#event(
      'QueueCallerJoin',
      AGENT,
      this.#queued(call, [
        ['Position', 1],
        ['Count', 1],
      ]),
    );
  }

  #withdrawn(call: ModelCall): void {
    this.#outOfQueue(call);
    this.#user(call, 'HotlineEnd', [
      ['Queue', call.queue],
      ['Status', 'WITHDRAW'],
    ]);
    this.#hangUpCaller(call);
  }

  #toVoicemail(call: ModelCall): void {
    this.#event(
      'QueueCallerLeave',
      AGENT,
      this.#queued(call, [
        ['Position', 1],
        ['Count', 0],
      ]),
    );
    this.#user(call, 'HotlineVoicemail', [
      ['Queue', call.queue],
      ['Key', '2'],
    ]);
  }

  #messageLeft(call: ModelCall, spokenS: number): void {
    this.#event('HangupRequest', CALL, channelLines(this.#calls.get(call)!.caller));
    this.#user(call, 'VoiceMessage', [
      ['Mailbox', MAILBOX],
      ['Caller', call.caller],
      ['Queue', call.queue],
      ['Duration', spokenS],
      ['File', messageFile(call)],
    ]);
    this.#event('MessageWaiting', CALL, [
      ['Mailbox', MAILBOX],
      ['Waiting', 1],
      ['New', ++this.#messages],
      ['Old', 0],
    ]);
    this.#hangUpCaller(call);
  }

  #abandoned(call: ModelCall): void {
    this.#event('HangupRequest', CALL, channelLines(this.#calls.get(call)!.caller));
    this.#outOfQueue(call);
    this.#hangUpCaller(call);
  }

  #outOfQueue(call: ModelCall): void {
    const holdTime = wholeS(call.joinedAt, this.#t);
    this.#event(
      'QueueCallerAbandon',
      AGENT,
      this.#queued(call, [
        ['Position', 1],
        ['OriginalPosition', 1],
        ['HoldTime', holdTime],
      ]),
    );
    this.#event(
      'QueueCallerLeave',
      AGENT,
      this.#queued(call, [
        ['Position', 1],
        ['Count', 0],
      ]),
    );
  }

  #hangUpCaller(call: ModelCall, asked = false): void {
    const spoken = this.#calls.get(call);
    if (!spoken) return;
    if (asked) this.#event('HangupRequest', CALL, channelLines(spoken.caller));
    this.#event('Hangup', CALL, [...channelLines(spoken.caller), ['Cause', 16], ['Cause-txt', 'Normal Clearing']]);
    this.#calls.delete(call);
  }

  // ── what happens at a seat ──────────────────────────────────────────────────────────────────────────────────────

  #newLeg(call: ModelCall, seat: ModelSeat, exten = 's'): Channel {
    return {
      name: `PJSIP/${seat.plan.no}-${hex(++this.#legs)}`,
      uniqueid: `${Math.floor(this.#t / 1000)}.${this.#legs}`,
      linkedid: callId(call),
      number: seat.plan.no,
      display: seat.plan.name,
      context: 'agents',
      exten,
      up: false,
    };
  }

  #ofAgent(call: ModelCall, seat: ModelSeat, more: Lines): Lines {
    const { caller, leg } = this.#calls.get(call)!;
    return [
      ...channelLines(caller),
      ...(leg ? channelLines(leg, 'Dest') : []),
      ['Queue', call.queue],
      ['Interface', `PJSIP/${seat.plan.no}`],
      ['MemberName', seat.plan.name],
      ...more,
    ];
  }

  #ringing(call: ModelCall, seat: ModelSeat): void {
    const spoken = this.#calls.get(call)!;
    spoken.leg = this.#newLeg(call, seat);
    this.#event('Newchannel', CALL, channelLines(spoken.leg));
    this.#event('AgentCalled', AGENT, this.#ofAgent(call, seat, []));
    this.#event('DialBegin', CALL, [
      ...channelLines(spoken.caller),
      ...channelLines(spoken.leg, 'Dest'),
      ['DialString', `PJSIP/${seat.plan.no}`],
    ]);
    this.#members('QueueMemberStatus', seat);
  }

  #dialEnd(call: ModelCall, status: string): void {
    const { caller, leg } = this.#calls.get(call)!;
    this.#event('DialEnd', CALL, [
      ...channelLines(caller),
      ...(leg ? channelLines(leg, 'Dest') : []),
      ['DialStatus', status],
    ]);
  }

  #endLeg(call: ModelCall, cause: number): void {
    const spoken = this.#calls.get(call)!;
    if (spoken.leg) this.#event('Hangup', CALL, [...channelLines(spoken.leg), ['Cause', cause], ['Cause-txt', '']]);
    spoken.leg = null;
  }

  #ringOver(call: ModelCall, seat: ModelSeat, missedMs: number | null): void {
    if (missedMs !== null) this.#event('AgentRingNoAnswer', AGENT, this.#ofAgent(call, seat, [['RingTime', missedMs]]));
    this.#dialEnd(call, missedMs === null ? 'CANCEL' : 'NOANSWER');
    this.#endLeg(call, missedMs === null ? 26 : 19);
    // the model frees the seat after it tells; Asterisk reports the device a moment later
    this.#members('QueueMemberStatus', { ...seat, state: 'idle' });
  }

  #answered(call: ModelCall, seat: ModelSeat): void {
    const { caller, leg } = this.#calls.get(call)!;
    leg!.up = true;
    this.#dialEnd(call, 'ANSWER');
    this.#event(
      'QueueCallerLeave',
      AGENT,
      this.#queued(call, [
        ['Position', 1],
        ['Count', 0],
      ]),
    );
    this.#members('QueueMemberStatus', seat);
    this.#record(call);
    const times: Lines = [
      ['HoldTime', wholeS(call.joinedAt, this.#t)],
      ['RingTime', wholeS(call.ringAt!, this.#t)],
    ];
    this.#event('AgentConnect', AGENT, this.#ofAgent(call, seat, times));
    for (const c of [leg!, caller])
      this.#event('BridgeEnter', CALL, [['BridgeUniqueid', callId(call)], ['BridgeType', 'basic'], ...channelLines(c)]);
  }

  #movedOn(call: ModelCall, to: string, attended: boolean): void {
    const { caller, leg } = this.#calls.get(call)!;
    if (attended)
      this.#event('AttendedTransfer', CALL, [
        ['Result', 'Success'],
        ...channelLines(leg!, 'OrigTransferer'),
        ...channelLines(leg!, 'SecondTransferer'),
        ...channelLines(caller, 'Transferee'),
        ['DestType', 'App'],
        ['DestApp', 'Queue'],
      ]);
    else
      this.#event('BlindTransfer', CALL, [
        ['Result', 'Success'],
        ...channelLines(leg!, 'Transferer'),
        ...channelLines(caller, 'Transferee'),
        ['IsExternal', 'Yes'],
        ['Context', 'agents'],
        ['Extension', to],
      ]);
  }

  /** The dial plan records from the first answer on (MixMonitor with option b), into a named file; its end with the channel is not told. */
  #record(call: ModelCall): void {
    const spoken = this.#calls.get(call)!;
    if (spoken.recorded) return;
    spoken.recorded = true;
    const named: Lines = [
      ['Variable', 'MIXMONITOR_FILENAME'],
      ['Value', this.#fileOf(call)],
    ];
    this.#event('VarSet', 'dialplan,all', [...channelLines(spoken.caller), ...named]);
    this.#event('MixMonitorStart', CALL, channelLines(spoken.caller));
  }

  #talkOver(call: ModelCall, seat: ModelSeat, reason: 'caller' | 'agent' | 'transfer', moved: () => void): void {
    const { caller, leg } = this.#calls.get(call)!;
    if (reason === 'transfer') moved();
    else this.#event('HangupRequest', CALL, channelLines(reason === 'caller' ? caller : leg!));
    for (const c of [leg!, caller])
      this.#event('BridgeLeave', CALL, [['BridgeUniqueid', callId(call)], ['BridgeType', 'basic'], ...channelLines(c)]);
    const times: Lines = [
      ['HoldTime', wholeS(call.joinedAt, call.answeredAt!)],
      ['TalkTime', wholeS(call.answeredAt!, this.#t)],
      ['Reason', reason],
    ];
    this.#event('AgentComplete', AGENT, this.#ofAgent(call, seat, times));
    this.#endLeg(call, 16);
    this.#members('QueueMemberStatus', { ...seat, state: 'idle', lastCall: this.#t, callsTaken: seat.callsTaken + 1 });
    if (reason !== 'transfer') this.#hangingUp.push(call);
  }

  #outbound(kind: 'dialled' | 'dialAnswered' | 'dialEnded', call: ModelCall, seat: ModelSeat): void {
    if (kind === 'dialled') {
      const id = callId(call);
      const own: Channel = { ...this.#newLeg(call, seat, `9${call.caller}`), uniqueid: id, linkedid: id, up: true };
      const trunk: Channel = {
        ...own,
        name: `PJSIP/${call.trunk}-${hex(call.no)}`,
        uniqueid: `${id}1`,
        number: call.caller,
        display: '<unknown>',
        context: 'from-trunk',
        up: false,
      };
      this.#calls.set(call, { caller: own, leg: trunk });
      this.#event('Newchannel', CALL, channelLines(own));
      this.#event('Newchannel', CALL, channelLines(trunk));
      this.#event('DialBegin', CALL, [
        ...channelLines(own),
        ...channelLines(trunk, 'Dest'),
        ['DialString', `${call.trunk}/${call.caller}`],
      ]);
      return this.#members('QueueMemberStatus', seat);
    }
    const { caller: own, leg: trunk } = this.#calls.get(call)!;
    if (kind === 'dialAnswered') {
      trunk!.up = true;
      this.#event('Newstate', CALL, channelLines(trunk!));
      this.#dialEnd(call, 'ANSWER');
      for (const c of [own, trunk!])
        this.#event('BridgeEnter', CALL, [
          ['BridgeUniqueid', callId(call)],
          ['BridgeType', 'basic'],
          ...channelLines(c),
        ]);
      return;
    }
    if (call.answeredAt === null) this.#dialEnd(call, 'NOANSWER');
    this.#endLeg(call, 16);
    this.#hangUpCaller(call, true);
    this.#members('QueueMemberStatus', { ...seat, state: 'idle' });
  }
}
