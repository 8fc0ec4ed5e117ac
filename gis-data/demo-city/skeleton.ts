import { beside, dist, prolonged, simplify, smoothThrough, type Pt } from './plane.ts';
import type { Terrain } from './terrain.ts';

/** What a planner drew by hand: rings, radials, axes, embankments, railways, metro. Everything else grows around it. */

export type RoadClass =
  'motorway' | 'expressway' | 'primary' | 'secondary' | 'tertiary' | 'residential' | 'lane' | 'link';

export interface Name {
  readonly zh: string;
  readonly en: string;
}
export interface Drawn {
  readonly cls: RoadClass;
  readonly name: Name | null;
  readonly line: readonly Pt[];
  readonly closed: boolean;
}
export interface Track {
  readonly kind: 'rail' | 'highspeed' | 'metro';
  readonly name: Name;
  readonly line: readonly Pt[];
  /** Stations by their place in metres of the plane. */
  readonly stations: readonly { readonly name: Name; readonly at: Pt }[];
}

const n = (zh: string, en: string): Name => ({ zh, en });
type Kms = readonly (readonly [number, number])[];
const km = (points: Kms): Pt[] => points.map(([x, y]) => [x * 1000, y * 1000]);
const curve = (points: Kms, loop = false): Pt[] => simplify(smoothThrough(km(points), 40, loop), 0.8);

export const RING_1: Kms = [
  [-6.3, 1.2], [-5.9, 3.5], [-4.4, 5.1], [-1.6, 5.45], [1.4, 5.65], [4.4, 5.6], [6.2, 4.5], [7.1, 2.2], [7.2, -0.3], [7.7, -2.6], [7.6, -5.2],
  [6.4, -7.4], [3.4, -8.3], [0, -8.1], [-2.6, -7.1], [-4.6, -6.4], [-5.9, -4.6], [-6.2, -2.4], [-6.3, -0.4],
]; // prettier-ignore
const RING_2: Kms = [
  [-9.6, 0.9], [-9.2, 3.6], [-7.6, 6.6], [-6.7, 9.1], [-3.2, 10.1], [0.8, 10], [4.6, 10], [8.2, 9.8], [11, 8.3], [12, 5.6], [11.7, 3.2], [11.5, 0.9],
  [11.2, -2.2], [10, -5], [9.2, -7.8], [8.5, -10.2], [6.2, -12], [2.6, -12.7], [-1.2, -12.3], [-4.8, -11.3], [-7.6, -9.4], [-9.2, -6.8],
  [-9.8, -4.2], [-9.8, -1.6],
]; // prettier-ignore
const RING_3: Kms = [
  [-16.3, 0.6], [-15.8, 4.8], [-15.2, 9], [-12.6, 12.5], [-8.2, 13.9], [-3, 14.1], [3.9, 13.3], [8.4, 13.6], [12.6, 12.4], [15.6, 10.2], [17.7, 7],
  [18.4, 3.6], [18.6, 0.6], [17.8, -3.2], [16.4, -7.4], [14.6, -10.8], [11.2, -13.4], [6.6, -14.8], [1.4, -15.4], [-4.2, -14.9], [-8.8, -13.5],
  [-12.4, -11.7], [-15, -9.2], [-16.6, -5.8], [-16.8, -2.6],
]; // prettier-ignore

