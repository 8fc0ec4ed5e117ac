import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AmiFields } from '../fields.ts';
import { dialExpected, dialled, lastWord, type DialStep } from './dialled.ts';

const play = (...events: AmiFields[]): DialStep => {
  let now: DialStep = dialExpected('own', 'PJSIP/8001');
  for (const f of events) if (typeof now !== 'string') now = dialled(now, f);
  return now;
};
const OWN = { uniqueid: 'own' };
const PICKED_UP: AmiFields = { event: 'OriginateResponse', response: 'Success', ...OWN };
const dialEnd = (dialstatus: string, destuniqueid = 'u2'): AmiFields => ({
  event: 'DialEnd',
  dialstatus,
  destuniqueid,
  ...OWN,
});
const ENTERS: AmiFields = { event: 'BridgeEnter', bridgeuniqueid: 'b', ...OWN };
const hangup = (uniqueid: string, cause = '16'): AmiFields => ({ event: 'Hangup', uniqueid, cause });

test('it is done when the number answered and the telephone is in its bridge, in whichever order that is heard', () => {
  expect(play(PICKED_UP, dialEnd('ANSWER'), ENTERS)).toBe('done');
  expect(play(ENTERS, dialEnd('ANSWER'))).toBe('done');
  expect(play(PICKED_UP, dialEnd('ANSWER'))).not.toBe('done');
  expect(play(PICKED_UP, ENTERS)).not.toBe('done');
});

test.each([
  ['busy', [dialEnd('BUSY'), hangup('u2', '17')], 'called-busy'],
  ['nobody answers', [dialEnd('NOANSWER'), hangup('u2', '0')], 'called-unanswered'],
  ['a number that does not exist', [dialEnd('CHANUNAVAIL'), hangup('u2', '1')], 'called-unallocated'],
  ['rejected', [dialEnd('CONGESTION'), hangup('u2', '21')], 'called-rejected'],
  ['no way there', [dialEnd('CHANUNAVAIL'), hangup('u2', '34')], 'called-unreachable'],
  ['the dial plan knows no such number', [], 'called-unreachable'],
  ['the officer hangs up first', [{ event: 'HangupRequest', ...OWN }, dialEnd('CANCEL')], 'phone-hung-up'],
] as const)('%s', (_, events, code) => {
  expect(play(PICKED_UP, ...events)).not.toBe(code);
  expect(play(PICKED_UP, ...events, hangup('own'))).toBe(code);
});

test('a dial plan that tries a second way after the first failed is waited for', () => {
  expect(play(PICKED_UP, dialEnd('CONGESTION'), hangup('u2', '34'), dialEnd('ANSWER', 'u3'), ENTERS)).toBe('done');
});

test('when time is up it is said what was last heard of the number, or that nothing was', () => {
  const word = (...events: AmiFields[]) => {
    const now = play(PICKED_UP, ...events);
    return typeof now === 'string' ? now : lastWord(now);
  };
  expect([word(), word(dialEnd('BUSY')), word(dialEnd('ANSWER'))]).toEqual([null, 'called-busy', null]);
});

test('the own telephone that is busy, away or silent is told as such', () => {
  const response = (reason: string): AmiFields => ({ event: 'OriginateResponse', response: 'Failure', reason, ...OWN });
  expect([play(response('5')), play(response('8')), play(response('3'))]).toEqual([
    'phone-busy',
    'phone-away',
    'phone-unanswered',
  ]);
  expect(play({ event: 'HangupRequest', cause: '17', ...OWN })).toBe('phone-busy');
});

test('what is heard of other calls changes nothing, whatever it is', () => {
  const start = dialExpected('own', 'PJSIP/8001');
  fc.assert(
    fc.property(
      fc.constantFrom('OriginateResponse', 'HangupRequest', 'DialEnd', 'BridgeEnter', 'BridgeLeave', 'Hangup', 'x'),
      fc.dictionary(
        fc.constantFrom('dialstatus', 'cause', 'response', 'reason', 'destuniqueid', 'channel'),
        fc.string({ minLength: 1 }),
      ),
      (event, fields) => {
        expect(dialled(start, { ...fields, event, uniqueid: 'another' })).toBe(start);
      },
    ),
  );
});
