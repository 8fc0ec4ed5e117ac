import { buildGraph, type EdgeInput } from '#gis-data/roads/graph.ts';
import type { DemoCity } from './feeds-city.ts';

/** A city of 12 × 12 crossings, 300 m apart, for tests of the simulators. */
export function gridCity(): DemoCity {
  const N = 12;
  const at = (x: number, y: number): [number, number] => [114.2 + x * 0.003, 30.5 + y * 0.0027];
  const edges: EdgeInput[] = [];
  const road = (a: [number, number], b: [number, number], name: string, major: boolean): void => {
    edges.push({
      id: 1000 + edges.length,
      from: a[0] * N + a[1],
      to: b[0] * N + b[1],
      class: major ? 'primary' : 'tertiary',
      name,
      nameEn: null,
      lengthM: 300,
      speedKmh: major ? 60 : 40,
      oneway: false,
      line: [at(...a), at(...b)],
    });
  };
  for (let x = 0; x < N; x++)
    for (let y = 0; y < N; y++) {
      if (x + 1 < N) road([x, y], [x + 1, y], `东西${y}路`, y % 3 === 0);
      if (y + 1 < N) road([x, y], [x, y + 1], `南北${x}路`, x % 3 === 0);
    }
  const ring: [number, number][] = [at(0, 0), at(11, 0), at(11, 11), at(0, 11), at(0, 0)];
  return {
    roads: buildGraph(edges).graph,
    districts: ['江北', '江南', '东湖'].map((zh, i) => ({
      code: `99010${i}`,
      zh: `${zh}区`,
      en: zh,
      at: at(3 * i, 4 * i),
      rings: [ring],
    })),
    spots: Array.from({ length: 40 }, (_, i) => ({
      at: at(i % 11, (i * 7) % 11),
      zh: `江北区${i}路`,
      en: `Road ${i}`,
      district: '990100',
    })),
    places: [{ kind: 'park', name: '中央公园', nameEn: 'Central Park', at: at(5, 5) }],
    stations: [{ id: 'S1', zh: '江滩站', en: 'Riverside', at: at(2, 2) }],
  };
}
