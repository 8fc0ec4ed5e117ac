import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomRecords } from '#domain/calls/testing.ts';
import { mulberry32 } from '#domain/random.ts';
import { startOfDay } from '#domain/time.ts';
import { loadFloorRecords } from '#store/floor.ts';
import { keepUp } from '#store/reports/keep.ts';
import { testDatabase } from '#tests/support/database.ts';

const { sql, url } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const START = startOfDay('2026-03-02', ZONE);
const records = randomRecords(mulberry32(5), { from: START, hours: 40, calls: 300 });
await loadFloorRecords(sql, records);
await keepUp(sql, { zone: ZONE, now: Date.now });
const visits = records.queue_visit.filter((v) => v.t_queue < startOfDay('2026-03-03', ZONE));

function report(...args: string[]): { code: number | null; out: string; err: string } {
  const r = spawnSync(process.execPath, [join(import.meta.dirname, 'report.ts'), ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: url },
    encoding: 'utf8',
    timeout: 50_000,
  });
  return { code: r.status, out: r.stdout, err: r.stderr };
}

test('a report prints its rows, its formulas and one line that sums it up', () => {
  const { code, out } = report('R-06', '--from', '2026-03-02');
  expect(code).toBe(0);
  expect(out).toContain('放弃率 %');
  expect(out).toContain('I-05 放弃率 = B / O');
  expect(out.trim().split('\n').at(-1)).toBe('R-06 技能组综合统计: 3 rows, 2026-03-02 00:00 – 2026-03-03 00:00');
});

test('the work index is the last column of R-13, with the weights and the scales that make it', () => {
  const { code, out } = report('R-13', '--from', '2026-03-02', '--lang', 'en');
  expect(code).toBe(0);
  expect(out.split('\n')[0]).toMatch(/Work index$/);
  expect(out).toMatch(/^C-22 Work index \(proposal\): 30 × Conversations per hour \[0 → 12\] \+ /m);
  expect(out.split('\n').find((l) => l.includes('Total'))).toMatch(/ \d+\.\d$/);
});

test('--json has the same figures as numbers, with definitions and thresholds', () => {
  const { code, out } = report('r-3', '--from', '2026-03-02', '--json', '--lang', 'en');
  const answer = JSON.parse(out) as {
    header: string[];
    rows: unknown[][];
    columns: { id: string; formula: string }[];
    thresholds: unknown[];
  };
  expect(code).toBe(0);
  expect(answer.rows[0]![answer.header.indexOf('Offered')]).toBe(visits.length);
  expect(answer.columns[1]).toMatchObject({ id: 'I-02', formula: 'O' });
  expect(answer.thresholds).toHaveLength(1);
});

test('--csv begins with a byte order mark, has times of the city, and its summary does not go into the file', () => {
  const { code, out, err } = report(
    'R-19',
    '--from',
    '2026-03-02 00:00',
    '--to',
    '2026-03-03',
    '--csv',
    '--limit',
    '5000',
  );
  expect(code).toBe(0);
  expect(out.startsWith('\uFEFF排队开始,')).toBe(true);
  expect(out.trim().split('\r\n')).toHaveLength(visits.length + 1);
  expect(out.split('\r\n')[1]).toMatch(/^2026-03-02 \d\d:\d\d:\d\d,/);
  expect(err).toMatch(/^R-19 呼叫排队明细: \d+ rows/);
});

test('a figure opens its rows on the command line too', () => {
  const { code, out } = report(
    'R-06',
    '--from',
    '2026-03-02',
    '--only',
    'queue=consult',
    '--drill',
    'abandoned',
    '--limit',
    '3',
  );
  const all = visits.filter((v) => v.queue === 'consult' && v.outcome === 'abandoned').length;
  expect(code).toBe(0);
  expect(out.trim().split('\n').at(-1)).toContain(`3 of ${all} rows behind abandoned`);
});

test('a mistake is one sentence and exit code 2, never a report of something else', () => {
  const mistakes: [string[], RegExp][] = [
    [['R-99'], /no report is called R-99/],
    [[], /name one REPORT/],
    [['R-06', '--from', '2026-02-30'], /--from must be a day or time/],
    [['R-06', '--from', '2026-03-02 09:10'], /must begin one/],
    [['R-06', '--from', '2026-03-02', '--to', '2026-03-01'], /--to must lie after --from/],
    [['R-06', '--by', 'point'], /can be broken down by queue/],
    [['R-06', '--grain', 'fortnight'], /--grain must be one of/],
    [['R-06', '--json', '--csv'], /not both/],
    [['R-14', '--only', 'queue=x'], /cannot be narrowed by queue/],
    [['R-06', '--nonsense'], /nonsense/],
  ];
  for (const [args, says] of mistakes) {
    const { code, out, err } = report(...args);
    expect([args, code, out]).toEqual([args, 2, '']);
    expect(err).toMatch(says);
    expect(err.trim().split('\n')).toHaveLength(1);
  }
}, 60_000);

test('figures that are not all counted yet say so and end with exit code 1', async () => {
  await sql`insert into stat_mark (source, from_at, to_at) values ('visit', ${new Date(START)}, ${new Date(START + 1_800_000)})`;
  const { code, out } = report('R-06', '--from', '2026-03-02');
  expect([code, out.includes('NOT ALL COUNTED YET')]).toEqual([1, true]);
  expect(report('R-06', '--from', '2026-03-02', '--rebuild').code).toBe(0);
});
