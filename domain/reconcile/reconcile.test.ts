import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SECOND } from '../time.ts';
import { CdrReader, csvCells } from './cdr.ts';
import { compareVisits, type Context } from './compare.ts';
import { LogFold, parseLogLine } from './queue-log.ts';
import { emptyTally, type Difference, type OurVisit, type TheirVisit } from './rows.ts';

const T = 1_795_320_000;
function folded(text: string): { visits: TheirVisit[]; orphans: number } {
  const fold = new LogFold();
  const visits = text.split('\n').flatMap((row) => {
    const line = parseLogLine(row);
    return line.ok && line.value ? fold.take(line.value) : [];
  });
  return { visits: [...visits, ...fold.end()], orphans: fold.orphans };
}

test('each way out of a queue is read with its wait, wherever the line has it', () => {
  const out = (event: string): Partial<TheirVisit> =>
    folded(`${T}|1.1|q|NONE|ENTERQUEUE||138|1\n${T + 7}|1.1|q|NONE|${event}`).visits[0]!;
  expect(out('ABANDON|1|1|7')).toMatchObject({ outcome: 'abandoned', waitS: 7 });
  expect(out('EXITWITHTIMEOUT|1|1|8')).toMatchObject({ outcome: 'timeout', waitS: 8 });
  expect(out('EXITEMPTY|1|1|9')).toMatchObject({ outcome: 'leave-empty', waitS: 9 });
  expect(out('EXITWITHKEY|5|1|1|3')).toMatchObject({ outcome: 'left', waitS: 3 });
  expect(out('WITHDRAW|1|1|5|by supervisor')).toMatchObject({ outcome: 'withdrawn', waitS: 5 });
});

test('a conversation ends with its talk, also by a transfer, and is lost with a restart', () => {
  const talk = (end: string): Partial<TheirVisit> =>
    folded(`${T}|1.1|q|NONE|ENTERQUEUE||138|1\n${T + 4}|1.1|q|坐席1001|CONNECT|4|1.2|2\n${end}`).visits[0]!;
  expect(talk(`${T + 20}|1.1|q|坐席1001|COMPLETEAGENT|4|16|1`)).toMatchObject({
    waitS: 4,
    talkS: 16,
    talkEnd: 'ended',
  });
  expect(talk(`${T + 20}|1.1|q|坐席1001|BLINDTRANSFER|1003|agents|4|15|1`)).toMatchObject({ talkS: 15 });
  expect(talk(`${T + 20}|1.1|q|坐席1001|ATTENDEDTRANSFER|BRIDGE|x|4|14|1`)).toMatchObject({ talkS: 14 });
  expect(talk(`${T + 20}|NONE|NONE|NONE|QUEUESTART|`)).toMatchObject({ outcome: 'answered', talkEnd: 'lost' });
});

test('a log that begins in the middle counts what it does not hold the beginning of, and one that ends in it leaves it open', () => {
  const { visits, orphans } = folded(`${T}|1.1|q|坐席1001|COMPLETEAGENT|4|16|1\n${T + 1}|1.2|q|NONE|ENTERQUEUE||138|1`);
  expect(orphans).toBe(1);
  expect(visits.map((v) => [v.uniqueid, v.outcome])).toEqual([['1.2', 'open']]);
});

test.each([
  'no line',
  `${T}|1.1|q|NONE`,
  `yesterday|1.1|q|NONE|ABANDON`,
  `${T}|1.1|q|NONE|abandon|1|1|1`,
  `${T}|${'x'.repeat(300)}|q|a|PAUSE`,
])('“%s” is refused with a reason', (row) => {
  expect(parseLogLine(row)).toMatchObject({ ok: false, code: 'log.line' });
});

test('no text and no order of lines kills the reader, and every visit that entered comes out once', () => {
  const line = fc
    .tuple(
      fc.constantFrom(
        'ENTERQUEUE',
        'CONNECT',
        'ABANDON',
        'COMPLETECALLER',
        'BLINDTRANSFER',
        'QUEUESTART',
        'PAUSE',
        'EXITWITHKEY',
      ),
      fc.constantFrom('1.1', '1.2', '1.3'),
      fc.constantFrom('q', 'r'),
      fc.string(),
    )
    .map(([event, id, queue, rest]) => `${T}|${id}|${queue}|a|${event}|${rest}`);
  const rows = fc.array(fc.oneof({ weight: 5, arbitrary: line }, fc.string()), { maxLength: 60 });
  fc.assert(
    fc.property(rows, (list) => {
      const lines = list.map((r) => r.replaceAll('\n', ' '));
      const entered = lines.filter((r) => r.split('|')[4] === 'ENTERQUEUE' && parseLogLine(r).ok).length;
      expect(folded(lines.join('\n')).visits.length).toBe(entered);
    }),
    { seed: 9001, numRuns: 300 },
  );
});

