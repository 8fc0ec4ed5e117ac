import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PbfReader, PbfWriter } from 'pbf';
import { describe, expect, test } from 'vitest';
import { OsmFileError, type OsmElement } from './element.ts';
import { readPbf } from './pbf.ts';
import { readOsm } from './read.ts';
import { length, roadTags, speed, weight } from './road-tags.ts';
import { osmCity } from './city.ts';
import { osmRoads } from './roads.ts';
import { readXml } from './xml.ts';

const SHARED = join(import.meta.dirname, '../../../shared/data');
const OSM = join(SHARED, 'osm');

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
async function all(from: AsyncIterable<OsmElement[]>): Promise<OsmElement[]> {
  const out: OsmElement[] = [];
  for await (const batch of from) out.push(...batch);
  return out;
}
const xml = (body: string): Promise<OsmElement[]> => all(readXml(chunks(Buffer.from(`<osm>${body}</osm>`), 7)));
async function failure(run: () => Promise<unknown>): Promise<OsmFileError> {
  const e: unknown = await run().then(
    () => null,
    (x: unknown) => x,
  );
  if (!(e instanceof OsmFileError)) throw new Error(`no OsmFileError but ${String(e)}`);
  return e;
}

describe.skipIf(!existsSync(OSM))('real extracts (../shared/data/osm; skipped where it is not there)', () => {
  /** Counts as the list of the data states them: nodes, ways, relations, kilometres for cars, buildings, signals. */
  const listed = !existsSync(OSM)
    ? []
    : readFileSync(join(SHARED, 'MANIFEST.tsv'), 'utf8')
        .split('\n')
        .flatMap((line) => {
          const m =
            /^osm\/(\S+)\t\d+\t(\d+) nodes, (\d+) ways, (\d+) rels, (\d+) km drivable, (\d+) bldg, (\d+) signals/.exec(
              line,
            );
          return m ? [{ file: m[1]!, counts: m.slice(2).map(Number) }] : [];
        });

  test('the list names eight extracts', () => expect(listed.length).toBe(8));

  test.each(listed)('$file holds what it is said to hold', async ({ file, counts }) => {
    const seen = { node: 0, way: 0, relation: 0 };
    for await (const batch of readOsm(join(OSM, file))) for (const e of batch) seen[e.type]++;
    const about = { id: 'x', name: '市', nameEn: 'City', number: 1 };
    const { report } = await osmCity(() => readOsm(join(OSM, file)), about);
    const dropped = (why: string): number => report.dropped[why] ?? 0;
    expect([seen.node, seen.way, seen.relation]).toEqual(counts.slice(0, 3));
    // roads that nobody may drive are counted there and left out here
    const allDriven = ['closed', 'area', 'reversible'].every((why) => dropped(`road: ${why}`) === 0);
    if (allDriven) expect(Math.round(report.roadKm)).toBe(counts[3]);
    else expect(report.roadKm).toBeLessThanOrEqual(counts[3]! + 0.5);
    expect(report.roadKm).toBeGreaterThan(0.85 * counts[3]!);
    // what is tagged as a building is counted there: points and lines without an outline too, which nobody can draw
    const undrawn = ['no', 'point', 'without-outline', 'of-another-relation'].map((why) =>
      dropped(`shape: building-${why}`),
    );
    expect(report.buildings + undrawn.reduce((a, b) => a + b)).toBe(counts[4]);
  });

  test('a file that is cut off anywhere is damaged, and says so', async () => {
    const bytes = readFileSync(join(OSM, 'sao_paulo_2020.osm.pbf'));
    for (const at of [3, 60, 5000, bytes.length - 1])
      expect((await failure(() => all(readPbf(chunks(bytes.subarray(0, at), 4096))))).code).toBe('damaged');
    const packed = readFileSync(join(OSM, 'bayreuth_2014.osm.gz'));
    const plain = gunzipSync(packed);
    expect((await failure(() => all(readXml(chunks(plain.subarray(0, 100_000), 999))))).code).toBe('damaged');
  });

  test('bytes that were changed in a block never do worse than a told damage', async () => {
    const bytes = readFileSync(join(OSM, 'sao_paulo_2020.osm.pbf'));
    for (let i = 0; i < 40; i++) {
      const bad = Buffer.from(bytes);
      bad[(i * 7919 + 200) % 60_000]! ^= 1 << (i % 8);
      const e: unknown = await all(readPbf(chunks(bad, 65_536))).then(
        () => null,
        (x: unknown) => x,
      );
      if (e !== null) expect(e).toBeInstanceOf(OsmFileError);
    }
  });
});

