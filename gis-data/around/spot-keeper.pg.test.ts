import { pino } from 'pino';
import { expect, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { answerCases } from './desk.ts';
import { SpotKeeper } from './spot-keeper.ts';

const { sql } = await testDatabase();
const MID = [118.8, 31.2] as const;

/** Cases scattered over about 6 km, some without a place. */
await sql`select setseed(0.42)`;
await sql`
  insert into hotline_case (case_no, origin, external_id, hash, type, category, title, detail, search_key, geom, state, state_since,
    urgency, sensitive, channel, simulated, accepted_at)
  select 'C' || n, 'test', n::text, '', 'complaint', '{}', 't', '', '', case when n % 50 > 0 then
      st_setsrid(st_point(${MID[0]} + (random() + random() - 1) * 0.03, ${MID[1]} + (random() + random() - 1) * 0.03), 4326) end,
    'closed', now(), 'normal', false, 'phone', true, now() - make_interval(hours => n % 2000)
  from generate_series(1, 6000) n`;

const keeper = new SpotKeeper(sql, pino({ level: 'silent' }), Date.now);
const near = (radiusM: number, since?: number): number[] => {
  const found = keeper.index!.within(MID, radiusM, since).ids;
  return found.sort((a, b) => a - b);
};
async function truth(radiusM: number, since = 0): Promise<number[]> {
  const rows = await sql<{ spot: number }[]>`
    select spot from hotline_case where withdrawn_at is null and accepted_at >= to_timestamp(${since})
      and st_dwithin(geom::geography, st_setsrid(st_point(${MID[0]}, ${MID[1]}), 4326)::geography, ${radiusM}) order by spot`;
  return rows.map((r) => r.spot);
}

test('before the cases are read a question is refused; then ids are those of ST_DWithin on geography', async () => {
  expect(answerCases(keeper, { at: MID, radiiM: [500], limit: 5 })).toMatchObject({ ok: false, code: 'not-ready' });
  await keeper.follow();
  await keeper.settled();
  expect(keeper.index!.size).toBe(5880);
  for (const radiusM of [100, 500, 1000, 3000]) expect(near(radiusM)).toEqual(await truth(radiusM));
  const since = Math.floor(Date.now() / 1000) - 500 * 3600;
  expect(near(2000, since)).toEqual(await truth(2000, since));
});

test('counts of rings and the nearest cases by distance', async () => {
  const answer = answerCases(keeper, { at: MID, radiiM: [500, 1000, 3000], limit: 7 });
  expect(answer.ok).toBe(true);
  if (!answer.ok) return;
  expect(answer.value.counts).toEqual([near(500).length, near(1000).length, near(3000).length]);
  const rows = await sql<{ spot: number; m: number }[]>`
    select spot, st_distance(geom::geography, st_setsrid(st_point(${MID[0]}, ${MID[1]}), 4326)::geography) as m
    from hotline_case where geom is not null order by m, spot limit 7`;
  expect(answer.value.nearest.map((n) => n.spot)).toEqual(rows.map((r) => r.spot));
  for (const [i, n] of answer.value.nearest.entries()) expect(Math.abs(n.distanceM - rows[i]!.m)).toBeLessThan(0.01);
});

test('an area holds what PostGIS says', async () => {
  const area = [[[[118.79, 31.19], [118.815, 31.195], [118.8, 31.215], [118.79, 31.19]]]]; // prettier-ignore
  const answer = answerCases(keeper, { at: MID, area, limit: 2000 });
  const rows = await sql<{ spot: number }[]>`
    select spot from hotline_case where st_intersects(geom, st_setsrid(st_geomfromgeojson(${JSON.stringify({ type: 'MultiPolygon', coordinates: area })}), 4326))
    order by spot`;
  expect(rows.length).toBeGreaterThan(50);
  expect(answer.ok && answer.value.nearest.map((n) => n.spot).sort((a, b) => a - b)).toEqual(rows.map((r) => r.spot));
});

test('new, moved and withdrawn cases are followed, also of a transaction that was open while others ended', async () => {
  const slow = await sql.reserve();
  await slow`begin`;
  await slow`update hotline_case set geom = st_setsrid(st_point(${MID[0]}, ${MID[1]}), 4326) where case_no = 'C50'`;
  await sql`update hotline_case set withdrawn_at = now() where case_no in ('C1', 'C2')`;
  await sql`update hotline_case set geom = st_setsrid(st_point(120, 30), 4326) where case_no in ('C3', 'C4')`;
  await keeper.follow();
  expect(near(5000)).toEqual(await truth(5000));
  await slow`commit`;
  slow.release();
  await keeper.follow();
  const now = near(5000);
  expect(now).toEqual(await truth(5000));
  expect(near(1)).toHaveLength(1);
  // a change that does not touch the place is none
  await sql`update hotline_case set state = 'reopened' where case_no = 'C5'`;
  const before = keeper.index!.changes;
  await keeper.follow();
  expect(keeper.index!.changes).toBe(before);
});

test.each([
  ['neither rings nor an area', { at: MID, limit: 5 }],
  ['rings that do not ascend', { at: MID, radiiM: [500, 300], limit: 5 }],
  ['a circle beyond reason', { at: MID, radiiM: [50_000], limit: 5 }],
  ['no place', { at: [200, 31], radiiM: [500], limit: 5 }],
])('%s is refused', (_, question) => {
  expect(answerCases(keeper, question)).toMatchObject({ ok: false, code: 'bad-question' });
});
