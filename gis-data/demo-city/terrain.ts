import { between, gradientNoise, layeredNoise, randomFor, type Noise } from './noise.ts';
import {
  beside,
  centroid,
  closed,
  dist,
  inRing,
  prolonged,
  resample,
  ringArea,
  simplify,
  smoothThrough,
  type Pt,
  type Ring,
} from './plane.ts';
import { contours, Raster } from './raster.ts';

/** Land and water: what was there before the city. All in metres of the plane. */

export interface Water {
  readonly kind: 'river' | 'creek' | 'canal' | 'moat' | 'lake' | 'pond';
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly rings: readonly Ring[];
  /** For the name; null for lakes and ponds. */
  readonly centre: readonly Pt[] | null;
}

export interface Hill {
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly rings: readonly Ring[];
}

export interface Terrain {
  readonly river: readonly Pt[];
  readonly banks: readonly [left: readonly Pt[], right: readonly Pt[]];
  readonly waters: readonly Water[];
  readonly hills: readonly Hill[];
  /** Outline of the old town's wall, inside of the moat. */
  readonly wall: Ring;
  readonly lake: Ring;
  /** 0 land, 1 narrow water that streets bridge, 2 wide water. */
  readonly water: Raster;
  /** 1 where it is too steep to build. */
  readonly steep: Raster;
}

/** Half the size of the world that is drawn, metres: the city and some land around it. */
export const HALF_W = 26_000;
export const HALF_H = 22_500;

const km = (points: readonly (readonly [number, number])[]): Pt[] => points.map(([x, y]) => [x * 1000, y * 1000]);

/** The big river's course: in from the west, around the old town, out to the north-east. */
const RIVER = km([
  [-70, -16], [-52, -9], [-38, -12.5], [-28, -7.6], [-21.5, -8.6], [-15.4, -6.2], [-10.6, -1.9], [-6.1, -0.9], [-2.7, -3], [1.2, -4.9],
  [5.9, -4.3], [9, -0.9], [12.9, 1.9], [17.8, 0.9], [23, 3.6], [31, 2.2], [44, 7.5], [70, 10],
]); // prettier-ignore

const CREEKS: readonly { name: string; nameEn: string; kind: 'creek' | 'canal'; width: number; course: readonly Pt[] }[] = [
  {
    name: '青溪', nameEn: 'Qingxi Creek', kind: 'creek', width: 92,
    course: km([[-6.6, 24], [-5.2, 18], [-6.4, 13.6], [-4.4, 10.2], [-5.3, 6.9], [-3.4, 4.2], [-4.3, 1.8], [-4.6, -1.5]]),
  },
  {
    name: '南浦河', nameEn: 'Nanpu Creek', kind: 'creek', width: 84,
    course: km([[4.6, -24], [6.4, -18.6], [4.3, -14.4], [6.3, -11.2], [4.9, -7.9], [5.6, -4.6]]),
  },
  {
    name: '运粮河', nameEn: 'Yunliang Canal', kind: 'canal', width: 58,
    course: km([[9.3, -0.6], [9.9, 3.1], [12.2, 6.6], [12.4, 11.3], [14.6, 15.4], [14.8, 24]]),
  },
  {
    name: '西津河', nameEn: 'Xijin Creek', kind: 'creek', width: 70,
    course: km([[-14.6, 24], [-15.8, 17.4], [-13.4, 12.6], [-14.6, 8.3], [-12.4, 4.4], [-13.2, 0.4], [-12.4, -3.2]]),
  },
  {
    name: '白石港', nameEn: 'Baishi Stream', kind: 'creek', width: 62,
    course: km([[-8.4, -24], [-9.6, -17.2], [-7.4, -12.4], [-8.3, -8.2], [-6.8, -4.6], [-6.2, -1.1]]),
  },
  {
    name: '东苕河', nameEn: 'Dongtiao Creek', kind: 'creek', width: 76,
    course: km([[24, -13], [19.4, -10.2], [17.8, -6.2], [14.4, -4.1], [13.6, -1.2], [12.7, 1.7]]),
  },
]; // prettier-ignore

