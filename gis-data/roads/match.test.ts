import { afterAll, expect, test } from 'vitest';
import { CchEngine } from './cch-engine.ts';
import { buildGraph, metresBetween, type EdgeInput } from './graph.ts';
import { linesOf, matchTrack } from './match.ts';

const engines: CchEngine[] = [];
afterAll(async () => void (await Promise.all(engines.map((e) => e.end()))));

/** A place so many metres east and north of a corner on the equator. */
const at = (x: number, y: number): [number, number] => [x / 111_195, y / 111_195];
type Street = readonly [
  id: number,
  from: number,
  to: number,
  line: readonly (readonly [number, number])[],
  oneway?: boolean,
];

/** A town of straight streets, in metres. */
function townOf(streets: readonly Street[]): CchEngine {
  const edges = streets.map(([id, from, to, corners, oneway = false]): EdgeInput => {
    const line = corners.map(([x, y]) => at(x, y));
    const lengthM = line.slice(1).reduce((sum, p, i) => sum + metresBetween(line[i]!, p), 0);
    return { id, from, to, class: 'residential', name: null, nameEn: null, lengthM, speedKmh: 36, oneway, line };
  });
  const engine = new CchEngine(buildGraph(edges).graph);
  engines.push(engine);
  return engine;
}
function matched(engine: CchEngine, positions: readonly (readonly [number, number, number?])[]): { roads: (number | null)[]; lines: number; lengthM: number } {
  const track = positions.map(([x, y, headingDeg]) => ({ at: at(x, y), ...(headingDeg === undefined ? {} : { headingDeg }) }));
  const { points, stretches } = matchTrack(engine, track, 10);
  return {
    roads: points.map((p) => p && engine.graph.edgeId[p.edge]!),
    lines: linesOf(engine, stretches).length,
    lengthM: stretches.flat().reduce((sum, p) => sum + p.lengthM, 0),
  };
} // prettier-ignore

/** A street to the east with a side street to the north in its middle. */
const CROSSING: readonly Street[] = [
  [1, 0, 1, [[0, 0], [200, 0]]],
  [2, 1, 2, [[200, 0], [400, 0]]],
  [3, 1, 3, [[200, 0], [200, 300]]],
]; // prettier-ignore

test('who turns a corner did not go past it and turn round, though one position lies past it', () => {
  const { roads, lines, lengthM } = matched(townOf(CROSSING), [[80, 3], [120, -4], [160, 2], [206, -2], [200, 30], [199, 70]]); // prettier-ignore
  expect(roads).not.toContain(2);
  expect(lines).toBe(1);
  expect(lengthM).toBeCloseTo(120 + 70, -1);
});

test('who drives into the side street, turns round there and comes back was in it', () => {
  const { roads, lines, lengthM } = matched(townOf(CROSSING), [[100, 2], [150, -3], [202, 40], [198, 90], [201, 140], [199, 90], [203, 40], [250, 2], [300, -2]]); // prettier-ignore
  expect(roads).toEqual([1, 1, 3, 3, 3, 3, 3, 2, 2]);
  expect(lines).toBe(1);
  expect(lengthM).toBeCloseTo(100 + 140 + 140 + 100, -1);
});

test('noise along a one-way street is no drive around the block, and is not counted twice', () => {
  const block = townOf([
    [1, 0, 1, [[0, 0], [400, 0]], true],
    [2, 1, 2, [[400, 0], [400, 100]], true],
    [3, 2, 3, [[400, 100], [0, 100]], true],
    [4, 3, 0, [[0, 100], [0, 0]], true],
  ]); // prettier-ignore
  const { roads, lines, lengthM } = matched(block, [[100, 0], [122, 3], [104, -5], [96, 4], [118, 2], [145, -3], [160, 0]]); // prettier-ignore
  expect(roads).toEqual([1, 1, 1, 1, 1, 1, 1]);
  expect(lines).toBe(1);
  expect(lengthM).toBeCloseTo(60, 0);
});

test('a road is found among a dozen that are nearer to the position', () => {
  const lanes = Array.from({ length: 12 }, (_, k): Street => [k + 2, 2 * k + 2, 2 * k + 3, [[195, 5 + k], [205, 5 + k]]]); // prettier-ignore
  const { roads } = matched(townOf([[1, 0, 1, [[0, 0], [400, 0]]], ...lanes]), [[120, 0], [160, 2], [200, 11], [240, 1], [280, 0]]); // prettier-ignore
  expect(roads).toEqual([1, 1, 1, 1, 1]);
});

test('a heading tells in which direction a street was driven', () => {
  const engine = townOf([[1, 0, 1, [[0, 0], [400, 0]]]]); // prettier-ignore
  const facing = (headingDeg: number): unknown[] =>
    matchTrack(engine, [{ at: at(200, 3), headingDeg }], 10).points.map((p) => p?.facing);
  expect([facing(90), facing(270)]).toEqual([[0], [1]]);
});
