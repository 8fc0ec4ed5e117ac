import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import type { LngLat } from '#store/gis.ts';
import type { CityData } from '#store/gis-load.ts';
import { plainDijkstra } from '../cch/dijkstra.ts';
import { FAR } from '../cch/turns.ts';
import { osmCity } from '../osm/city.ts';
import type { OsmElement } from '../osm/element.ts';
import { readOsm } from '../osm/read.ts';
import { roadTags } from '../osm/road-tags.ts';
import { describe as described, pathLine } from './describe.ts';
import { answerRoute } from './desk.ts';
import type { Path } from './engine.ts';
import { buildGraph, headOf, tailOf, type RoadGraph } from './graph.ts';
import type { Snap } from './snap.ts';
import { Walking, walkingGraph, type WalkingGraph } from './walking.ts';
import type { Basis } from './wire.ts';

const engines: Walking[] = [];
afterAll(async () => void (await Promise.all(engines.map((w) => w.engine.end()))));

type Tags = Record<string, string>;
/** Metres east and north of a corner, as degrees. */
const at = (x: number, y: number): [number, number] => [120 + x / 96_297, 30 + y / 111_195];
const node = (id: number, x: number, y: number, tags: Tags = {}): OsmElement => ({
  type: 'node',
  id,
  lng: at(x, y)[0],
  lat: at(x, y)[1],
  tags,
});
const way = (id: number, refs: number[], tags: Tags): OsmElement => ({ type: 'way', id, refs, tags });

async function cityOf(elements: OsmElement[]): Promise<CityData> {
  async function* source(): AsyncGenerator<OsmElement[]> {
    yield elements;
  }
  return (await osmCity(source, { id: 'c', name: '市', nameEn: 'City', number: 1 })).data;
}
function walkedOf(data: CityData): { roads: RoadGraph; walking: WalkingGraph; walkers: Walking } {
  const roads = buildGraph(data.edges).graph;
  const walking = walkingGraph(roads, {
    footways: data.footways ?? [],
    joints: data.footJoints ?? [],
    barriers: data.footBarriers ?? [],
  });
  const walkers = new Walking(walking);
  engines.push(walkers);
  return { roads, walking, walkers };
}

/** A block of 400 m by 200 m with a park in it; `inPark` is the way through. */
const block = (inPark: Tags, gate: Tags = {}): OsmElement[] => [
  node(1, 0, 0), node(2, 400, 0), node(3, 400, 200), node(4, 0, 200),
  node(5, 200, 0), node(6, 200, 100, gate), node(7, 200, 200),
  way(10, [1, 5, 2], { highway: 'residential', name: '南街' }), way(11, [2, 3], { highway: 'residential' }),
  way(12, [4, 7, 3], { highway: 'residential', name: '北街' }), way(13, [1, 4], { highway: 'residential' }),
  way(14, [5, 6, 7], inPark),
]; // prettier-ignore
const walk = ({ engine }: Walking, from: LngLat, to: LngLat): Path | null => {
  const ends = [from, to].map((p) => engine.snap(p, 500));
  return ends[0] && ends[1] ? engine.route(ends[0], ends[1], 'fastest') : null;
};
const across = [at(190, 0), at(190, 200)] as const;

test('a way through a park that no car may take is walked, and the roads of cars are the same with and without it', async () => {
  const data = await cityOf(block({ highway: 'footway', name: '公园小径' }));
  expect(data.edges).toHaveLength(4);
  expect(data.footJoints).toHaveLength(2);
  expect(data.edges).toEqual((await cityOf(block({ barrier: 'hedge' }))).edges);
  const { walkers } = walkedOf(data);
  const path = walk(walkers, ...across)!;
  expect(path.lengthM).toBeCloseTo(10 + 200 + 10, -1);
  expect(path.timeS).toBeCloseTo(path.lengthM / (4.8 / 3.6), 0);
  expect(described(walkers.engine, path).via.map((v) => v.name)).toEqual(['公园小径']);
});

test('stairs take twice the time, and where a street is quicker it is taken', async () => {
  const { walkers } = walkedOf(await cityOf(block({ highway: 'steps' })));
  expect(walk(walkers, ...across)!.timeS).toBeCloseTo((20 + 2 * 200) / (4.8 / 3.6), 0);
  // from the corner the street around is 200 m of level ground
  expect(walk(walkers, at(20, 0), at(20, 200))!.lengthM).toBeCloseTo(240, -1);
});

