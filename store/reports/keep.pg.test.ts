import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addParts, countParts, type Counted, type Parts } from '#domain/calls/count.ts';
import { partsOf } from '#domain/calls/parts.ts';
import { sourceRows, SOURCES, STORED_SOURCES, type Dimension } from '#domain/calls/sources.ts';
import { DEFAULT_THRESHOLDS, thresholdLookup } from '#domain/calls/thresholds.ts';
import { randomRecords } from '#domain/calls/testing.ts';
import { emptyRecords, type FloorRecords } from '#domain/floor/records.ts';
import { mulberry32 } from '#domain/random.ts';
import { GRAINS, grainEdges, type Grain } from '#domain/reports/grain.ts';
import { DAY, HOUR, MINUTE, parseLocal, startOfDay } from '#domain/time.ts';
import { casesOf, countedCases } from '#tests/support/counted-cases.ts';
import { testDatabase } from '#tests/support/database.ts';
import { upsertCases } from '../cases.ts';
import { withdrawCases } from '../case-changes.ts';
import { insertFloorRecords, loadFloorRecords } from '../floor.ts';
import { keepStats, keepUp } from './keep.ts';
import { markAll } from './marks.ts';
import { readCounts } from './read.ts';
import { setHome, setTeam, teamVersions } from './teams.ts';
import { addThresholds, thresholdsInForce, thresholdVersions } from './thresholds.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const START = startOfDay('2026-01-27', ZONE);
const NOW = START + 9 * DAY + 5 * HOUR;
const keep = () => keepUp(sql, { zone: ZONE, now: () => NOW });

function portion(seed: number, hours: number, from: number): FloorRecords {
  return randomRecords(mulberry32(seed), { from, hours, calls: hours * 4, prefix: `c${seed}-` });
}

const everything = emptyRecords();
function add(r: FloorRecords): FloorRecords {
  for (const table of Object.keys(r) as (keyof FloorRecords)[]) (everything[table] as unknown[]).push(...r[table]);
  return r;
}

