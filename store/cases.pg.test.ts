import { expect, test } from 'vitest';
import { sameDistrict } from '#domain/cases/district.ts';
import { foldCases } from '#domain/cases/fold.ts';
import {
  CASE_COLLECTIONS as C,
  type CaseDayRow,
  type CaseHourRow,
  type CaseRow,
  type Counts,
} from '#domain/cases/rows.ts';
import { unbalanced } from '#domain/cases/view.ts';
import { digest } from '#domain/digest.ts';
import { Tables } from '#domain/tables.ts';
import { cityDay, DAY, HOUR } from '#domain/time.ts';
import { aCase, randomRecords } from '#tests/support/cases.ts';
import { testDatabase } from '#tests/support/database.ts';
import { acknowledgeCase, withdrawCases } from './case-changes.ts';
import { MAX_BATCH, upsertCases, type UpsertOptions } from './cases.ts';
import { factsAfter, newestCursor, recording } from './facts.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const now = Date.now();
const options: UpsertOptions = { now, zone: ZONE, actor: 'test' };

test('the same records again change nothing and leave no fact', async () => {
  const batch = [aCase('A1', { acceptedAt: now - HOUR }), aCase('A2', { at: [118.78, 32.04], acceptedAt: now - HOUR })];
  expect((await upsertCases(sql, batch, options)).outcomes).toEqual(['new', 'new']);
  const cursor = await newestCursor(sql);
  expect((await upsertCases(sql, batch, options)).outcomes).toEqual(['unchanged', 'unchanged']);
  expect(await newestCursor(sql)).toBe(cursor);
});

test('a correction leaves a fact with the fields before and after, and the old version in the store', async () => {
  const first = aCase('B1', { acceptedAt: now - HOUR, callerNumber: '13812345678' });
  await upsertCases(sql, [first], options);
  const from = await newestCursor(sql);
  const second = { ...first, district: '东湖区', text: '另有内容', callerNumber: '13900000000' };
  expect((await upsertCases(sql, [second], options)).outcomes).toEqual(['corrected']);
  const [fact, ...rest] = await factsAfter(sql, from);
  expect(rest).toEqual([]);
  expect(fact).toMatchObject({
    kind: 'case.corrected',
    subject: 'B1',
    body: {
      before: { district: '临江区' },
      case: { district: '东湖区' },
      corrections: 1,
      fields: ['callerNumber', 'district', 'text'],
    },
  });
  expect(JSON.stringify(fact)).not.toMatch(/138|139/);
  const [version] = await sql`select version, fields, before from case_version where case_no = 'B1'`;
  expect(version).toMatchObject({
    version: 1,
    before: { district: '临江区', text: first.text, callerNumber: '13812345678' },
  });
});

test('a transition and a correction that come in one message become one fact each', async () => {
  const first = aCase('D1', { acceptedAt: now - HOUR });
  await upsertCases(sql, [first], options);
  const from = await newestCursor(sql);
  const second = {
    ...first,
    state: 'dispatched' as const,
    stateSince: now - 60_000,
    unit: '水务局',
    type: 'help' as const,
  };
  expect((await upsertCases(sql, [second], options)).outcomes).toEqual(['moved']);
  expect((await factsAfter(sql, from)).map((f) => [f.kind, f.body])).toMatchObject([
    [
      'case.moved',
      { from: 'registered', irregular: false, case: { state: 'dispatched', unit: '水务局', type: 'complaint' } },
    ],
    ['case.corrected', { before: { type: 'complaint' }, case: { type: 'help' }, fields: ['type'] }],
  ]);
});

test('a jump that workflow §2.2 does not know is taken and marked', async () => {
  const first = aCase('E1', { acceptedAt: now - HOUR });
  const from = await newestCursor(sql);
  await upsertCases(sql, [first, { ...first, state: 'done_review', stateSince: now }], options);
  expect((await factsAfter(sql, from)).at(-1)).toMatchObject({ kind: 'case.moved', body: { irregular: true } });
  expect((await sql`select kind, irregular from case_event where case_no = 'E1' order by seq`).map((r) => r.irregular)).toEqual([false, true]); // prettier-ignore
});

test('a version that the source wrote earlier does not replace a later one', async () => {
  const late = aCase('F1', { acceptedAt: now - HOUR, sourceAt: now, title: 'late' });
  const early = { ...late, sourceAt: now - HOUR, title: 'early' };
  expect((await upsertCases(sql, [late, early], options)).outcomes).toEqual(['new', 'outdated']);
  expect((await sql`select title from hotline_case where case_no = 'F1'`)[0]!.title).toBe('late');
});

