import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldsOf, type AmiFields } from './fields.ts';
import { parseEvent } from './parse.ts';
import { reduce } from './reduce.ts';
import { emptyState } from './state.ts';
import { mailboxCounted, voiceMessage } from './voicemail.ts';

const AT = 1_800_000_000_000;
const call = { id: 'c.1', caller: '13800001234', uniqueid: 'c.1' };
const fields = (more: Record<string, string>): AmiFields => fieldsOf(more);
const channel = {
  Channel: 'PJSIP/trunk-1-0000000a',
  Uniqueid: 'c.1',
  Linkedid: 'c.1',
  CallerIDNum: '13800001234',
  Exten: '12345',
  ChannelState: '4',
};

test('a message is told with its mailbox, length and file, by the number that the call came from', () => {
  const told = voiceMessage(
    fields({ Mailbox: '8000@default', Duration: '31', File: '/var/spool/asterisk/m1.wav', Queue: 'consult' }),
    call,
  );
  expect(told).toEqual({
    subject: 'c.1//var/spool/asterisk/m1.wav',
    fact: {
      kind: 'voicemail.left',
      body: {
        call: 'c.1',
        caller: '13800001234',
        mailbox: '8000@default',
        queue: 'consult',
        durationS: 31,
        file: '/var/spool/asterisk/m1.wav',
      },
    },
  });
});

test('what cannot be is unknown, and a withheld number stays withheld', () => {
  for (const Duration of ['-5', '7201', '1e3', '', '99999999999999999999'])
    expect(voiceMessage(fields({ Duration }), call).fact.body.durationS).toBeNull();
  const told = voiceMessage(fields({ Caller: '<unknown>', File: 'a\r\nAction: x' }), { ...call, caller: '' });
  expect(told.fact.body).toMatchObject({ caller: '', file: 'a Action: x', queue: null, mailbox: '' });
});

test('whatever a dial plan writes, a message is told and stays small', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ maxLength: 5000 }), { maxKeys: 12 }), (d) => {
      const told = voiceMessage(fields(d), call);
      expect(JSON.stringify(told).length).toBeLessThan(6000);
      expect(told.subject.startsWith('c.1/')).toBe(true);
      const counted = mailboxCounted(fields(d));
      if (counted) expect(counted.fresh).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('through the whole reader: the call ends in a message, which is a fact of its own; a mailbox tells its count', () => {
  const state = emptyState({ wrapUpS: () => null, sharedLastCall: true, trunks: ['trunk-1'] });
  const facts = [
    { Event: 'Newchannel', ...channel },
    {
      Event: 'UserEvent',
      UserEvent: 'VoiceMessage',
      ...channel,
      Mailbox: '8000@default',
      Duration: '12',
      File: '/m.wav',
    },
    { Event: 'MessageWaiting', Mailbox: '8000@default', Waiting: '1', New: '3', Old: '2' },
    { Event: 'MessageWaiting', Waiting: '1' },
    { Event: 'Hangup', ...channel, Cause: '16' },
  ].flatMap((packet) => {
    const r = parseEvent(fieldsOf(packet), AT);
    return r.ok && r.value ? reduce(state, r.value) : [];
  });
  expect(facts.map((f) => f.kind)).toEqual([
    'call.started',
    'call.stepped',
    'voicemail.left',
    'voicemail.counted',
    'call.ended',
  ]);
  expect(facts.find((f) => f.kind === 'voicemail.left')).toMatchObject({
    subject: 'c.1//m.wav',
    body: { call: 'c.1' },
  });
  expect(facts.find((f) => f.kind === 'voicemail.counted')).toMatchObject({
    subject: '8000@default',
    body: { fresh: 3, old: 2 },
  });
  expect(facts.at(-1)).toMatchObject({ body: { endedIn: 'voicemail' } });
});