/** Gaussian hills: middle and radius in km, height. What rises above 1 is forest. */
const HILLS: readonly { name: string | null; nameEn: string | null; x: number; y: number; rx: number; ry: number; h: number }[] = [
  { name: '青峰山', nameEn: 'Qingfeng Hill', x: 8.0, y: 6.3, rx: 2.5, ry: 1.9, h: 2.3 },
  { name: '栖霞岭', nameEn: 'Qixia Ridge', x: -9.3, y: 7.8, rx: 1.5, ry: 1.9, h: 1.75 },
  { name: '狮子山', nameEn: 'Shizi Hill', x: -1.9, y: 6.9, rx: 0.8, ry: 0.6, h: 1.5 },
  { name: '凤凰山', nameEn: 'Fenghuang Hill', x: -4.4, y: -8.2, rx: 1.3, ry: 0.95, h: 1.8 },
  { name: '金牛山', nameEn: 'Jinniu Hill', x: 11.5, y: -7.6, rx: 1.5, ry: 1.2, h: 1.75 },
  { name: '云台山', nameEn: 'Yuntai Mountain', x: -2, y: 20, rx: 9, ry: 4.4, h: 2.1 },
  { name: '大青山', nameEn: 'Daqing Mountain', x: 18.5, y: 14.5, rx: 6, ry: 5, h: 2 },
  { name: '龙泉山', nameEn: 'Longquan Mountain', x: -20, y: 11.5, rx: 4.2, ry: 6, h: 1.9 },
  { name: '天目岭', nameEn: 'Tianmu Ridge', x: -15.5, y: -16.5, rx: 6.5, ry: 4.4, h: 2.1 },
  { name: '九华岭', nameEn: 'Jiuhua Ridge', x: 13.5, y: -17.5, rx: 6.5, ry: 3.8, h: 2.05 },
  { name: null, nameEn: null, x: 25, y: -6, rx: 4, ry: 4, h: 1.6 },
  { name: null, nameEn: null, x: 2, y: -21.5, rx: 5, ry: 2.4, h: 1.7 },
]; // prettier-ignore

export function makeTerrain(seed: number): Terrain {
  const random = randomFor(seed, 'terrain');
  const river = resample(
    smoothThrough(
      RIVER.map((p, i) => (i < 3 || i > RIVER.length - 4 ? p : jitter(random, p, 260))),
      120,
    ),
    110,
  );
  const wander = gradientNoise(random, 1900);
  const rough = layeredNoise(random, 700, 2);
  const eyotAt = nearestIndex(river, [-15_600, -6_300]);
  const eyot2At = nearestIndex(river, [15_400, 1_500]);
  const half = (i: number): number => {
    const bulge = 360 * bell(i, eyotAt, 9) + 250 * bell(i, eyot2At, 7);
    return 330 + 95 * wander(river[i]![0], river[i]![1]) + bulge;
  };
  const banks: [Pt[], Pt[]] = [1, -1].map((side) =>
    simplify(
      smoothThrough(
        simplify(
          beside(river, (i) => side * (half(i) + 26 * rough(river[i]![0] * side, river[i]![1]))),
          14,
        ),
        60,
      ),
      2.5,
    ),
  ) as [Pt[], Pt[]];
  const eyots = [eyot(river, eyotAt, 14, 235, rough), eyot(river, eyot2At, 10, 150, rough)];
  const waters: Water[] = [
    {
      kind: 'river', name: '澜江', nameEn: 'Lan River', centre: river,
      rings: [[...banks[0], ...[...banks[1]].reverse(), banks[0][0]!], ...eyots],
    },
  ]; // prettier-ignore
  for (const c of CREEKS) waters.push(creek(random, c));

  const lake = blob(random, [4_250, 3_950], 1_500, 1_050, 0.34, 0.35);
  const islets = ([[3_750, 4_200, 170, 120], [4_650, 3_700, 210, 130], [4_700, 4_500, 120, 100]] as const).map(([x, y, rx, ry]) =>
    blob(random, [x, y], rx, ry, 0.25, 0.2),
  ); // prettier-ignore
  waters.push({ kind: 'lake', name: '镜湖', nameEn: 'Mirror Lake', rings: [lake, ...islets], centre: null });
  const more: [string, string, number, number, number, number][] = [
    ['月湖', 'Moon Lake', -10_900, 3_300, 950, 620],
    ['南湖', 'South Lake', 1_600, -10_600, 1_050, 560],
    ['鹤鸣湖', 'Heming Lake', 16_000, 6_600, 700, 950],
    ['云台水库', 'Yuntai Reservoir', 1_900, 14_600, 560, 1_050],
    ['龙泉水库', 'Longquan Reservoir', -17_300, 6_200, 480, 820],
    ['莲花池', 'Lotus Pond', -900, 1_700, 190, 120],
  ];
  for (const [name, nameEn, x, y, rx, ry] of more) {
    waters.push({ kind: 'lake', name, nameEn, rings: [blob(random, [x, y], rx, ry, 0.38, 0.3)], centre: null });
  }
  const { moat, wall } = makeMoat(random);
  waters.push(moat);

  const steep = new Raster(HALF_W, HALF_H, 20);
  const water = new Raster(HALF_W, HALF_H, 20);
  for (const w of waters) water.paint(w.rings, w.kind === 'river' || w.kind === 'lake' ? 2 : 1);
  const hills = makeHills(random, water, wall);
  for (const h of hills) steep.paint(h.rings, 1);
  waters.push(...ponds(random, water, steep));
  return { river, banks, waters, hills, wall, lake, water, steep };
}