test('a PBF file that needs what is not read is refused by name', async () => {
  const header = new PbfWriter();
  header.writeStringField(4, 'OsmSchema-V0.6');
  header.writeStringField(4, 'HistoricalInformation');
  const blob = new PbfWriter();
  blob.writeBytesField(1, header.finish());
  const blobBytes = blob.finish();
  const head = new PbfWriter();
  head.writeStringField(1, 'OSMHeader');
  head.writeVarintField(3, blobBytes.length);
  const headBytes = head.finish();
  const size = Buffer.alloc(4);
  size.writeUInt32BE(headBytes.length);
  const file = Buffer.concat([size, headBytes, blobBytes]);
  expect(new PbfReader(headBytes).nextField()).toBe(1);
  const e = await failure(() => all(readPbf(chunks(file, 3))));
  expect([e.code, e.message]).toEqual(['unsupported', 'the file requires HistoricalInformation']);
});

test('XML in pieces of any size gives the same elements; what is no map is refused', async () => {
  const body = `<node id="1" lat="22.5" lon="120.25"><tag k="name" v="路口 &amp; 桥"/></node>
    <way id="5"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
    <relation id="9"><member type="way" ref="5" role="from"/></relation>`;
  expect(await xml(body)).toEqual([
    { type: 'node', id: 1, lng: 120.25, lat: 22.5, tags: { name: '路口 & 桥' } },
    { type: 'way', id: 5, refs: [1, 2], tags: { highway: 'primary' } },
    { type: 'relation', id: 9, members: [{ type: 'way', ref: 5, role: 'from' }], tags: {} },
  ]);
  expect((await failure(() => xml('<node id="1" lat="x" lon="2"/>'))).code).toBe('damaged');
  expect((await failure(() => all(readXml(chunks(Buffer.from('<html></html>'), 5))))).code).toBe('damaged');
  expect((await failure(() => all(readXml(chunks(Buffer.from('<osmChange></osmChange>'), 5))))).code).toBe(
    'unsupported',
  );
});

test('tags: one-ways, speeds, limits and access as the map says them', () => {
  const of = (tags: Record<string, string>) => roadTags({ highway: 'primary', ...tags });
  expect(roadTags({ building: 'yes' })).toBeNull();
  expect([of({ highway: 'footway' }), of({ area: 'yes' }), of({ oneway: 'reversible' }), of({ access: 'no' })]).toEqual(
    [{ drop: 'not-for-cars' }, { drop: 'area' }, { drop: 'reversible' }, { drop: 'closed' }],
  );
  expect([of({}), of({ oneway: '-1' }), of({ junction: 'roundabout' }), of({ highway: 'motorway' })]).toMatchObject([
    { oneway: 'both' },
    { oneway: 'backward' },
    { oneway: 'forward' },
    { oneway: 'forward' },
  ]);
  expect([
    of({ access: 'no', emergency: 'yes' }),
    of({ motor_vehicle: 'private' }),
    of({ access: 'no', motorcar: 'yes' }),
  ]).toMatchObject([{ access: 'emergency' }, { access: 'private' }, { access: 'all' }]);
  const names = (tags: Record<string, string>) => {
    const { name, nameEn } = of(tags) as { name: string | null; nameEn: string | null };
    return [name, nameEn];
  };
  expect(names({ name: '中山南路', ref: '20' })).toEqual(['中山南路', null]);
  expect(names({ name: '中華路', 'name:en': 'Jhonghua Road', ref: '1' })).toEqual(['中華路', 'Jhonghua Road']);
  expect(names({ ref: 'G42' })).toEqual(['G42', 'G42']);
  expect(['50', '30 mph', 'walk', 'CN:urban', 'none', '-5'].map(speed)).toEqual([50, 48.28032, 5, null, null, null]);
  expect(['3.5', '3,8 m', `12'6"`, '350 cm', 'default', '0'].map(length)).toEqual([3.5, 3.8, 3.81, 3.5, null, null]);
  expect(['7.5', '7.5 t', '3500 kg', '20000 lbs', 'unsigned'].map((t) => weight(t)?.toFixed(3))).toEqual([
    '7.500',
    '7.500',
    '3.500',
    '9.072',
    undefined,
  ]);
});

