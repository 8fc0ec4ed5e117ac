import { expect, test } from 'vitest';
import { NONE_KEY } from '#domain/cases/rows.ts';
import { callFigures } from '#domain/trend.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { toTs } from './db.ts';
import { recording } from './facts.ts';
import {
  allVisitRows,
  caseCount,
  caseRows,
  visitCount,
  visitRows,
  type CaseFilter,
  type VisitFilter,
} from './row-lists.ts';
import { processes, rejects, rejectTotals, tableSizes, factFeed } from './status.ts';
import { keepReject } from './rejects.ts';
import * as trends from './trends.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const DAY0 = Date.parse('2026-03-01T16:00:00Z'); // 2 March, 00:00 in Shanghai
const NINE = DAY0 + 9 * HOUR;

/** The half-hour of the statistics catalogue's shape: 11 visits, 8 answered (5 within 15 s), 2 abandoned, 1 timed out. */
const WAITS: [outcome: string, waitS: number | null][] = [
  ['answered', 3],
  ['answered', 15],
  ['answered', 9],
  ['answered', 12],
  ['answered', 4],
  ['answered', 16],
  ['answered', 31],
  ['answered', 70],
  ['abandoned', 8],
  ['abandoned', 45],
  ['timeout', 120],
];
for (const [i, [outcome, waitS]] of WAITS.entries()) {
  const at = NINE + i * MINUTE;
  await sql`insert into queue_visit (t_queue, visit_id, call_id, queue, seat_no, t_leave, outcome, wait_s)
    values (${toTs(at)}, ${`v${i}`}, ${`c${i}`}, ${i % 2 ? 'general' : 'urgent'}, null, ${toTs(at + 1000 * (waitS ?? 0))}, ${outcome}, ${waitS})`;
  await sql`insert into call (t_setup, call_id, direction, caller, called, t_end, ended_in, outcome)
    values (${toTs(at - 20_000)}, ${`c${i}`}, 'in', ${`138123400${String(i).padStart(2, '0')}`}, '12345', ${toTs(at + MINUTE)}, 'queue', 'ended')`;
}
const cases: [
  no: string,
  hour: number,
  type: string,
  category: string[],
  district: string | null,
  state: string,
  urgency: string,
  due: number | null,
][] = [
  ['A1', 9, 'complaint', ['环境', '噪音'], '东区', 'closed', 'normal', null],
  ['A2', 9, 'complaint', ['环境', '垃圾'], null, 'handling', 'urgent', DAY0 + 10 * HOUR],
  ['A3', 10, 'help', ['交通', '停车'], '西区', 'dispatched', 'normal', DAY0 + 90 * HOUR],
  ['A4', 10, 'help', ['交通', '停车'], '西区', 'unknown', 'normal', null],
  ['B1', -24, 'help', ['交通', '路灯'], '西区', 'registered', 'normal', null],
];
for (const [no, hour, type, category, district, state, urgency, due] of cases)
  await sql`insert into hotline_case (case_no, origin, external_id, hash, type, category, title, detail, search_key, district, state, state_since,
      urgency, sensitive, channel, simulated, accepted_at, due_at)
    values (${no}, 'test', ${no}, '', ${type}, ${sql.array(category)}, ${`title ${no}`}, '', '', ${district}, ${state}, now(),
      ${urgency}, false, 'phone', true, ${toTs(DAY0 + hour * HOUR)}, ${due === null ? null : toTs(due)})`;
await sql`insert into hotline_case (case_no, origin, external_id, hash, type, category, title, detail, search_key, state, state_since, urgency,
    sensitive, channel, simulated, accepted_at, withdrawn_at)
  values ('W1', 'test', 'W1', '', 'help', ${sql.array(['交通'])}, 'withdrawn', '', '', 'registered', now(), 'normal', false, 'phone', true, ${toTs(NINE)}, now())`;

test('sums of calls are those of the visits that entered in the interval, 15 s inclusive', async () => {
  const f = callFigures(await trends.callSums(sql, DAY0, DAY0 + 24 * HOUR));
  expect(f).toMatchObject({ offered: 11, answered: 8, abandoned: 2, other: 1, answered15: 5 });
  expect(f.within15).toBeCloseTo(5 / 11);
  expect(f.asaS).toBe(20);
  expect(await trends.callSums(sql, NINE, NINE)).toMatchObject({ offered: 0 });
});

test('hours and days are those of the city, and sum to the whole', async () => {
  const hours = await trends.callsByHour(sql, ZONE, DAY0, DAY0 + 24 * HOUR);
  expect([...hours.keys()]).toEqual([9]);
  const days = await trends.callsByDay(sql, ZONE, DAY0 - 24 * HOUR, DAY0 + 24 * HOUR);
  expect([...days.keys()]).toEqual(['2026-03-02']);
  expect(days.get('2026-03-02')).toEqual(await trends.callSums(sql, DAY0, DAY0 + 24 * HOUR));
  const queues = await trends.callsByQueue(sql, DAY0, DAY0 + 24 * HOUR);
  expect(queues.map((q) => [q.queue, q.offered])).toEqual([
    ['general', 5],
    ['urgent', 6],
  ]);
});

