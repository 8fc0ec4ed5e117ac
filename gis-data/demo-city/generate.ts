import type { CityData, RoadEdgeData } from '#store/gis-load.ts';
import { foldText } from '#domain/text-fold.ts';
import { makeBlocks, type Block } from './blocks.ts';
import { makeBuildings } from './buildings.ts';
import { makeZones, type Zones } from './districts.ts';
import { makeField } from './field.ts';
import { parkPaths } from './footways.ts';
import { growStreets, takenLand } from './grow.ts';
import { nameRoads, type Names } from './naming.ts';
import { randomFor } from './noise.ts';
import { closed, inRing, ringArea, simplify, toLngLat, ellipsoidLengthM, ORIGIN, type Pt, type Ring } from './plane.ts';
import { makePlaces, type NamedZone } from './places.ts';
import { contours, type Raster } from './raster.ts';
import { freeKmh, makeRoads } from './roads.ts';
import { cityBorder, roadLand } from './shape.ts';
import { airport, stations, type Site } from './sites.ts';
import { drawSkeleton, type Drawn, type Name, type Track } from './skeleton.ts';
import { makeTerrain, type Terrain, type Water } from './terrain.ts';
import { capital, DISTRICTS, STREETS } from './words.ts';

/** Raised whenever the generator gives something else for the same seed: a start then loads the city anew. */
export const GENERATOR = 4;
export const CITY_ID = 'lanjiang';
export const DEMO_SEED = 7;

type Area = CityData['areas'][number];

/**
 * The demo city 澜江 (Lanjiang), invented: the same seed gives the same city to the last digit, on every machine.
 * Takes about 5 s on one core.
 * @param onStep is told the name of each finished step and its milliseconds
 */
export function generateCity(seed = DEMO_SEED, onStep: (step: string, ms: number) => void = () => {}): CityData {
  let began = performance.now();
  const step = <T>(name: string, value: T): T => {
    onStep(name, Math.round(performance.now() - began));
    began = performance.now();
    return value;
  };
  const t = step('terrain', makeTerrain(seed));
  const { roads: drawn, tracks } = step('skeleton', drawSkeleton(t));
  const border = cityBorder(seed);
  const land = roadLand(border);
  const port = airport();
  const yards = stations(tracks);
  const field = step('field', makeField(seed, t, drawn, border));
  const taken = takenLand(drawn, tracks, [port.grounds, ...yards.sites.map((s) => s.rings[0]!)]);
  const grown = step('streets', growStreets(seed, t, field, drawn, taken, land));
  const net = step('network', makeRoads(seed, t, drawn, grown, land));
  const blocks = step('blocks', makeBlocks(seed, t, field, net, taken));
  const built = step('buildings', makeBuildings(seed, t, field, blocks, net, taken));
  const zones = step('districts', makeZones(seed, t, field, drawn, border));
  const rural = (p: Pt): boolean => field.urban.smoothAt(p[0], p[1]) < 0.2;
  const { edges: roadNames, names } = nameRoads(seed, net, t.wall, rural);
  const { districts, streets } = nameZones(zones, names);
  const { spots, parks } = step(
    'names',
    makePlaces(seed, t, blocks, net, roadNames, names, tracks, zones, streets, districts),
  );

  const edges = net.roads.map((r, i): RoadEdgeData => {
    const line = r.line.map(toLngLat);
    const middle = r.line[r.line.length >> 1]!;
    return {
      id: i + 1, from: r.from + 1, to: r.to + 1, class: r.cls, name: roadNames[i]?.zh ?? null, nameEn: roadNames[i]?.en ?? null,
      lengthM: Math.round(ellipsoidLengthM(line) * 100) / 100, speedKmh: freeKmh(r, rural(middle)), oneway: r.oneway,
      bridge: r.bridge, tunnel: r.tunnel, line,
    };
  }); // prettier-ignore
  const used = new Set(net.roads.flatMap((r) => [r.from, r.to]));
  const city = { zh: '澜江市', en: 'Lanjiang' };
  const data: CityData = {
    city: {
      id: CITY_ID, name: city.zh, nameEn: city.en, bbox: boxOf(zones.city[0]!), centre: ORIGIN,
      attribution: '澜江市为虚构城市 · Lanjiang is an invented city', simulated: true, version: `${GENERATOR}-${seed}`,
    },
    boundaries: boundariesOf(city, zones, districts, streets),
    nodes: net.nodes.flatMap((p, i) => (used.has(i) ? [{ id: i + 1, at: toLngLat(p) }] : [])),
    edges,
    footways: parkPaths(seed, net, blocks, net.nodes.length + 1, edges.length + 1),
    areas: [
      ...landAreas(t, field.urban, blocks, parks, [...port.sites, ...yards.sites]),
      ...parkPonds(seed, blocks, parks),
      ...built.pitches.map((p): Area => ({ kind: p.kind, name: null, nameEn: null, heightM: null, polygons: [p.rings.map(ring)] })),
      ...[...built.buildings, ...port.buildings, ...yards.buildings].map((b): Area => ({ kind: 'building', name: null, nameEn: null, heightM: b.heightM, polygons: [[ring(b.ring)]] })),
    ],
    lines: [...linesOf(t, tracks), ...roadsOutside(drawn, (p) => land.at(p[0], p[1]) > 0)],
    places: spots
      .filter((s) => foldText(s.name.zh) !== '')
      .map((s, i) => ({ id: i + 1, kind: s.kind, name: s.name.zh, nameEn: s.name.en, rank: s.rank, at: toLngLat(s.at), extra: s.extra })),
  }; // prettier-ignore
  return step('output', data);
}