/** Radials from the first ring outwards: street to the second ring, expressway to the third, motorway beyond. */
const RADIALS: readonly { street: Name; fast: Name; out: Name; inner: Kms; middle: Kms; outer: Kms }[] = [
  {
    street: n('宁澜路', 'Ninglan Road'), fast: n('宁澜快速路', 'Ninglan Expressway'), out: n('宁澜高速', 'Ninglan Motorway'),
    inner: [[1.5, 5.65], [2.6, 7.8], [3.6, 10]], middle: [[3.6, 10], [4.1, 11.7], [4.5, 13.3]], outer: [[4.5, 13.3], [5.2, 18.6], [5.6, 26]],
  },
  {
    street: n('钟灵大道', 'Zhongling Avenue'), fast: n('东部快速路', 'Dongbu Expressway'), out: n('沪澜高速', 'Hulan Motorway'),
    inner: [[7.05, 2.5], [9.3, 3.2], [11.85, 4.2]], middle: [[11.85, 4.2], [15, 4.4], [18.3, 4.3]], outer: [[18.3, 4.3], [22.4, 6.1], [28, 8.6]],
  },
  {
    street: n('金牛大道', 'Jinniu Avenue'), fast: n('东南快速路', 'Dongnan Expressway'), out: n('澜杭高速', 'Lanhang Motorway'),
    inner: [[7.6, -5.4], [8.8, -5.7], [9.95, -5.2]], middle: [[9.95, -5.2], [13.2, -5], [16.9, -6]], outer: [[16.9, -6], [21.3, -8], [28, -10.5]],
  },
  {
    street: n('世纪大道', 'Century Avenue'), fast: n('南部快速路', 'Nanbu Expressway'), out: n('澜黄高速', 'Lanhuang Motorway'),
    inner: [[1.35, -8.25], [0.3, -9.8], [-0.3, -12.45]], middle: [[-0.3, -12.45], [-1, -13.8], [-1.4, -15.3]],
    outer: [[-1.4, -15.3], [-2.6, -19.2], [-3.2, -26]],
  },
  {
    street: n('凤凰大道', 'Fenghuang Avenue'), fast: n('西南快速路', 'Xinan Expressway'), out: n('澜宣高速', 'Lanxuan Motorway'),
    inner: [[-4.9, -6.25], [-6.4, -7.2], [-8.4, -8.2]], middle: [[-8.4, -8.2], [-11.2, -9.4], [-13.9, -10.5]],
    outer: [[-13.9, -10.5], [-18.2, -11.4], [-22.5, -11], [-28, -13]],
  },
  {
    street: n('西津大道', 'Xijin Avenue'), fast: n('西部快速路', 'Xibu Expressway'), out: n('澜合高速', 'Lanhe Motorway'),
    inner: [[-6.2, 1.9], [-7.9, 1.7], [-9.55, 1.5]], middle: [[-9.55, 1.5], [-12.8, 1], [-16.3, 0.5]], outer: [[-16.3, 0.5], [-21.2, 0.8], [-28, 2]],
  },
  {
    street: n('栖霞大道', 'Qixia Avenue'), fast: n('西北快速路', 'Xibei Expressway'), out: n('澜芜高速', 'Lanwu Motorway'),
    inner: [[-4.5, 5.05], [-5.6, 7.1], [-6.75, 9]], middle: [[-6.75, 9], [-8.6, 11.4], [-11.2, 13.2]], outer: [[-11.2, 13.2], [-14.5, 16.4], [-17.2, 26]],
  },
]; // prettier-ignore