/** Nothing that is 0 tells a cell from one that is not there. */
function comparable(list: Iterable<Counted>): Record<string, Parts> {
  const cells: Record<string, Parts> = {};
  for (const c of list) addParts((cells[`${c.interval}|${c.group.join('|')}`] ??= {}), c.parts);
  for (const [key, parts] of Object.entries(cells)) {
    const kept = Object.fromEntries(
      Object.entries(parts)
        .filter(([, n]) => n !== 0)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    if (Object.keys(kept).length === 0) delete cells[key];
    else cells[key] = kept;
  }
  return cells;
}

/** Rollups, SQL over the records, and the plain count in memory must be the same in every source, breakdown and grain given. */
async function agree(from: number, to: number, grains: readonly Grain[], o: { raw?: boolean } = {}): Promise<number> {
  const versions = await thresholdVersions(sql);
  const periods = await thresholdsInForce(sql);
  const [state] = await sql<
    { closed: number }[]
  >`select extract(epoch from closed_until)::float8 * 1000 as closed from stat_state`;
  const rows = sourceRows(everything, ZONE, await teamVersions(sql), await countedCases(sql));
  let compared = 0;
  for (const grain of grains)
    for (const s of STORED_SOURCES) {
      const edges = grainEdges(from, to, grain, ZONE);
      const all = Object.keys(SOURCES[s].by) as Dimension[];
      const single = grain === 'half-hour' || grain === 'day' ? all.map((d) => [d]) : [];
      for (const by of [all, [], ...single]) {
        const want = comparable(countParts(s, rows[s] as never, { edges, by, thresholds: thresholdLookup(versions) }));
        const read = { parts: partsOf(s), by, only: {}, edges, zone: ZONE, grain, closed: state!.closed, periods };
        expect(comparable((await readCounts(sql, read)).counted()), `${s} ${grain} by ${by.join()}`).toEqual(want);
        if (o.raw)
          expect(comparable((await readCounts(sql, { ...read, raw: true })).counted()), `${s} ${grain} raw`).toEqual(
            want,
          );
        compared += Object.keys(want).length;
      }
    }
  return compared;
}

test('rollups kept in steps equal the plain count in every source, breakdown and grain', async () => {
  for (let i = 0; i < 4; i++) {
    await loadFloorRecords(sql, add(portion(i, 48, START + i * 2 * DAY)));
    await keep();
  }
  await sql.begin(async (tx) => await insertFloorRecords(tx as never, add(portion(9, 16, START + 8 * DAY + 8 * HOUR))));
  await keep();
  expect(await agree(START - 2 * DAY, NOW, GRAINS)).toBeGreaterThan(5000);
  await agree(START - 2 * DAY, NOW, ['half-hour', 'none'], { raw: true });
});

test('a period that begins and ends in the middle of days is exact too', async () => {
  await agree(parseLocal('2026-01-28 13:30', ZONE)!, parseLocal('2026-02-03 09:00', ZONE)!, [
    'none',
    'day',
    'month',
    'week',
  ]);
});

test('late records, corrected and deleted ones change the figures of their own hour, however they are written', async () => {
  await sql.begin(async (tx) => await insertFloorRecords(tx as never, add(portion(20, 3, START + DAY))));
  const v = everything.queue_visit.find((x) => x.outcome === 'answered' && x.t_queue > START + 3 * DAY)!;
  await sql`update queue_visit set t_queue = t_queue - interval '90 minutes', wait_s = 7, outcome = 'abandoned' where visit_id = ${v.visit_id}`;
  Object.assign(v, { t_queue: v.t_queue - 1.5 * HOUR, wait_s: 7, outcome: 'abandoned' });
  const gone = everything.queue_visit.find((x) => x.outcome === 'answered' && x.t_queue > START + 5 * DAY)!;
  await sql`delete from queue_visit where visit_id = ${gone.visit_id}`;
  everything.queue_visit.splice(everything.queue_visit.indexOf(gone), 1);
  const s = everything.seat_segment.find((x) => x.visit_id !== null && x.t_from > START + 4 * DAY)!;
  await sql`delete from seat_segment where segment_id = ${s.segment_id}`;
  everything.seat_segment.splice(everything.seat_segment.indexOf(s), 1);
  const state = everything.seat_state.find((x) => x.t_from > START + 2 * DAY)!;
  await sql`update seat_state set state = 'other', t_to = t_to + interval '5 hours' where seat_no = ${state.seat_no} and t_from = ${new Date(state.t_from)}`;
  Object.assign(state, { state: 'other', t_to: state.t_to + 5 * HOUR });
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none']);
});

test('cases give their type to their calls and go to who answered, also when a case or a part comes late, changes or goes', async () => {
  const random = mulberry32(77);
  const options = { now: NOW, zone: ZONE, actor: 'test' };
  const calls = { ...everything, call: everything.call.filter((c) => c.t_setup > START + DAY) };
  const cases = casesOf(random, calls, 0.6, 'K');
  for (let i = 0; i < cases.length; i += 100) await upsertCases(sql, cases.slice(i, i + 100), options);
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none'], { raw: true });
  const found = await sql<{ n: number; again: number }[]>`
    select sum(consult_first)::int as n, sum(consult_again)::int as again from stat_accepted where level = 'h'`;
  expect(found[0]!.n).toBeGreaterThan(10);
  expect(found[0]!.again).toBeGreaterThan(3);

  const some = cases.slice(20, 60);
  await upsertCases(
    sql,
    some.map((c, i) => ({
      ...c,
      ...[
        { type: 'praise' as const },
        { acceptedAt: c.acceptedAt + 40 * MINUTE },
        { state: 'dispatched' as const, unit: '市城管局', stateSince: NOW },
        { closedAt: c.acceptedAt + 60_000, state: 'closed' as const },
        { category: ['别的'] },
      ][i % 5]!,
    })),
    options,
  );
  await withdrawCases(sql, 'test', cases.slice(60, 70).map((c) => c.externalId), options); // prettier-ignore
  await upsertCases(sql, cases.slice(70, 80).map((c, i) => ({ ...c, callId: calls.call[i]!.call_id })), options); // prettier-ignore
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none']);

  const linked = new Set(cases.flatMap((c) => c.callId ?? []));
  const parts = everything.seat_segment.filter((x) => linked.has(x.call_id) && x.outcome === 'answered');
  const [gone, changed, before] = [parts[3]!, parts[5]!, parts[7]!];
  await sql`delete from seat_segment where segment_id = ${gone.segment_id}`;
  everything.seat_segment.splice(everything.seat_segment.indexOf(gone), 1);
  await sql`update seat_segment set seat_no = '1006', t_wrap_end = null where segment_id = ${changed.segment_id}`;
  Object.assign(changed, { seat_no: '1006', t_wrap_end: null });
  const earlier = { ...before, segment_id: 'earlier', seat_no: '1005', visit_id: null, t_answer: before.t_answer! - 1 };
  await sql.begin(
    async (tx) => await insertFloorRecords(tx as never, add({ ...emptyRecords(), seat_segment: [earlier] })),
  );
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none']);
});

test('a visit that is written after its seats’ parts takes them to its own half-hour', async () => {
  const [visit] = portion(30, 2, START + 6 * DAY).queue_visit.filter((v) => v.outcome === 'answered');
  const part = {
    ...everything.seat_segment[0]!,
    segment_id: 'late',
    visit_id: visit!.visit_id,
    t_from: visit!.t_queue + 2 * HOUR,
  };
  await sql.begin(
    async (tx) => await insertFloorRecords(tx as never, add({ ...emptyRecords(), seat_segment: [part] })),
  );
  await keep();
  await agree(START, NOW, ['half-hour']);
  await sql.begin(
    async (tx) => await insertFloorRecords(tx as never, add({ ...emptyRecords(), queue_visit: [visit!] })),
  );
  await keep();
  await agree(START, NOW, ['half-hour', 'none']);
});

test('thresholds of a group hold from their instant on, and figures before it keep theirs', async () => {
  const values = {
    ...DEFAULT_THRESHOLDS,
    connectS: 40,
    serviceLevelS: 5,
    shortAbandonS: 10,
    edge1S: 6,
    satisfiedFrom: 2,
  };
  await sql.begin(async (tx) => {
    await addThresholds(tx as never, { queue: 'consult', from: START + 2 * DAY + HOUR + 7, values }, 'test', START);
    await addThresholds(
      tx as never,
      { queue: '', from: START + 5 * DAY, values: { ...values, connectS: 3 } },
      'test',
      START,
    );
  });
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none'], { raw: true });
});

test('a pass that is killed leaves its marks, and the next one does its work', async () => {
  await sql.begin(async (tx) => await insertFloorRecords(tx as never, add(portion(40, 4, START + 3 * DAY))));
  const marks = async () => (await sql<{ n: number }[]>`select count(*)::int as n from stat_mark`)[0]!.n;
  const before = await marks();
  expect(before).toBeGreaterThan(0);
  await expect(
    sql.begin(async (tx) => {
      await keepStats({ begin: (f: (t: unknown) => unknown) => f(tx) } as never, { zone: ZONE, now: NOW });
      throw new Error('killed before the commit');
    }),
  ).rejects.toThrow('killed');
  expect(await marks()).toBe(before);
  await keep();
  expect(await marks()).toBe(0);
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none']);
});

test('a seat’s figures go to the team it was in, half-hour by half-hour, also when that is set for the past', async () => {
  const by = { officer: { account: 1, name: '王' }, now: NOW };
  const put = async (seats: string[], team: string, from: number) =>
    expect(await setTeam(sql, { seats, team, from }, ZONE, by)).toMatchObject({ ok: true });
  await put(['1001', '1002', '1003'], '甲班', START + DAY);
  await put(['1002'], '乙班', START + 3 * DAY + 9.5 * HOUR);
  await put(['1003'], '', START + 6 * DAY);
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none'], { raw: true });
  await put(['1002'], '丙班', START + 2 * DAY + 0.5 * HOUR);
  await put(['1002'], '丁班', START + 3 * DAY + 9.5 * HOUR);
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'month']);
});

