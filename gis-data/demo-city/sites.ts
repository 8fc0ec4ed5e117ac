import { dist, lerp, smoothThrough, type Pt } from './plane.ts';
import { AIRPORT, type Track } from './skeleton.ts';
import type { Building } from './buildings.ts';

/** Large single works: the airport, railway stations, a stadium. */

export interface Site {
  readonly kind: 'airport' | 'runway' | 'railyard' | 'plaza';
  readonly rings: readonly (readonly Pt[])[];
  readonly zh: string | null;
  readonly en: string | null;
}

const turned = (at: Pt, deg: number) => {
  const [c, s] = [Math.cos((deg * Math.PI) / 180), Math.sin((deg * Math.PI) / 180)];
  return (x: number, y: number): Pt => [at[0] + x * c - y * s, at[1] + x * s + y * c];
};

export function airport(): { grounds: Pt[]; sites: Site[]; buildings: Building[] } {
  const p = turned(AIRPORT.at, AIRPORT.turnDeg);
  const box = (x0: number, y0: number, x1: number, y1: number): Pt[] => [
    p(x0, y0),
    p(x1, y0),
    p(x1, y1),
    p(x0, y1),
    p(x0, y0),
  ];
  const grounds = smoothThrough(
    [
      p(-1_950, -560),
      p(-900, -780),
      p(900, -780),
      p(1_950, -560),
      p(2_050, 300),
      p(1_700, 820),
      p(-1_700, 820),
      p(-2_050, 300),
    ],
    60,
    true,
  );
  const sites: Site[] = [
    { kind: 'airport', rings: [grounds], zh: AIRPORT.name.zh, en: AIRPORT.name.en },
    { kind: 'runway', rings: [box(-1_750, 540, 1_750, 590)], zh: null, en: null },
    { kind: 'runway', rings: [box(-1_700, 330, 1_700, 352)], zh: null, en: null },
    { kind: 'runway', rings: [box(-900, 20, 900, 250)], zh: null, en: null },
    ...[-1_690, -1_100, -620, 620, 1_100, 1_690].map((x): Site => ({ kind: 'runway', rings: [box(x - 11, 250, x + 11, 560)], zh: null, en: null })),
  ]; // prettier-ignore
  // a terminal with three piers
  const shape: [number, number][] = [[-420, -90], [420, -90], [440, 10], [330, 20], [330, 150], [290, 150], [290, 24], [22, 30], [22, 190], [-22, 190],
    [-22, 30], [-290, 24], [-290, 150], [-330, 150], [-330, 20], [-440, 10]]; // prettier-ignore
  const buildings: Building[] = [{ ring: [...shape, shape[0]!].map(([x, y]) => p(x, y)), heightM: 28 }];
  for (const x of [-1_450, -1_250, -1_050, 1_050, 1_250, 1_450])
    buildings.push({ ring: box(x - 75, -300, x + 75, -190), heightM: 20 });
  return { grounds, sites, buildings };
}

/** Halls over the tracks, with their yards and a square in front. */
export function stations(tracks: readonly Track[]): { sites: Site[]; buildings: Building[] } {
  const sites: Site[] = [];
  const buildings: Building[] = [];
  for (const t of tracks)
    for (const s of t.stations) {
      let i = 1;
      t.line.forEach((q, k) => {
        if (k > 0 && dist(q, s.at) < dist(t.line[i]!, s.at)) i = k;
      });
      const [a, b] = [t.line[i - 1]!, t.line[i]!];
      const p = turned(lerp(a, b, 0.5), (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI);
      const box = (x0: number, y0: number, x1: number, y1: number): Pt[] => [
        p(x0, y0),
        p(x1, y0),
        p(x1, y1),
        p(x0, y1),
        p(x0, y0),
      ];
      sites.push({ kind: 'railyard', rings: [box(-520, -62, 520, 62)], zh: s.name.zh, en: s.name.en });
      sites.push({ kind: 'plaza', rings: [box(-150, -190, 150, -70)], zh: null, en: null });
      buildings.push({ ring: box(-190, -58, 190, 58), heightM: 32 }, { ring: box(-110, -72, 110, -58), heightM: 24 });
    }
  return { sites, buildings };
}