test('a number that another source already gave away is refused and the rest goes in', async () => {
  await upsertCases(sql, [aCase('G1', { acceptedAt: now })], options);
  const other = [aCase('G1', { origin: 'other' }), aCase('G2', { origin: 'other' })];
  expect((await upsertCases(sql, other, options)).outcomes).toEqual(['number-taken', 'new']);
});

test('two writers that bring the same cases at the same time make each of them once', async () => {
  const batch = Array.from({ length: 200 }, (_, i) => aCase(`H${i}`, { acceptedAt: now }));
  const both = await Promise.all([upsertCases(sql, batch, options), upsertCases(sql, [...batch].reverse(), options)]);
  const all = both.flatMap((r) => r.outcomes);
  expect(all.filter((o) => o === 'new')).toHaveLength(200);
  expect(all.filter((o) => o === 'unchanged')).toHaveLength(200);
});

test('old cases of an import get no fact each, but their corrections do', async () => {
  const old = aCase('I1', { acceptedAt: now - 900 * DAY });
  const from = await newestCursor(sql);
  expect((await upsertCases(sql, [old], { ...options, quietHistory: true })).quiet).toBe(1);
  expect(await newestCursor(sql)).toBe(from);
  await upsertCases(sql, [{ ...old, type: 'praise' }], { ...options, quietHistory: true });
  expect((await factsAfter(sql, from)).map((f) => f.kind)).toEqual(['case.corrected']);
});

test('a district that is not that of the point is told, not hidden', async () => {
  const located: UpsertOptions = {
    ...options,
    locate: async (_tx, points) => points.map(() => ({ district: '安南區', street: null })),
  };
  const batch = [
    aCase('J1', { district: '安南', at: [1, 1] }),
    aCase('J2', { district: '东区', at: [1, 1] }),
    aCase('J3', { district: null, at: [1, 1] }),
    aCase('J4', { district: '东区' }),
  ];
  expect((await upsertCases(sql, batch, located)).mismatches).toEqual([{ caseNo: 'J2', own: '东区', area: '安南區' }]);
  expect((await sql`select district from hotline_case where case_no = 'J3'`)[0]!.district).toBe('安南區');
  expect([sameDistrict('北 區', '北區'), sameDistrict('東區 中西區', '中西區'), sameDistrict('東區', '北區')]).toEqual([true, true, false]); // prettier-ignore
});

test('where a point lies is not forgotten when the boundaries are, unless it moves', async () => {
  const first = aCase('M1', { district: '安南区', at: [1, 1] });
  await upsertCases(sql, [first], {
    ...options,
    locate: async (_tx, points) => points.map(() => ({ district: '安南区', street: null })),
  });
  const area = async (): Promise<unknown> =>
    (await sql`select area_district from hotline_case where case_no = 'M1'`)[0]!.area_district;
  await upsertCases(sql, [{ ...first, title: '更正' }], options);
  expect(await area()).toBe('安南区');
  await upsertCases(sql, [{ ...first, title: '更正', at: [2, 2] }], options);
  expect(await area()).toBeNull();
});

test('a stream of records leaves the same cases and the same state, however it is cut into batches', async () => {
  const left: unknown[] = [];
  for (const size of [1, 7, 200]) {
    const from = await newestCursor(sql);
    const records = randomRecords(9, 200, now).map((c) => ({ ...c, origin: 'cut' }));
    for (let i = 0; i < records.length; i += size) await upsertCases(sql, records.slice(i, i + size), options);
    const tables = new Tables();
    for (const f of await factsAfter(sql, from)) foldCases(tables, f, ZONE);
    const rows = await sql`
      select case_no, hash, state, district, type, title, accepted_at, corrections from hotline_case where origin = 'cut' order by case_no`;
    left.push([digest(tables), [...rows]]);
    await sql`delete from hotline_case where origin = 'cut'`;
  }
  expect(left[1]).toEqual(left[0]);
  expect(left[2]).toEqual(left[0]);
});

test('a batch that is too large is refused as a whole', async () => {
  await expect(upsertCases(sql, new Array(MAX_BATCH + 1).fill(aCase('K')), options)).rejects.toThrow(RangeError);
});