const cell =
  (row: Record<string, string>) =>
  (name: string): string | null =>
    row[name] ?? null;

test('a row of detail records tells its zone by the channel’s own name, and later rows of long calls keep it', () => {
  const reader = new CdrReader();
  const row = {
    uniqueid: '1795320651.0',
    linkedid: '1795320651.0',
    disposition: 'ANSWERED',
    channel: 'PJSIP/trunk-00000000',
  };
  const read = (start: string, end: string) => reader.read(cell({ ...row, start, end }));
  // 04:10:51 in Greenwich
  expect(read('2026-11-22 12:10:51', '2026-11-22 12:11:10')).toMatchObject({ value: { from: 1_795_320_651_000 } });
  expect(read('2026-11-22 12:21:55', '2026-11-22 12:22:00')).toMatchObject({ value: { from: 1_795_321_315_000 } });
  expect(reader.read(cell({ ...row, start: 'soon', end: 'later' }))).toMatchObject({ ok: false });
  expect(reader.read(cell({ start: '2026-11-22 12:10:51', end: '2026-11-22 12:10:52' }))).toMatchObject({ ok: false });
});

test('cells of a line of CSV keep their commas and quotation marks, and an open mark is no line', () => {
  expect(csvCells('"","138","""坐席 1"" <1001>","a,b",12,"x"')).toEqual([
    '',
    '138',
    '"坐席 1" <1001>',
    'a,b',
    '12',
    'x',
  ]);
  expect(csvCells('"a","b')).toBeNull();
  expect(csvCells('')).toEqual(['']);
});

const ours: OurVisit = { visitId: '1.1/q/1', uniqueid: '1.1', callId: '1.1', queue: 'q', joinedAt: T * SECOND, leftAt: (T + 4) * SECOND, outcome: 'answered', waitS: 4, seat: '1001', talkS: 16 }; // prettier-ignore
const theirs: TheirVisit = { uniqueid: '1.1', queue: 'q', joinedAt: T * SECOND, leftAt: (T + 4) * SECOND, outcome: 'answered', waitS: 4, agent: '坐席1001', talkS: 16, talkEnd: 'ended' }; // prettier-ignore
function compared(
  o: OurVisit[],
  t: TheirVisit[],
  more: Partial<Context> = {},
): { list: Difference[]; tally: ReturnType<typeof emptyTally> } {
  const into = { tally: emptyTally(), differences: [] as Difference[] };
  const context: Context = { from: (T - 3600) * SECOND, to: (T + 3600) * SECOND, silences: [], isSeat: () => true, seatOf: (a) => a.replace(/\D/g, ''), ...more }; // prettier-ignore
  compareVisits(o, t, context, into);
  return { list: into.differences, tally: into.tally };
}

test('a second more or less is equal, two are not', () => {
  expect(compared([ours], [{ ...theirs, waitS: 5, talkS: 15 }]).list).toEqual([]);
  expect(compared([ours], [{ ...theirs, waitS: 6 }]).list).toMatchObject([{ kind: 'differs', fields: [{ field: 'wait', ours: '4', theirs: '6' }] }]); // prettier-ignore
});

test('the same visit at another time is a matter of clocks, and one that came twice is paired with the nearer', () => {
  expect(compared([ours], [{ ...theirs, joinedAt: ours.joinedAt - 20 * SECOND }]).list).toMatchObject([
    { reason: 'clock' },
  ]);
  const again = { ...theirs, joinedAt: theirs.joinedAt + 90 * SECOND };
  const { list, tally } = compared([ours, { ...ours, visitId: '1.1/q/2', joinedAt: again.joinedAt }], [again, theirs]);
  expect([list, tally]).toEqual([[], { ...emptyTally(), both: 2 }]);
});

test('what overlaps a time in which we did not listen is explained by it, whatever differs', () => {
  const silences = [{ from: T * SECOND, to: (T + 2) * SECOND, why: 'gap' as const }];
  expect(compared([], [theirs], { silences }).list).toMatchObject([{ kind: 'only-there', reason: 'gap' }]);
  expect(compared([{ ...ours, outcome: 'unknown', waitS: null }], [theirs], { silences }).list).toMatchObject([
    { reason: 'gap' },
  ]);
});

test('what lies beside the window finds its counterpart and is not told', () => {
  const window = { from: T * SECOND, to: (T + 10) * SECOND };
  const early = { ...theirs, joinedAt: (T - 1) * SECOND };
  expect(compared([{ ...ours, joinedAt: T * SECOND + 200 }], [early], window)).toEqual({
    list: [],
    tally: emptyTally(),
  });
});