const ring = (r: Ring): [number, number][] => closed(r).map(toLngLat) as [number, number][];

function boxOf(r: Ring): [number, number, number, number] {
  const ps = r.map(toLngLat);
  const xs = ps.map((p) => p[0]);
  const ys = ps.map((p) => p[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function nameZones(zones: Zones, names: Names): { districts: NamedZone[]; streets: NamedZone[] } {
  const pools = STREETS.map((s) => ({ urban: [...s.urban], rural: [...s.rural] }));
  const districts = DISTRICTS.map((word) => ({
    word,
    name: { zh: `${word.zh}区`, en: `${capital(word.en)} District` },
  }));
  const streets = zones.streets.map((z): NamedZone => {
    const pool = pools[z.district]!;
    const word = (z.rural ? pool.rural.shift() : pool.urban.shift()) ?? names.next();
    const name: Name = z.rural
      ? { zh: `${word.zh}镇`, en: `${capital(word.en)} Town` }
      : { zh: `${word.zh}街道`, en: `${capital(word.en)} Subdistrict` };
    return { word, name };
  });
  return { districts, streets };
}

/** Codes as the statistical office forms them: city 3499, district + 2 digits, street + 3. */
const CITY_CODE = '349900';

function boundariesOf(
  city: Name,
  zones: Zones,
  districts: readonly NamedZone[],
  streets: readonly NamedZone[],
): CityData['boundaries'] {
  const polygons = (rings: readonly Ring[]): [number, number][][][] => {
    const outers = rings.filter((r) => ringArea(r) > 0);
    return outers.map((o) => [ring(o), ...rings.filter((h) => ringArea(h) < 0 && inRing(h[0]!, o)).map(ring)]);
  };
  const districtCode = (i: number): string => `3499${String(i + 1).padStart(2, '0')}`;
  const count = zones.districts.map(() => 0);
  const of = (name: Name): { name: string; nameEn: string } => ({ name: name.zh, nameEn: name.en });
  return [
    { level: 'city', code: CITY_CODE, ...of(city), parentCode: null, label: ORIGIN, polygons: polygons(zones.city) },
    ...zones.districts.map((d, i) => ({
      level: 'district' as const, code: districtCode(i), ...of(districts[i]!.name), parentCode: CITY_CODE,
      label: toLngLat(d.label), polygons: polygons(d.rings),
    })),
    ...zones.streets.map((s, i) => ({
      level: 'street' as const, code: `${districtCode(s.district)}${String(++count[s.district]!).padStart(3, '0')}`,
      ...of(streets[i]!.name), parentCode: districtCode(s.district), label: toLngLat(s.label), polygons: polygons(s.rings),
    })),
  ]; // prettier-ignore
}

function waterPolygons(w: Water): [number, number][][][] {
  const [outer, ...rest] = w.rings;
  if (w.kind === 'moat') return [[ring(outer!), ring(rest[0]!)], ...rest.slice(1).map((r) => [ring(r)])];
  return [[ring(outer!), ...rest.map(ring)]];
}

function landAreas(
  t: Terrain,
  urban: Raster,
  blocks: readonly Block[],
  parks: ReadonlyMap<Block, Name>,
  sites: readonly Site[],
): Area[] {
  const out: Area[] = [];
  const area = (kind: string, polygons: [number, number][][][], name: Name | null = null): void => {
    out.push({ kind, name: name?.zh ?? null, nameEn: name?.en ?? null, heightM: null, polygons });
  };
  const outlines = contours(urban, 0.2).map((r) => closed(simplify(r.slice(0, -1), 30)));
  for (const o of outlines.filter((r) => ringArea(r) > 150_000))
    area('urban', [[ring(o), ...outlines.filter((h) => ringArea(h) < -80_000 && inRing(h[0]!, o)).map(ring)]]);
  for (const h of t.hills)
    area('forest', [h.rings.map(ring)], h.name && h.nameEn ? { zh: h.name, en: h.nameEn } : null);
  for (const b of blocks) {
    if (b.kind === 'park') area('park', [[ring(b.ring)]], parks.get(b) ?? null);
    else if (b.kind !== 'residential' && b.kind !== 'rural' && b.kind !== 'water') area(b.kind, [[ring(b.ring)]]);
  }
  for (const w of t.waters) area('water', waterPolygons(w), w.name && w.nameEn ? { zh: w.name, en: w.nameEn } : null);
  for (const s of sites) area(s.kind, [s.rings.map(ring)], s.zh && s.en ? { zh: s.zh, en: s.en } : null);
  return out;
}

/** A pond in each larger park. */
function parkPonds(seed: number, blocks: readonly Block[], parks: ReadonlyMap<Block, Name>): Area[] {
  const random = randomFor(seed, 'ponds');
  const out: Area[] = [];
  for (const b of blocks) {
    if (!parks.has(b) || b.areaM2 < 30_000) continue;
    const r = Math.sqrt(b.areaM2) * (0.12 + 0.1 * random());
    const points: Pt[] = Array.from({ length: 18 }, (_, k) => {
      const a = (k / 18) * 2 * Math.PI;
      const bay = 1 + 0.22 * Math.sin(2 * a + b.areaM2) + 0.14 * Math.sin(3 * a + b.centre[0]);
      return [b.centre[0] + Math.cos(a) * r * bay * 1.25, b.centre[1] + Math.sin(a) * r * bay * 0.8];
    });
    if (points.every((p) => inRing(p, b.ring)))
      out.push({ kind: 'water', name: null, nameEn: null, heightM: null, polygons: [[ring(points)]] });
  }
  return out;
}

function linesOf(t: Terrain, tracks: readonly Track[]): CityData['lines'] {
  return [
    ...tracks.map((k) => ({ kind: k.kind, name: k.name.zh, nameEn: k.name.en, line: k.line.map(toLngLat) })),
    ...t.waters
      .filter((w) => w.centre && w.name && w.kind !== 'moat')
      .map((w) => ({
        kind: w.kind === 'river' ? 'river' : 'canal',
        name: w.name,
        nameEn: w.nameEn,
        line: simplify(w.centre!, 12).map(toLngLat),
      })),
  ];
}

/** Motorways beyond the border: to be seen, not to be driven. */
function roadsOutside(drawn: readonly Drawn[], inCity: (p: Pt) => boolean): CityData['lines'] {
  return drawn
    .filter((d) => d.cls === 'motorway' && !d.closed)
    .map((d) => ({
      kind: 'motorway',
      name: d.name?.zh ?? null,
      nameEn: d.name?.en ?? null,
      line: simplify(
        d.line.filter((p, i) => !inCity(p) || !inCity(d.line[i + 1] ?? p)),
        5,
      ).map(toLngLat),
    }))
    .filter((l) => l.line.length >= 2);
}