test('a note of a desk is taken once', async () => {
  await upsertCases(sql, [aCase('L1', { acceptedAt: now, urgency: 'urgent' })], options);
  const by = { account: 7, name: '值班员' };
  const note = (): Promise<boolean> =>
    recording(sql, async (tx) => {
      const facts = (await acknowledgeCase(tx, 'L1', by, now))!;
      return { facts, result: facts.length > 0 };
    });
  expect([await note(), await note()]).toEqual([true, false]);
});

for (const seed of [1, 2, 3])
  test(`after any stream of records the folded figures equal a count in SQL at the same cursor (seed ${seed})`, async () => {
    const origin = `fold-${seed}`;
    const from = await newestCursor(sql);
    const tables = new Tables();
    let cursor = from;
    const records = randomRecords(seed, 400, now).map((c) => ({ ...c, origin, caseNo: `${origin}/${c.caseNo}` }));
    for (let i = 0; i < records.length; i += 40) {
      await upsertCases(sql, records.slice(i, i + 40), options);
      if (i % 160 === 0) await withdrawCases(sql, origin, [records[i]!.externalId], { now, actor: 'test' });
      for (const f of await factsAfter(sql, cursor)) {
        foldCases(tables, f, ZONE);
        cursor = f.n;
      }
      for (const day of [cityDay(now, ZONE), cityDay(now - DAY, ZONE)]) {
        const row = tables.get<CaseDayRow>(C.caseDay, day);
        expect(row?.total ?? 0).toBe(await countOf(origin, day));
        if (!row) continue;
        expect(unbalanced(row)).toEqual([]);
        expect(nonZero(row.byState)).toEqual(await groupsOf(origin, day, 'state'));
        expect(nonZero(row.byType)).toEqual(await groupsOf(origin, day, 'type'));
        expect(nonZero(row.bySource)).toEqual(await groupsOf(origin, day, 'channel'));
        expect(nonZero(row.byCategory)).toEqual(await groupsOf(origin, day, 'category[1]'));
        expect(nonZero(row.byDistrict)).toEqual(await groupsOf(origin, day, `coalesce(district, '(none)')`));
      }
      await sameHours(tables, origin);
      await sameCases(tables, origin);
    }
    const again = new Tables();
    for (const f of await factsAfter(sql, from)) foldCases(again, f, ZONE);
    expect(digest(again)).toBe(digest(tables));
  });

const nonZero = (counts: Counts): Counts => Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0));

async function countOf(origin: string, day: string): Promise<number> {
  const [r] = await sql<{ n: number }[]>`
    select count(*)::int as n from hotline_case
    where origin = ${origin} and withdrawn_at is null and (accepted_at at time zone ${ZONE})::date = ${day}::date`;
  return r!.n;
}

async function groupsOf(origin: string, day: string, what: string): Promise<Counts> {
  const rows = await sql<{ k: string; n: number }[]>`
    select ${sql.unsafe(what)} as k, count(*)::int as n from hotline_case
    where origin = ${origin} and withdrawn_at is null and (accepted_at at time zone ${ZONE})::date = ${day}::date group by 1`;
  return Object.fromEntries(rows.map((r) => [r.k, r.n]));
}

async function sameHours(tables: Tables, origin: string): Promise<void> {
  const oldest = Math.floor(now / HOUR) * HOUR - 47 * HOUR;
  const rows = await sql<{ at: number; n: number }[]>`
    select (extract(epoch from date_trunc('hour', accepted_at)) * 1000)::float8 as at, count(*)::int as n from hotline_case
    where origin = ${origin} and withdrawn_at is null and accepted_at >= ${new Date(oldest).toISOString()} group by 1 order by 1`;
  const folded = [...tables.all<CaseHourRow>(C.caseHour).values()]
    .filter((h) => h.at >= oldest)
    .sort((a, b) => a.at - b.at);
  expect(folded.map((h) => [h.at, h.total])).toEqual(rows.map((r) => [r.at, r.n]));
}

/** Every live row says of the case what the table says. */
async function sameCases(tables: Tables, origin: string): Promise<void> {
  const rows = await sql<{ case_no: string; state: string; type: string; title: string }[]>`
    select case_no, state, type, title from hotline_case where origin = ${origin} and withdrawn_at is null
    and (accepted_at at time zone ${ZONE})::date = ${cityDay(now, ZONE)}::date`;
  const live = tables.all<CaseRow>(C.case);
  for (const r of rows) expect(live.get(r.case_no)).toMatchObject({ state: r.state, type: r.type, title: r.title });
}