test('a team’s figures go to the department and provider it belonged to, half-hour by half-hour, also when that is set for the past', async () => {
  const by = { officer: { account: 1, name: '王' }, now: NOW };
  const put = async (team: string, department: string, provider: string, from: number) =>
    expect(await setHome(sql, { team, department, provider, from }, ZONE, by)).toMatchObject({ ok: true });
  await put('甲班', '一部', '甲公司', START + 2 * DAY + 10 * HOUR);
  await put('丁班', '二部', '', START + 4 * DAY);
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'none'], { raw: true });
  await put('甲班', '二部', '甲公司', START + 3 * DAY + 15.5 * HOUR);
  await put('甲班', '一部', '乙公司', START + DAY);
  const [marked] = await sql<{ a: number; b: number | null }[]>`
    select extract(epoch from from_at)::float8 * 1000 as a, case when to_at < 'infinity' then extract(epoch from to_at)::float8 * 1000 end as b
    from stat_mark where source = '=time' order by id desc limit 1`;
  expect(marked).toEqual({ a: START + DAY, b: START + 2 * DAY + 10 * HOUR });
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'month'], { raw: true });
  const time = await sql<{ department: string; n: number }[]>`
    select department, sum(state_talking_ms)::float8 as n from stat_time where level = 'h' group by 1 order by 1`;
  expect(time.map((t) => t.department)).toEqual(['', '一部', '二部']);
  expect(time.every((t) => t.n > 0)).toBe(true);
  // nobody is in it: nothing is counted anew
  await put('无人班', '一部', '', START);
  expect(await sql`select from stat_mark`).toHaveLength(0);
});

