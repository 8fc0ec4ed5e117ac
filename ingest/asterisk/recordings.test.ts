import { expect, test } from 'vitest';
import { spansOf } from '#domain/recordings/spans.ts';
import type { FactDraft } from '#domain/fact.ts';
import { Tables } from '#domain/tables.ts';
import { fieldsOf } from './fields.ts';
import { parseEvent } from './parse.ts';
import { reduce } from './reduce.ts';
import { stateFromTables } from './state.ts';

/** As Asterisk 22 tells a recording that the dial plan begins, and one that a supervisor stops; numbers are made up. */
const LEG = { channel: 'PJSIP/trunk-00000042', uniqueid: '1795320742.76', linkedid: '1795320742.76' };
const EVENTS = [
  {
    event: 'Newchannel',
    timestamp: '1795320742.100000',
    ...LEG,
    channelstate: '4',
    calleridnum: '10020007483',
    exten: '12345',
  },
  // the library makes an object of what stands in the header Variable
  {
    event: 'VarSet',
    timestamp: '1795320744.045282',
    ...LEG,
    variable: { MIXMONITOR_FILENAME: '' },
    value: '/spool/monitor/1795320742.76.gsm',
  },
  { event: 'MixMonitorStart', timestamp: '1795320744.045446', ...LEG },
  { event: 'VarSet', timestamp: '1795320744.100000', ...LEG, variable: { CALLTYPE: '' }, value: 'inbound' },
  { event: 'MixMonitorStop', timestamp: '1795320760.000000', ...LEG },
];

function factsOf(events: readonly object[]): FactDraft[] {
  const state = stateFromTables(new Tables(), { wrapUpS: () => 0, sharedLastCall: true, trunks: ['trunk'] });
  return events.flatMap((raw) => {
    const e = parseEvent(fieldsOf(raw), 0);
    return e.ok && e.value ? reduce(state, e.value) : [];
  });
}

test('a recording that the switch names, begins and stops is told of its call, and is one part with its file', () => {
  const words = factsOf(EVENTS).flatMap((f) => (f.kind === 'call.recording' ? [{ at: f.at, ...f.body }] : []));
  expect(spansOf(words)).toEqual([
    {
      leg: '1795320742.76',
      from: 1_795_320_744_045,
      to: 1_795_320_760_000,
      file: '/spool/monitor/1795320742.76.gsm',
    },
  ]);
});

test('a recording of a leg that belongs to no call of the floor is not told, nor a name that is no name', () => {
  const told = (events: readonly object[]): number => factsOf(events).filter((f) => f.kind === 'call.recording').length;
  expect(told(EVENTS.slice(1))).toBe(0);
  expect(told([EVENTS[0]!, { ...EVENTS[1]!, value: 'x'.repeat(600) }])).toBe(0);
  expect(told([EVENTS[0]!, { ...EVENTS[1]!, value: '' }])).toBe(0);
});