test('ways are cut where they meet, forbidden turns are told between the roads that touch, and a lost node cuts a way', async () => {
  const nodes = [1, 2, 3, 4, 5, 6].map((id) => `<node id="${id}" lat="22" lon="${120 + id / 1000}"/>`).join('');
  const way = (id: number, refs: number[], tags: Record<string, string> = {}) =>
    `<way id="${id}">${refs.map((r) => `<nd ref="${r}"/>`).join('')}${Object.entries({
      highway: 'residential',
      ...tags,
    })
      .map(([k, v]) => `<tag k="${k}" v="${v}"/>`)
      .join('')}</way>`;
  const file = `<osm>${nodes}${way(10, [1, 2, 3, 99, 5, 6])}${way(11, [4, 3], { oneway: '-1' })}${way(12, [2, 6])}
    <relation id="1"><member type="way" ref="10" role="from"/><member type="node" ref="3" role="via"/><member type="way" ref="11" role="to"/>
      <tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/><tag k="except" v="psv;emergency"/></relation>
    <relation id="2"><member type="way" ref="10" role="from"/><member type="way" ref="11" role="via"/><member type="way" ref="12" role="to"/>
      <tag k="type" v="restriction"/><tag k="restriction" v="no_u_turn"/></relation>
    <relation id="3"><member type="way" ref="10" role="from"/><member type="way" ref="12" role="via"/><member type="way" ref="10" role="to"/>
      <tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation></osm>`;
  const net = await osmRoads(() => readXml(chunks(Buffer.from(file), 64)));
  expect(net.roads.map((r) => [r.way, net.nodeIds[r.from], net.nodeIds[r.to], r.oneway])).toEqual([
    [10, 1, 2, false],
    [10, 2, 3, false],
    [10, 5, 6, false],
    [11, 3, 4, true],
    [12, 2, 6, false],
  ]);
  expect(net.restrictions).toEqual([
    { relation: 1, kind: 'no', from: 1, via: net.roads[1]!.to, through: [], to: 3, except: ['psv', 'emergency'] },
    // over way 12, from either part of way 10 at its one end to the part at the other, and back
    ...[
      { from: 0, via: net.roads[0]!.to, through: [4], to: 2 },
      { from: 1, via: net.roads[0]!.to, through: [4], to: 2 },
      { from: 2, via: net.roads[2]!.to, through: [4], to: 0 },
      { from: 2, via: net.roads[2]!.to, through: [4], to: 1 },
    ].map((r) => ({ relation: 3, kind: 'no', except: [], ...r })),
  ]);
  expect(net.report).toMatchObject({ ways: 3, missingNodes: 1, droppedRestrictions: { 'not-joined': 1 } });
});

test('no car passes a bollard, a gate that is closed to it or locked; it passes a gate of which nothing is said, and an open one', async () => {
  /** Turns forbidden where a way of 1, 2, 3 has this at 2. */
  const forbidden = async (tags: Record<string, string>) => {
    const nodes = [1, 2, 3].map((id) => ({
      type: 'node' as const,
      id,
      lng: id / 1000,
      lat: 0,
      tags: id === 2 ? tags : {},
    }));
    const net = await osmRoads(async function* () {
      yield nodes;
      yield [{ type: 'way' as const, id: 10, refs: [1, 2, 3], tags: { highway: 'residential' } }];
    });
    expect(net.report.km).toBeCloseTo(0.222, 2);
    return net.restrictions.map((r) => [r.relation, r.from, r.to]);
  };
  const shut: Record<string, string>[] = [
    { barrier: 'bollard' },
    { barrier: 'gate', access: 'no' },
    { barrier: 'lift_gate', motor_vehicle: 'emergency' },
    { barrier: 'gate', locked: 'yes' },
    { barrier: 'block', foot: 'yes' },
  ];
  for (const tags of shut) expect(await forbidden(tags)).toEqual([[null, 0, 1], [null, 1, 0]]); // prettier-ignore
  const open: Record<string, string>[] = [
    { barrier: 'gate' },
    { barrier: 'bollard', motorcar: 'yes' },
    { barrier: 'gate', access: 'private' },
    { barrier: 'toll_booth' },
    { crossing: 'marked' },
  ];
  for (const tags of open) expect(await forbidden(tags)).toEqual([]);
});