test('a rebuild from nothing gives the same, also after the city moved to another zone', async () => {
  await keepUp(sql, { zone: 'Asia/Kathmandu', now: () => NOW });
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'month']);
  for (const s of STORED_SOURCES) await sql.unsafe(`delete from stat_${s}`);
  await markAll(sql);
  await keep();
  await agree(START - 2 * DAY, NOW, ['half-hour', 'day', 'month']);
});

test('when days pass without a call, they are closed and a month is there once it is over', async () => {
  await keepUp(sql, { zone: ZONE, now: () => NOW + 40 * DAY });
  const levels = await sql<
    { level: string; n: number }[]
  >`select level, count(*)::int as n from stat_visit group by 1 order by 1`;
  expect(levels.map((l) => l.level)).toEqual(['d', 'h', 'm']);
  await agree(START - 2 * DAY, NOW + 40 * DAY, ['month', 'quarter', 'none']);
});

test('whatever the records, and in whatever order they come, the rollups are the plain count', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 5 }), async (seed, pieces) => {
      await sql`truncate call, ivr_step, queue_visit, seat_segment, seat_state, seat_login, call_move, call_rating`;
      for (const list of Object.values(everything)) list.length = 0;
      const r = add(randomRecords(mulberry32(seed), { from: START + DAY, hours: 30, calls: 90 }));
      const random = mulberry32(seed + 1);
      const piece = Array.from({ length: pieces }, emptyRecords);
      for (const table of Object.keys(r) as (keyof FloorRecords)[])
        for (const row of r[table]) (piece[Math.floor(random() * pieces)]![table] as unknown[]).push(row);
      for (const some of piece) {
        await sql.begin(async (tx) => await insertFloorRecords(tx as never, some));
        if (random() < 0.7) await keep();
      }
      await keep();
      await agree(START, NOW, ['half-hour', 'day', 'none']);
    }),
    { numRuns: 5 },
  );
});

test('what is kept is what is declared: each source has its table, each part its column', async () => {
  for (const s of STORED_SOURCES) {
    const columns = await sql<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_name = ${`stat_${s}`}`;
    expect(columns.map((c) => c.name).sort()).toEqual(
      ['level', 'bucket', ...Object.keys(SOURCES[s].by), ...partsOf(s)].sort(),
    );
  }
});