test('every figure of calls opens exactly the rows that it counted', async () => {
  const day = { from: DAY0, to: DAY0 + 24 * HOUR };
  const sums = await trends.callSums(sql, day.from, day.to);
  const figures: [VisitFilter, number][] = [
    [day, sums.offered],
    [{ ...day, outcome: 'answered' }, sums.answered],
    [{ ...day, outcome: 'answered', withinS: 15 }, sums.answered15],
    [{ ...day, outcome: 'abandoned' }, sums.abandoned],
    [{ ...day, outcome: 'other' }, 1],
    [{ ...day, queue: 'urgent' }, 6],
  ];
  for (const [filter, figure] of figures) {
    expect(await visitCount(sql, filter)).toBe(figure);
    expect(await visitRows(sql, filter, 0, 100)).toHaveLength(figure);
    const exported = [];
    for await (const rows of allVisitRows(sql, filter, 1000)) exported.push(...rows);
    expect(exported).toEqual(await visitRows(sql, filter, 0, 100));
  }
});

test('pages of a list follow one another without a gap or a double, newest first, with the caller of the call', async () => {
  const day = { from: DAY0, to: DAY0 + 24 * HOUR };
  const pages = [
    ...(await visitRows(sql, day, 0, 4)),
    ...(await visitRows(sql, day, 4, 4)),
    ...(await visitRows(sql, day, 8, 4)),
  ];
  expect(pages.map((r) => r.visit)).toEqual(WAITS.map((_, i) => `v${i}`).reverse());
  expect(pages[0]).toMatchObject({ caller: '13812340010', waitS: 120 });
});

test('cases are counted by the moment of acceptance; what the source withdrew is not', async () => {
  const day = { from: DAY0, to: DAY0 + 24 * HOUR };
  const sums = await trends.caseSums(sql, day.from, day.to);
  expect(sums).toEqual({ accepted: 4, done: 1, urgent: 1 });
  expect([...(await trends.casesByHour(sql, ZONE, day.from, day.to))].sort()).toEqual([
    [10, 2],
    [9, 2],
  ]);
  expect(await trends.openCases(sql, DAY0 + 20 * HOUR)).toEqual({ open: 3, overdue: 1 });
  const figures: [CaseFilter, number][] = [
    [day, sums.accepted],
    [{ ...day, phase: 'done' }, sums.done],
    [{ ...day, urgent: true }, sums.urgent],
    [{ phase: 'open' }, 3],
    [{ phase: 'open', overdueAt: DAY0 + 20 * HOUR }, 1],
    [{ ...day, district: NONE_KEY }, 1],
    [{ ...day, category: '交通', type: 'help' }, 2],
    [{ numbers: ['A1', 'B1', 'nothing'] }, 2],
    [{ numbers: [] }, 0],
  ];
  for (const [filter, figure] of figures) {
    expect(await caseCount(sql, filter)).toBe(figure);
    expect(await caseRows(sql, filter, 0, 100)).toHaveLength(figure);
  }
});

test('parts of a dimension sum to the total, beside those of the other interval', async () => {
  const day = { from: DAY0, to: DAY0 + 24 * HOUR };
  const before = { from: DAY0 - 48 * HOUR, to: DAY0 };
  for (const dimension of ['type', 'category', 'district', 'channel', 'state'] as const) {
    const shares = await trends.casesBy(sql, dimension, day, before);
    expect(shares.reduce((n, s) => n + s.now, 0)).toBe(4);
    expect(shares.reduce((n, s) => n + s.before, 0)).toBe(1);
  }
  expect((await trends.casesBy(sql, 'district', day, before))[0]).toEqual({ key: '西区', now: 2, before: 1 });
});

test('time in which the switch was not heard is cut at the edges of the interval, an open gap at its end', async () => {
  await sql`insert into floor_gap values ('g1', ${toTs(NINE - MINUTE)}, ${toTs(NINE + MINUTE)}, 'link'), ('g2', ${toTs(NINE + 10 * MINUTE)}, null, 'ingest')`;
  expect(await trends.unheardS(sql, NINE, NINE + 12 * MINUTE)).toBe(180);
  expect(await trends.unheardS(sql, NINE + 2 * MINUTE, NINE + 5 * MINUTE)).toBe(0);
});

test('the status page finds the last word of each process, the sizes of all tables, and rejects in pages', async () => {
  const fact = (kind: 'process.started' | 'process.ended', at: number) =>
    ({
      kind,
      body:
        kind === 'process.started'
          ? { process: 'ingest', pid: 7 }
          : { process: 'ingest', code: null, signal: 'SIGKILL' },
      at,
      subject: 'ingest',
      actor: 'supervisor',
    }) as never;
  await recording(sql, async () => ({
    facts: [fact('process.started', NINE), fact('process.ended', NINE + 1), fact('process.started', NINE + 2)],
    result: null,
  }));
  expect(await processes(sql, ['app', 'ingest'], NINE + MINUTE)).toEqual([
    { name: 'ingest', pid: 7, running: true, at: NINE + 2, ended: null, starts: 2 },
  ]);
  for (let i = 0; i < 5; i++) await keepReject(sql, 'feed', Uint8Array.of(0xff, 0x41), 'bad', `reason ${i}`);
  const first = await rejects(sql, { source: 'feed' }, 3);
  const second = await rejects(sql, { source: 'feed', before: first.at(-1)!.id }, 3);
  expect([...first, ...second].map((r) => r.reason)).toEqual([4, 3, 2, 1, 0].map((i) => `reason ${i}`));
  expect(first[0]).toMatchObject({ bytes: 2, excerpt: '\uFFFDA' });
  expect(await rejectTotals(sql, Date.now())).toMatchObject([{ source: 'feed', code: 'bad', day: 5, total: 5 }]);
  await sql`analyze`;
  const tables = await tableSizes(sql);
  expect(tables.find((t) => t.name === 'queue_visit')).toMatchObject({ rows: 11, chunks: 1 });
  expect(tables.map((t) => t.name)).not.toContain('spatial_ref_sys');
  expect(await factFeed(sql)).toMatchObject({ n: 3, lastMinute: 3, digestN: null });
});
