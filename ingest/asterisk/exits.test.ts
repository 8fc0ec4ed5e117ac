import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FloorFactBody, LeaveOutcome } from '#domain/floor/facts.ts';
import { foldRecording } from '#scripts/replay/offline.ts';
import { readRecording, type Recording } from '#scripts/replay/recording.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/exits');
const recording = readRecording(FIXTURE);
/** Sent out of the queue to another extension: the switch's log calls that an abandoned call. */
const REDIRECTED = '9000';

/** What the switch itself wrote of each visit: call and queue → how it ended. */
function logged(): Map<string, LeaveOutcome> {
  const words: Record<string, LeaveOutcome> = {
    ABANDON: 'abandoned',
    EXITWITHTIMEOUT: 'timeout',
    EXITEMPTY: 'leave-empty',
    WITHDRAW: 'withdrawn',
    EXITWITHKEY: 'left',
  };
  const out = new Map<string, LeaveOutcome>();
  for (const line of readFileSync(join(FIXTURE, 'queue_log'), 'utf8').split('\n')) {
    const [, call, queue, , event] = line.split('|');
    const outcome = words[event ?? ''];
    if (outcome) out.set(`${call} ${queue}`, outcome);
  }
  return out;
}

type Body<K extends FloorFactBody['kind']> = Extract<FloorFactBody, { kind: K }>['body'];

function told(r: Recording) {
  const { facts, refused } = foldRecording(r);
  const exits = new Map<string, LeaveOutcome>();
  const moves: (Body<'call.moved'> & { call: string })[] = [];
  for (const f of facts) {
    if (f.kind === 'visit.left') exits.set(`${f.body.call} ${f.body.queue}`, f.body.outcome);
    if (f.kind === 'call.moved') moves.push({ call: f.subject, ...f.body });
  }
  return { exits, moves, refused };
}

/** As an account without the class `dialplan` hears it: no variable. */
const withoutVariables = (r: Recording): Recording => ({
  ...r,
  steps: r.steps.filter((s) => s.kind !== 'packet' || s.fields.get('Event') !== 'VarSet'),
});

test('how each caller left the queue is what the switch wrote in its own log: given up, time-out, empty, withdrawn, by key', () => {
  const { exits, moves, refused } = told(recording);
  const want = logged();
  const redirected = moves.filter((m) => m.fromSeat === null);
  for (const m of redirected) want.set(`${m.call} leaver`, 'left');
  expect(refused).toEqual([]);
  expect(Object.fromEntries(exits)).toEqual(Object.fromEntries(want));
  expect(new Set(exits.values())).toEqual(new Set(['abandoned', 'timeout', 'leave-empty', 'withdrawn', 'left']));
  expect(redirected.map((m) => [m.move, m.toNumber])).toEqual([['redirect', REDIRECTED]]);
});

test('without the variables a reason that nothing else tells is unknown, and no other one is guessed', () => {
  const { exits } = told(withoutVariables(recording));
  const whole = told(recording).exits;
  const guessed = [...exits].filter(([visit, outcome]) => outcome !== 'unknown' && outcome !== whole.get(visit));
  expect(guessed).toEqual([]);
  const lost = [...whole].filter(([visit]) => exits.get(visit) === 'unknown').map(([, outcome]) => outcome);
  expect(new Set(lost)).toEqual(new Set(['timeout', 'leave-empty', 'withdrawn', 'abandoned']));
  // who hung up himself is known to have given up; whom the switch hung up is not
  expect([...exits.values()]).toContain('abandoned');
});

test('a take-over, a call sent into a conference and both kinds of transfer are moves of the call, each told once', () => {
  const { moves } = told(recording);
  const talking = moves.filter((m) => m.fromSeat !== null).map((m) => [m.move, m.fromSeat, m.toNumber]);
  expect(talking).toEqual([
    ['redirect', '1001', '8001'],
    ['conference', '1001', '5508'],
    ['conference', '1001', '5509'],
    ['attended', '1001', '1003'],
    ['blind', '1001', '1003'],
    ['redirect', '1002', '8001'],
  ]);
});
