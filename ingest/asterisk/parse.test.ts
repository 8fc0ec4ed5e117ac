import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceOf, endpointOf, fieldsOf, timestampOf } from './fields.ts';
import { parseEvent } from './parse.ts';
import { listsOf } from './reconcile.ts';
import { reduce } from './reduce.ts';
import { emptyState } from './state.ts';
import { parseQueuesConf, settingsFromConfig } from './wrapup.ts';

const NAMES = [
  'QueueMemberStatus',
  'QueueMemberPause',
  'QueueMemberRemoved',
  'QueueCallerJoin',
  'QueueCallerLeave',
  'QueueCallerAbandon',
  'AgentCalled',
  'AgentConnect',
  'AgentComplete',
  'AgentRingNoAnswer',
  'Newchannel',
  'Newstate',
  'Hangup',
  'HangupRequest',
  'Hold',
  'Unhold',
  'BridgeEnter',
  'BridgeLeave',
  'ConfbridgeJoin',
  'VarSet',
  'DialBegin',
  'BlindTransfer',
  'AttendedTransfer',
  'UserEvent',
  'Reload',
  'constructor',
  '__proto__',
];
const KEYS = [
  'queue',
  'interface',
  'membername',
  'stateinterface',
  'membership',
  'status',
  'paused',
  'lastcall',
  'channel',
  'uniqueid',
  'linkedid',
  'destuniqueid',
  'destchannel',
  'timestamp',
  'holdtime',
  'talktime',
  'transfereruniqueid',
  'transfererchannel',
  'transfereeuniqueid',
  'origtransfereruniqueid',
  'userevent',
  'step',
  'score',
  'exten',
  'context',
  'conference',
  'variable',
  'value',
  'reason',
  '__proto__',
  'constructor',
];
const value = fc.oneof(
  fc.constantFrom('1', '2', '6', 'q', 'PJSIP/1001', 'PJSIP/1001-0000000a', 'u1', 'u2', 'HotlineIvr', 'HotlineRating'),
  fc.constantFrom('HotlineEnd', 'QUEUESTATUS', 'TIMEOUT', ''),
  fc.string(),
  fc.array(fc.string()),
  fc.constant(undefined),
  fc.object(),
);
const packet = fc
  .tuple(fc.constantFrom(...NAMES), fc.dictionary(fc.constantFrom(...KEYS), value))
  .map(([event, fields]) => ({ ...fields, event }));

test('the parser takes anything and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(packet, fc.anything()), (item) => {
      const r = parseEvent(fieldsOf(item), 0);
      expect(typeof r.ok).toBe('boolean');
    }),
    { numRuns: 2000 },
  );
});

test('the reducer takes any events in any order and never throws', () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
      const state = emptyState({ wrapUpS: () => 8, sharedLastCall: true, trunks: [] });
      for (const p of packets) {
        const r = parseEvent(fieldsOf(p), 1_795_320_000_000);
        if (r.ok && r.value) for (const f of reduce(state, r.value)) expect(() => JSON.stringify(f)).not.toThrow();
      }
    }),
    { numRuns: 1500 },
  );
});

test('lists and configurations of any content are read without throwing', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(packet, fc.anything())), fc.string(), (items, text) => {
      listsOf(items.map(fieldsOf), 0);
      settingsFromConfig(fieldsOf(items[0]));
      parseQueuesConf(text);
    }),
  );
});

test('a header named constructor or __proto__ is a header and changes no prototype', () => {
  const f = fieldsOf(JSON.parse('{"event":"UserEvent","constructor":"x","__proto__":"y"}'));
  expect(Object.getPrototypeOf(f)).toBeNull();
  expect(f.constructor).toBe('x');
  expect(Object.prototype.hasOwnProperty.call(f, 'event')).toBe(true);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('of a repeated header the switch’s own, which comes first, counts', () => {
  expect(fieldsOf({ event: 'UserEvent', uniqueid: ['1.1', 'forged'] }).uniqueid).toBe('1.1');
});

test('a variable is read as the library gives it, an object of its name, and only QUEUESTATUS is news of the floor', () => {
  const set = (name: string, value: string) =>
    parseEvent(
      fieldsOf({ event: 'VarSet', channel: 'PJSIP/t-0000', uniqueid: '1.1', variable: { [name]: '' }, value }),
      0,
    );
  expect(set('QUEUESTATUS', 'TIMEOUT')).toMatchObject({ ok: true, value: { type: 'queueStatus', status: 'TIMEOUT' } });
  expect(set('QUEUEPOSITION', '1')).toMatchObject({ ok: true, value: null });
});

test('an event without a header that it must have is refused by name, not guessed', () => {
  const r = parseEvent(fieldsOf({ event: 'QueueCallerJoin', channel: 'PJSIP/t-0000', uniqueid: '1.1' }), 0);
  expect(r).toMatchObject({ ok: false, code: 'ami.header', reason: 'QueueCallerJoin without queue' });
});

test('a Timestamp keeps its whole second, and what is none is none', () => {
  expect(timestampOf('1795320653.999999')).toBe(1_795_320_653_999);
  expect(timestampOf('1795320653')).toBe(1_795_320_653_000);
  for (const bad of [undefined, '', 'now', '12', '1795320653.x', '-1795320653.1']) expect(timestampOf(bad)).toBeNull();
});

test('devices and endpoints are found in every spelling of the switch', () => {
  expect(deviceOf('PJSIP/1003-0000001a')).toBe('PJSIP/1003');
  expect(deviceOf('Local/1013@qlocal-00000004;2')).toBe('Local/1013@qlocal');
  expect(deviceOf('PJSIP/trunk-a-0000001a')).toBe('PJSIP/trunk-a');
  expect(endpointOf('PJSIP/1003')).toBe('1003');
  expect(endpointOf('hint:1014@hints')).toBe('1014');
  expect(endpointOf('Local/1013@qlocal/n')).toBe('1013');
});

test('wrap-up times come through templates, as the switch resolves them, from a file and from GetConfig alike', () => {
  const text = '[general]\nshared_lastcall=no ; own\n[q](!)\nwrapuptime=5\n[a](q)\n[b](q)\nwrapuptime => 12\n[c]\n';
  const s = parseQueuesConf(text);
  expect([...s.wrapUpS]).toEqual([
    ['a', 5],
    ['b', 12],
    ['c', 0],
  ]);
  expect(s.sharedLastCall).toBe(false);
  const asked = settingsFromConfig(
    fieldsOf({
      'category-000000': 'general',
      'category-000001': 'consult',
      'line-000001-000000': 'strategy=leastrecent',
      'line-000001-000001': 'wrapuptime=8',
    }),
  );
  expect([...asked.wrapUpS]).toEqual([['consult', 8]]);
  expect(asked.sharedLastCall).toBe(true);
});