const STREETS: readonly { cls: RoadClass; name: Name; line: Kms }[] = [
  {
    cls: 'primary', name: n('中山路', 'Zhongshan Road'),
    line: [[1.5, 5.65], [0.7, 3.7], [0.25, 1.3], [0.1, -1], [0.45, -3], [1, -4.8], [1.4, -6.6], [1.35, -8.25]],
  },
  {
    cls: 'primary', name: n('人民路', 'Renmin Road'),
    line: [[-6.3, 0.35], [-4, 0.45], [-2.4, 0.2], [0.15, 0.3], [2.4, 0.35], [4.6, 0.7], [7.18, 0.75], [9.3, 1.5], [11.6, 2.3]],
  },
  { cls: 'primary', name: n('解放路', 'Jiefang Road'), line: [[3.3, 2.6], [3.7, 0.6], [3.8, -2], [4.1, -4.6], [4.5, -6.6], [4.3, -8.1]] },
  { cls: 'primary', name: n('建设路', 'Jianshe Road'), line: [[-3.2, 5.3], [-2.95, 2.6], [-2.95, 0.35], [-3.3, -2.5], [-2.5, -5], [-1.9, -7.35]] },
  { cls: 'primary', name: n('学府大道', 'Xuefu Avenue'), line: [[-9.2, 4], [-7.4, 4.3], [-5.4, 4.2]] },
  { cls: 'primary', name: n('站前路', 'Zhanqian Road'), line: [[-6.9, 8], [-3.4, 7.7], [0, 7.9], [2.6, 7.8], [5.2, 7.9]] },
  { cls: 'primary', name: n('江南大道', 'Jiangnan Avenue'), line: [[-9.7, -5.4], [-6.2, -5.2], [-2.4, -5.7], [1.3, -6.9], [4.5, -6.8], [7.7, -6.5], [9.6, -6.6]] },
  { cls: 'primary', name: n('迎宾大道', 'Yingbin Avenue'), line: [[8.3, 9.8], [8.5, 11.8], [8.4, 13.6], [7.8, 15.9]] },
]; // prettier-ignore

const TRACKS: readonly { kind: Track['kind']; name: Name; line: Kms; stations: readonly [string, string, number, number][] }[] = [
  {
    kind: 'rail', name: n('宁赣铁路', 'Ninggan Railway'),
    line: [[-12.6, 26], [-11, 18.5], [-9.7, 14.6], [-6.4, 11.6], [-3, 8.9], [0, 8.5], [4.8, 8.9], [8.6, 9], [11.6, 7.4], [13.5, 4.4], [14.4, 1.4],
      [14.8, -2], [14.3, -6], [13.4, -9.6], [10.8, -13.8], [7.6, -17.8], [7.1, -26]],
    stations: [['澜江站', 'Lanjiang Railway Station', 0, 8.5], ['澜江东站', 'Lanjiang East Station', 14.35, -5.2]],
  },
  {
    kind: 'highspeed', name: n('沪昆高铁联络线', 'Hukun High-Speed Link'),
    line: [[-28, -11.9], [-19, -10.6], [-12, -10.5], [-6, -10.1], [-1.5, -9.5], [3.2, -9.2], [6, -9.2], [10, -9.8], [15.4, -10.5], [20.6, -12], [28, -15]],
    stations: [['澜江南站', 'Lanjiang South Station', 4.6, -9.2]],
  },
  {
    kind: 'metro', name: n('地铁1号线', 'Metro Line 1'),
    line: [[3.9, 11.2], [3.6, 10], [2.6, 7.9], [0.1, 8.2], [0.3, 6.9], [0.8, 4.2], [0.25, 1.3], [0.1, -1], [0.45, -3], [1, -4.8], [1.4, -6.6], [1.35, -8.2], [3, -9],
      [4.6, -9.1], [5, -11.2]],
    stations: [],
  },
  {
    kind: 'metro', name: n('地铁2号线', 'Metro Line 2'),
    line: [[-12.6, 1.1], [-9.5, 1.5], [-6.3, 0.9], [-4, 0.45], [-2.4, 0.2], [0.15, 0.3], [2.4, 0.35], [4.6, 0.7], [7.18, 0.85], [9.3, 1.8], [11.7, 3.6], [14.9, 4.4]],
    stations: [],
  },
  {
    kind: 'metro', name: n('地铁3号线', 'Metro Line 3'),
    line: [[-6.9, 9.2], [-5.6, 7.1], [-4.4, 5], [-3, 3], [-2.95, 0.35], [-3.2, -2.5], [-2.6, -5], [-0.6, -6.1], [1.35, -6.9], [4.5, -6.8], [7.6, -5.7], [9.9, -5.2], [13, -5]],
    stations: [],
  },
  {
    kind: 'metro', name: n('地铁4号线', 'Metro Line 4'),
    line: [[-9.9, -5.4], [-6.2, -5.2], [-2.4, -5.75], [-1.9, -7.3], [0.4, -8.3], [3.4, -8.3], [4.4, -6.6], [4.1, -4.6], [3.8, -2], [3.75, 0.6], [3.1, 2.5], [2.4, 4.4],
      [2.2, 5.9], [5.2, 7.9], [8.3, 9.6], [8.5, 13], [7.8, 15.9]],
    stations: [],
  },
]; // prettier-ignore