const jitter = (random: () => number, p: Pt, by: number): Pt => [
  p[0] + between(random, -by, by),
  p[1] + between(random, -by, by),
];
const bell = (i: number, at: number, width: number): number => Math.exp(-(((i - at) / width) ** 2));

function nearestIndex(line: readonly Pt[], p: Pt): number {
  let best = 0;
  line.forEach((q, i) => {
    if (dist(p, q) < dist(p, line[best]!)) best = i;
  });
  return best;
}

/** An island in the river: a lens along its course. */
function eyot(river: readonly Pt[], at: number, reach: number, width: number, rough: Noise): Pt[] {
  const spine = river.slice(at - reach, at + reach + 1);
  const n = spine.length - 1;
  const swell = (i: number): number => width * Math.sin((Math.PI * i) / n) ** 0.72;
  const side = (s: number): Pt[] =>
    beside(spine, (i) => s * swell(i) * (1 + 0.3 * rough(spine[i]![0] + s * 900, spine[i]![1])));
  return simplify(smoothThrough([...side(1), ...side(-1).reverse().slice(1, -1)], 40, true), 2);
}

/** A roundish outline with bays. */
export function blob(random: () => number, at: Pt, rx: number, ry: number, bays: number, turn: number): Pt[] {
  const phases = Array.from({ length: 6 }, () => random() * 2 * Math.PI);
  const tilt = between(random, -turn, turn);
  const points: Pt[] = [];
  for (let i = 0; i < 26; i++) {
    const a = (i / 26) * 2 * Math.PI;
    let r = 1;
    phases.forEach((ph, k) => (r += (bays / (k + 2)) * 0.55 * Math.sin((k + 2) * a + ph)));
    const [x, y] = [Math.cos(a) * rx * r, Math.sin(a) * ry * r];
    points.push([at[0] + x * Math.cos(tilt) - y * Math.sin(tilt), at[1] + x * Math.sin(tilt) + y * Math.cos(tilt)]);
  }
  return closed(simplify(smoothThrough(points, 30, true), 1.5));
}

function creek(random: () => number, c: (typeof CREEKS)[number]): Water {
  const bend = c.kind === 'canal' ? 25 : 170;
  const rough = smoothThrough(prolonged(c.course, 45_000, 0), 700).map((p, i, all) =>
    i === 0 || i > all.length - 3 ? p : jitter(random, p, bend),
  );
  const centre = resample(smoothThrough(rough, 60), 55);
  const wobble = gradientNoise(random, 600);
  const half = (i: number): number =>
    (c.width / 2) * (1 + (c.kind === 'canal' ? 0.05 : 0.3) * wobble(centre[i]![0], centre[i]![1]));
  const left = simplify(beside(centre, half), 1.5);
  const right = simplify(
    beside(centre, (i) => -half(i)),
    1.5,
  );
  return { kind: c.kind, name: c.name, nameEn: c.nameEn, centre, rings: [closed([...left, ...right.reverse()])] };
}

/** The moat around the old town: an old wall's rounded, not quite square line. */
function makeMoat(random: () => number): { moat: Water; wall: Pt[] } {
  const corner: Pt[] = km([
    [-1.75, -2.1], [-0.4, -2.55], [1.2, -2.45], [2.05, -1.75], [2.5, -0.4], [2.35, 1.0], [2.55, 2.1], [1.8, 2.75], [0.3, 2.6], [-1.2, 2.85],
    [-2.15, 2.2], [-2.4, 0.8], [-2.2, -0.6],
  ]); // prettier-ignore
  const line = smoothThrough(
    corner.map((p) => jitter(random, p, 70)),
    60,
    true,
  );
  const outer = simplify(
    beside(line, () => -24),
    1.5,
  );
  const inner = simplify(
    beside(line, () => 24),
    1.5,
  );
  const wall = simplify(
    beside(line, () => 70),
    1.5,
  );
  const arm = smoothThrough(
    [
      [-2330, 700],
      [-3100, 500],
      [-4250, 900],
    ],
    60,
  );
  const south = smoothThrough(
    [
      [400, -2500],
      [560, -3400],
      [300, -4700],
    ],
    60,
  );
  const strip = (l: readonly Pt[], half: number): Pt[] =>
    closed([...beside(l, () => half), ...beside(l, () => -half).reverse()]);
  return {
    wall,
    moat: {
      kind: 'moat', name: '护城河', nameEn: 'City Moat', centre: line,
      rings: [closed(outer), closed(inner), strip(arm, 17), strip(south, 17)],
    },
  }; // prettier-ignore
}