test('why a longer walk is the best one is told: stairs and crossings, not traffic', async () => {
  const { walkers } = walkedOf(await cityOf(block({ highway: 'steps' })));
  const basis: Basis = { speeds: 'free-flow', measuredSegments: 0, closedSegments: 0, closedByHand: 0, at: null, mapVersion: 'v' }; // prettier-ignore
  const question = { from: at(140, 0), to: at(140, 200), vehicle: 'foot', headingDeg: 90 };
  const answer = answerRoute(walkers.engine, basis, question);
  if (!answer.ok) throw new Error(answer.reason);
  expect([answer.value.shortest.lengthM, answer.value.best.lengthM].map(Math.round)).toEqual([320, 480]);
  expect(answer.value.why).toEqual([{ code: 'easier', savedS: 30, longerM: 160 }]);
});

test('private ways, ways closed to walkers and locked gates are not walked; a tag for walkers opens them', async () => {
  const around = 190 + 200 + 190;
  const lengthOf = async (tags: Tags, gate: Tags = {}): Promise<number> =>
    walk(walkedOf(await cityOf(block(tags, gate))).walkers, ...across)!.lengthM;
  for (const closed of [
    { highway: 'footway', access: 'private' },
    { highway: 'footway', foot: 'no' },
    { highway: 'service', access: 'private' },
    { highway: 'residential', foot: 'no' },
    { highway: 'cycleway' },
    { highway: 'trunk' },
    { highway: 'construction' },
  ] as Tags[])
    expect(await lengthOf(closed), JSON.stringify(closed)).toBeCloseTo(around, -1);
  expect(await lengthOf({ highway: 'footway' }, { barrier: 'gate', access: 'private' })).toBeCloseTo(around, -1);
  expect(await lengthOf({ highway: 'service' }, { barrier: 'gate', access: 'no' })).toBeCloseTo(around, -1);
  for (const open of [
    { highway: 'footway', access: 'private', foot: 'yes' },
    { highway: 'cycleway', foot: 'designated' },
    { highway: 'trunk', sidewalk: 'both' },
    { highway: 'residential', motor_vehicle: 'no' },
    { highway: 'pedestrian', area: 'yes' },
  ] as Tags[])
    expect(await lengthOf(open), JSON.stringify(open)).toBeCloseTo(220, -1);
  expect(await lengthOf({ highway: 'footway' }, { barrier: 'gate' })).toBeCloseTo(220, -1);
});

test('who crosses at lights waits for them, once; who walks along the road does not', async () => {
  const cross = [
    node(1, 0, 0), node(2, 200, 0), node(3, 100, 0, { highway: 'crossing', crossing: 'traffic_signals' }), node(4, 100, 50), node(5, 100, -50),
    way(10, [1, 3, 2], { highway: 'secondary' }), way(11, [4, 3, 5], { highway: 'footway', footway: 'crossing' }),
  ]; // prettier-ignore
  const { walkers } = walkedOf(await cityOf(cross));
  const over = walk(walkers, at(100, 50), at(100, -50))!;
  expect(over.timeS).toBeCloseTo(100 / (4.8 / 3.6) + 20, 0);
  expect(walk(walkers, at(0, 0), at(200, 0))!.timeS).toBeCloseTo(200 / (4.8 / 3.6), 0);
});

test('a square drawn as an area, or as a relation, is walked along its outline', async () => {
  const ring = [5, 20, 7, 21, 5];
  const corners = [node(20, 150, 100), node(21, 250, 100)];
  const asWay = [...block({ barrier: 'hedge' }), ...corners, way(30, ring, { highway: 'pedestrian', area: 'yes' })];
  const asRelation = [
    ...block({ barrier: 'hedge' }), ...corners, way(30, ring, {}),
    { type: 'relation', id: 40, members: [{ type: 'way', ref: 30, role: 'outer' }], tags: { type: 'multipolygon', highway: 'pedestrian' } },
  ] satisfies OsmElement[]; // prettier-ignore
  for (const elements of [asWay, asRelation])
    expect(walk(walkedOf(await cityOf(elements)).walkers, ...across)!.lengthM).toBeCloseTo(20 + 2 * Math.hypot(50, 100), -1);
}); // prettier-ignore