export const AIRPORT = {
  name: n('澜江云台国际机场', 'Lanjiang Yuntai International Airport'),
  at: [7_400, 17_000] as Pt,
  turnDeg: 14,
};

export function drawSkeleton(t: Terrain): { roads: Drawn[]; tracks: Track[] } {
  const roads: Drawn[] = [];
  const add = (cls: RoadClass, name: Name | null, line: readonly Pt[], loop = false): void => {
    if (line.length >= 2) roads.push({ cls, name, line, closed: loop });
  };
  add('expressway', n('内环快速路', 'Inner Ring Expressway'), curve(RING_1, true), true);
  add('expressway', n('中环快速路', 'Middle Ring Expressway'), curve(RING_2, true), true);
  add('motorway', n('绕城高速', 'Ring Motorway'), curve(RING_3, true), true);
  for (const r of RADIALS) {
    // one curve cut in parts, so that they meet without a kink; the expressway reaches a little inside of the second ring
    const whole = smoothThrough(prolonged(km([...r.inner, ...r.middle.slice(1), ...r.outer.slice(1)]), 0, 45_000), 40);
    const at = (p: readonly [number, number]): number => nearest(whole, [p[0] * 1000, p[1] * 1000]);
    const [a, b] = [at(r.inner.at(-1)!) - 17, at(r.middle.at(-1)!)];
    add('primary', r.street, simplify(whole.slice(0, a + 1), 0.8));
    add('expressway', r.fast, simplify(whole.slice(a, b + 1), 0.8));
    add('motorway', r.out, simplify(whole.slice(b), 0.8));
  }
  for (const s of STREETS) add(s.cls, s.name, curve(s.line));
  add(
    'primary',
    n('环城路', 'Huancheng Road'),
    beside(t.wall, () => -165),
    true,
  );
  add(
    'secondary',
    n('环湖路', 'Huanhu Road'),
    simplify(
      smoothThrough(
        simplify(
          beside(t.lake, () => -75),
          20,
        ),
        40,
        false,
      ),
      1,
    ),
    true,
  );
  embankments(t, add);
  const tracks = TRACKS.map((k) => ({
    kind: k.kind,
    name: k.name,
    line: simplify(smoothThrough(k.kind === 'metro' ? km(k.line) : prolonged(km(k.line), 45_000, 45_000), 40), 0.8),
    stations: k.stations.map(([zh, en, x, y]) => ({ name: n(zh, en), at: [x * 1000, y * 1000] as Pt })),
  }));
  return { roads, tracks };
}

function nearest(line: readonly Pt[], p: Pt): number {
  let best = 0;
  line.forEach((q, i) => {
    if (dist(p, q) < dist(p, line[best]!)) best = i;
  });
  return best;
}

/** Roads along both banks, inland of a green strip, within the built-up stretch. */
function embankments(t: Terrain, add: (cls: RoadClass, name: Name, line: readonly Pt[]) => void): void {
  const names = [n('滨江北路', 'Binjiang North Road'), n('滨江南路', 'Binjiang South Road')];
  t.banks.forEach((bank, side) => {
    const road = smoothThrough(
      simplify(
        beside(bank, () => (side === 0 ? 105 : -105)),
        12,
      ),
      50,
    );
    const from = road.findIndex((p) => p[0] > -12_500);
    const to = road.findIndex((p) => p[0] > 14_200);
    add('primary', names[side]!, simplify(road.slice(from, to), 0.8));
  });
}
