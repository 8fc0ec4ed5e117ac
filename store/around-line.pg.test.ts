import { expect, test } from 'vitest';
import { MAX_LINE_POINTS } from '#domain/around/area.ts';
import { metres } from '#domain/geo.ts';
import { mulberry32 } from '#domain/random.ts';
import { MAX_CORNERS } from '#gis-data/around/wire.ts';
import { testDatabase } from '#tests/support/database.ts';
import { alongLine } from './around-line.ts';
import { areaSql } from './city-things.ts';
import type { LngLat } from './gis.ts';

const { sql } = await testDatabase();
const random = mulberry32(5);
const place = (): LngLat => [120.2 + (random() - 0.5) * 0.1, 23 + (random() - 0.5) * 0.1];
const LINE: readonly LngLat[] = [[120.17, 22.97], [120.21, 23.01], [120.19, 23.02], [120.24, 23.03]]; // prettier-ignore

test('what lies along a line is what ST_DWithin on the ellipsoid says, but for half a percent at its round edge', async () => {
  const json = JSON.stringify({ type: 'LineString', coordinates: LINE });
  const places = Array.from({ length: 4000 }, place);
  for (const withinM of [50, 300, 1000]) {
    const area = await alongLine(sql, LINE, withinM);
    const rows = await sql<{ inside: boolean; m: number }[]>`
      select st_intersects(p, ${areaSql(sql, area)}) as inside, st_distance(p::geography, st_geomfromgeojson(${json})::geography) as m
      from jsonb_array_elements(${sql.json(places as never)}) r
      cross join lateral (select st_setsrid(st_point((r->>0)::float8, (r->>1)::float8), 4326) as p) s`;
    const wrong = rows.filter((r) => r.inside !== r.m <= withinM);
    expect(rows.filter((r) => r.inside).length).toBeGreaterThan(10);
    for (const { m } of wrong) expect(Math.abs(m - withinM) / withinM).toBeLessThan(0.006);
  }
});

test('the wildest line that may be asked has no more corners than the index of cases takes, and a loop has its hole', async () => {
  for (let i = 0; i < 5; i++) {
    // to and fro, so that each stretch crosses nearly all others
    const scribble = Array.from({ length: MAX_LINE_POINTS }, (_, n): LngLat => [
      n % 2 ? 120.1 : 120.3,
      23 + random() * 0.2,
    ]);
    const area = await alongLine(sql, scribble, 10);
    expect(area.flat(2).length).toBeGreaterThan(1000);
    expect(area.flat(2).length).toBeLessThanOrEqual(MAX_CORNERS);
    // what the road engine's process reads of one question
    expect(JSON.stringify(area).length).toBeLessThan(120 * 1024);
  }
  const loop: LngLat[] = [[120.19, 22.99], [120.21, 22.99], [120.21, 23.01], [120.19, 23.01], [120.19, 22.99]]; // prettier-ignore
  const [polygon] = await alongLine(sql, loop, 200);
  expect(polygon).toHaveLength(2);
  expect(Math.min(...polygon![1]!.map((p) => metres(p, [120.2, 23])))).toBeGreaterThan(800);
});