test('a closed road is closed to walkers, a drawn closure closes footways too, and both end', async () => {
  const { roads, walkers } = walkedOf(await cityOf(block({ highway: 'footway' })));
  const from = at(20, 0);
  const long = (): number => Math.round(walk(walkers, from, at(100, 200))!.lengthM);
  const [direct, far] = [long(), walk(walkers, at(390, 0), at(390, 200))!.lengthM];
  expect(direct).toBeCloseTo(320, -1);
  const south = roads.edgeName.indexOf('南街');
  const west = Array.from({ length: roads.edgeCount }, (_, e) => e).find((e) => roads.edgeName[e] === null && roads.pointLng[roads.pointStart[e]!]! < 120.001)!; // prettier-ignore
  walkers.follow([west], () => true, []);
  expect(long()).toBeCloseTo(180 + 200 + 100, -1);
  walkers.follow([], () => false, [{ kind: 'line', points: [at(150, 50), at(250, 50)] }]);
  expect(long()).toBe(direct);
  walkers.follow([west], () => true, [{ kind: 'line', points: [at(150, 50), at(250, 50)] }]);
  expect(long()).toBeCloseTo(380 + 200 + 300, -1);
  walkers.follow([south], () => false, []);
  expect([long(), walk(walkers, at(390, 0), at(390, 200))!.lengthM]).toEqual([direct, far]);
}); // prettier-ignore

test('ways that lead nowhere are no place to set out from', async () => {
  const data = await cityOf([
    ...block({ highway: 'footway' }),
    node(50, 60, 60), node(51, 90, 60), node(52, 2000, 0), way(60, [50, 51], { highway: 'footway' }),
    way(61, [2, 52], { highway: 'residential' }),
  ]); // prettier-ignore
  const { walkers } = walkedOf(data);
  const snap = walkers.engine.snap(at(70, 60), 500)!;
  expect(snap.distanceM).toBeGreaterThan(40);
});

const REAL = join(import.meta.dirname, '../../../shared/data/osm/sao_paulo_2020.osm.pbf');
test.skipIf(!existsSync(REAL))(
  'in a real city the roads are the same with and without footways, every walk costs what plain Dijkstra finds and leads over nothing that is closed to walkers (../shared/data/osm)',
  async () => {
    const elements: OsmElement[] = [];
    for await (const batch of readOsm(REAL)) for (const e of batch) elements.push(e);
    const tagsOf = new Map(elements.flatMap((e) => (e.type === 'way' ? [[e.id, e.tags] as const] : [])));
    const data = await cityOf(elements);
    const carsOnly = elements.filter((e) => e.type !== 'way' || !('drop' in (roadTags(e.tags) ?? {})));
    const without = await cityOf(carsOnly);
    expect([elements.length - carsOnly.length > 1000, data.footways!.length > 1000, without.footways]).toEqual([true, true, []]); // prettier-ignore
    // node by node and edge by edge: so are their arcs
    expect(without.nodes).toEqual(data.nodes);
    expect(without.edges).toEqual(data.edges);
    expect(without.restrictions).toEqual(data.restrictions);
    const { roads, walking, walkers } = walkedOf(data);
    const { engine } = walkers;
    const g = engine.graph;
    const random = mulberry32(3);
    const [west, south, east, north] = data.city.bbox;
    const wayOf = new Map<number, number>();
    data.edges.forEach((e) => wayOf.set(e.id, Math.floor((e.id % 2 ** 42) / 2048)));
    data.footways!.forEach((f) => wayOf.set(f.id, Math.floor((f.id % 2 ** 42) / 2048)));
    const somewhere = (): Snap =>
      engine.snap([west + random() * (east - west), south + random() * (north - south)], 3000)!;
    let [onFootways, found] = [0, 0];
    for (let round = 0; round < 2; round++) {
      if (round === 1) await engine.prepare(null);
      for (let i = 0; i < (round === 0 ? 3 : 10); i++) {
        const [from, to] = [somewhere(), somewhere()];
        for (const mode of ['fastest', 'shortest'] as const) {
          const path = engine.route(from, to, mode);
          const q = engine.question(from, to, mode);
          const want = Math.min(plainDijkstra(q.graph, q.weights, q.sources, q.targets)?.cost ?? FAR, q.direct ?? FAR);
          expect(path ? engine.costOf(path, mode) : FAR).toBe(want);
          if (!path) continue;
          found++;
          expect(pathLine(g, path).length).toBeGreaterThan(1);
          path.arcs.forEach((arc, k) => {
            if (k > 0) expect(tailOf(g, arc)).toBe(headOf(g, path.arcs[k - 1]!));
            const road = walking.roadOf[arc >> 1]!;
            if (road < 0) onFootways++;
            // told from the file itself, not from our reading of it
            const tags = tagsOf.get(wayOf.get(road < 0 ? g.edgeId[arc >> 1]! : roads.edgeId[road]!)!)!;
            expect(['no', 'private', 'use_sidepath']).not.toContain(tags.foot);
            expect(['motorway', 'motorway_link', 'construction', 'proposed', 'raceway']).not.toContain(tags.highway);
            if (tags.foot === undefined) expect(['no', 'private']).not.toContain(tags.access);
          });
        }
      }
    }
    expect([found > 15, onFootways > 40]).toEqual([true, true]);
  },
  60_000,
);