function makeHills(random: () => number, water: Raster, wall: Ring): Hill[] {
  const rough = layeredNoise(random, 2800, 3);
  const fine = layeredNoise(random, 1000, 2);
  const [bendX, bendY] = [layeredNoise(random, 4200, 2), layeredNoise(random, 4200, 2)];
  const ridge = gradientNoise(random, 3300);
  const middle = centroid(wall);
  const height = new Raster(HALF_W, HALF_H, 110).fill((x, y) => {
    const out = Math.hypot(x / 1.1 - middle[0], y - middle[1]);
    // the outer ranges are bent into spurs and valleys, the hills in the city stay round
    const bend = 350 + 2100 * smoothStep(9_000, 15_000, out);
    const [wx, wy] = [(x + bend * bendX(x, y)) / 1000, (y + bend * bendY(x, y)) / 1000];
    let h = 0;
    for (const g of HILLS) {
      const q = ((wx - g.x) / g.rx) ** 2 + ((wy - g.y) / g.ry) ** 2;
      if (q < 6) h += g.h * Math.exp(-q * 0.9);
    }
    if (h > 0.1) {
      h += (0.3 * rough(x, y) + 0.16 * fine(x, y)) * Math.min(1, 0.3 + h);
      if (out > 11_000) h -= 0.75 * Math.max(0, 1 - Math.abs(ridge(x, y)) * 5) * smoothStep(11_000, 15_000, out);
    }
    if (out > 12_500) h = Math.max(h, 0.6 + 0.9 * rough(x + 9000, y - 4000)); // scattered woods
    const rim = Math.min(HALF_W - Math.abs(x), HALF_H - Math.abs(y));
    return h * smoothStep(150, 3_200, rim + 900 * fine(y, x));
  });
  const clear = (x: number, y: number): boolean => {
    for (const [dx, dy] of [[0, 0], [230, 0], [-230, 0], [0, 230], [0, -230]] as const) if (water.at(x + dx, y + dy) > 1) return false;
    return true;
  }; // prettier-ignore
  for (let i = 0; i < height.data.length; i++) {
    const [x, y] = height.centre(i);
    if (height.data[i]! > 0.9 && !clear(x, y)) height.data[i] = 0.9;
  }
  const rings = contours(height, 1).filter((r) => Math.abs(ringArea(r)) > 60_000);
  const outers = rings.filter((r) => ringArea(r) > 0);
  const holes = rings.filter((r) => ringArea(r) < 0);
  const named = new Set<string>();
  return outers
    .sort((a, b) => ringArea(b) - ringArea(a))
    .map((outer) => {
      const mine = holes.filter((h) => inRing(h[0]!, outer));
      const hill = HILLS.find((g) => g.name && !named.has(g.name) && inRing([g.x * 1000, g.y * 1000], outer));
      if (hill?.name) named.add(hill.name);
      const soft = (r: Ring): Pt[] => closed(simplify(smoothThrough(simplify(r.slice(0, -1), 25), 45, true), 4));
      return { name: hill?.name ?? null, nameEn: hill?.nameEn ?? null, rings: [soft(outer), ...mine.map(soft)] };
    });
}
const smoothStep = (a: number, b: number, v: number): number => {
  const t = Math.max(0, Math.min(1, (v - a) / (b - a)));
  return t * t * (3 - 2 * t);
};
/** Fish ponds and reservoirs of the country. */
function ponds(random: () => number, water: Raster, steep: Raster): Water[] {
  const out: Water[] = [];
  for (let tries = 0; tries < 900 && out.length < 130; tries++) {
    const p: Pt = [between(random, -HALF_W, HALF_W), between(random, -HALF_H, HALF_H)];
    if (Math.hypot(p[0] / 1.15, p[1]) < 8_500) continue;
    const r = between(random, 60, 230);
    const free = [0, 1, 2, 3, 4, 5, 6, 7].every((k) => {
      const [x, y] = [p[0] + 2 * r * Math.cos(k), p[1] + 2 * r * Math.sin(k)];
      return water.at(x, y) === 0 && steep.at(x, y) === 0;
    });
    if (!free || water.at(p[0], p[1]) > 0) continue;
    const ring = blob(random, p, r, r * between(random, 0.5, 0.95), 0.4, 1.5);
    water.paint([ring], 2);
    out.push({ kind: 'pond', name: null, nameEn: null, rings: [ring], centre: null });
  }
  return out;
}
