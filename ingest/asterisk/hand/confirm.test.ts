import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SteerKind } from '#domain/steer/rows.ts';
import type { AmiFields } from '../fields.ts';
import { confirm, settles, type Expect, type Verdict } from './confirm.ts';

interface Line {
  readonly kind: SteerKind;
  readonly expect: Expect;
  readonly events: readonly AmiFields[];
  readonly state: string;
  readonly code: string | null;
}
const LINES = gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures/actions.jsonl.gz')))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);
/** What events tell; the others are told by a list, by the switch's answer, or never. */
const HEARD = LINES.filter((l) => l.expect.kind !== 'priority' && l.expect.kind !== 'untold' && l.state !== 'refused');

function play(wanted: Expect, events: readonly AmiFields[]): Verdict | null {
  let now = wanted;
  for (const f of events) {
    const { expect: next, verdict } = confirm(now, f);
    if (verdict) return verdict;
    now = next;
  }
  return null;
}
/** How it may end: by an event, or because after one of them nothing more came for a while. */
function endings(wanted: Expect, events: readonly AmiFields[]): (Verdict | null)[] {
  const out: (Verdict | null)[] = [];
  let now = wanted;
  for (const f of events) {
    const { expect: next, verdict } = confirm(now, f);
    if (verdict) return [...out, verdict];
    out.push(settles(next)?.verdict ?? null);
    now = next;
  }
  return [...out, settles(now)?.verdict ?? null];
}
/** The same expectation about something else. */
const ofAnother = (e: Expect): Expect =>
  JSON.parse(
    JSON.stringify(e)
      .replaceAll(/"(uniqueid|caller|spied|device|seat|linkedid|member)":"[^"]*"/g, '"$1":"another"')
      .replace(/"left":\["[^\]]*\]/, '"left":["another"]'),
  ) as Expect;

test('every command of a recording ends as it ended on the real Asterisk', () => {
  expect(new Set(HEARD.map((l) => l.kind))).toEqual(
    new Set<SteerKind>([
      'listen',
      'whisper',
      'barge',
      'take-over',
      'cut-off',
      'transfer',
      'set-busy',
      'set-ready',
      'sign-out',
      'record',
      'stop-recording',
      'withdraw',
      'dial',
      'transfer-attended',
      'end-with-prompt',
      'set-penalty',
    ]),
  );
  for (const l of HEARD)
    expect(endings(l.expect, l.events)).toContainEqual(expect.objectContaining({ state: l.state, code: l.code }));
});

test('a telephone that is busy, and one that nobody answers, are told apart', () => {
  const codes = HEARD.filter((l) => l.kind === 'listen' && l.state === 'failed').map((l) => l.code);
  expect(codes).toEqual(['phone-busy', 'phone-unanswered']);
});

test('what happens to others confirms nothing', () => {
  for (const l of HEARD.filter((x) => !['paused', 'removed'].includes(x.expect.kind)))
    for (const other of LINES) expect([l.kind, play(ofAnother(l.expect), other.events)]).toEqual([l.kind, null]);
});

test('a pause with another reason, or of one queue of two, is not the one that was asked for', () => {
  const wanted: Expect = { kind: 'paused', paused: true, reason: '培训', left: ['a\u0000P/1', 'b\u0000P/1'] };
  const paused = (queue: string, pausedreason: string): AmiFields => ({
    event: 'QueueMemberPause',
    queue,
    interface: 'P/1',
    paused: '1',
    pausedreason,
  });
  expect(play(wanted, [paused('a', '培训'), paused('b', '小休')])).toBeNull();
  expect(play(wanted, [paused('a', '培训'), paused('b', '培训')])?.state).toBe('confirmed');
});

test('a waiting caller who is answered, or hangs up, before he is taken out was not taken out', () => {
  const wanted: Expect = { kind: 'left', queue: 'q', uniqueid: 'u', withdrawn: false };
  const of = (event: string): AmiFields => ({ event, queue: 'q', uniqueid: 'u' });
  expect(play(wanted, [of('QueueCallerLeave')])).toMatchObject({ state: 'failed', code: 'answered-first' });
  expect(play(wanted, [of('HangupRequest'), of('QueueCallerAbandon')])).toMatchObject({ code: 'caller-hung-up' });
  expect(play(wanted, [of('QueueCallerAbandon'), of('QueueCallerLeave')])).toMatchObject({ state: 'confirmed' });
});

test('a take-over whose telephone does not answer, or whose caller hangs up, has failed', () => {
  const wanted: Expect = { kind: 'joined', caller: 'c', device: 'PJSIP/8001', callerBridge: '', phoneBridge: '' };
  const dialEnd: AmiFields = {
    event: 'DialEnd',
    uniqueid: 'c',
    destchannel: 'PJSIP/8001-0000000a',
    dialstatus: 'NOANSWER',
  };
  expect(play(wanted, [dialEnd])).toMatchObject({ code: 'phone-unanswered' });
  expect(play(wanted, [{ event: 'Hangup', uniqueid: 'c' }])).toMatchObject({ code: 'caller-hung-up' });
  // two bridges are not one
  const enter = (bridge: string, uniqueid: string, channel: string): AmiFields => ({
    event: 'BridgeEnter',
    bridgeuniqueid: bridge,
    uniqueid,
    channel,
  });
  const apart = [enter('b1', 'c', 'PJSIP/trunk-0000000b'), enter('b2', 'p', 'PJSIP/8001-0000000a')];
  expect(play(wanted, apart)).toBeNull();
  expect(play(wanted, [...apart, enter('b2', 'c', 'PJSIP/trunk-0000000b')])).toMatchObject({ state: 'confirmed' });
});

test('any events in any order are taken and never throw', () => {
  const events = LINES.flatMap((l) => l.events);
  fc.assert(
    fc.property(
      fc.constantFrom(...LINES),
      fc.shuffledSubarray(events, { minLength: 0, maxLength: 60 }),
      fc.dictionary(fc.string(), fc.string()),
      (l, some, junk) => {
        play(l.expect, [junk, ...some]);
      },
    ),
    { numRuns: 200 },
  );
});
