import type { Random } from '#domain/random.ts';
import { randomFor, shuffled } from './noise.ts';
import { dist, lineLength, type Pt, type Ring, inRing } from './plane.ts';
import type { RoadNetwork } from './roads.ts';
import type { Name, RoadClass } from './skeleton.ts';
import { BEFORE, capital, FIRST, GREAT, joined, LANES, SECOND, type Word } from './words.ts';

/** Names for the streets: each line has one; long ones are divided into north and south, east and west parts. */

/** Words of two characters that nobody has used yet. */
export class Names {
  readonly #free: Word[];
  readonly #used = new Set<string>();
  readonly #random: Random;
  constructor(random: Random) {
    this.#random = random;
    this.#free = shuffled(
      random,
      FIRST.flatMap((a) => SECOND.filter((b) => b.zh !== a.zh).map((b) => joined(a, b))),
    );
  }
  next(): Word {
    for (;;) {
      const word = this.#free.pop();
      if (!word) throw new Error('broken promise: the words for names ran out');
      if (!this.#used.has(word.zh)) return word;
    }
  }
  take(zh: string): boolean {
    if (this.#used.has(zh)) return false;
    this.#used.add(zh);
    return true;
  }
  get random(): Random {
    return this.#random;
  }
}

const KIND_EN: Record<string, string> = { 大道: 'Avenue', 路: 'Road', 街: 'Street', 巷: 'Lane', 弄: 'Alley', 里: 'Li' };

/** Names of each edge, in the order of the network's roads. */
export function nameRoads(
  seed: number,
  n: RoadNetwork,
  wall: Ring,
  rural: (p: Pt) => boolean,
): { edges: (Name | null)[]; names: Names } {
  const random = randomFor(seed, 'names');
  const names = new Names(random);
  for (const l of n.lines) if (l.name) names.take(l.name.zh.replace(/(大道|路|街)$/, ''));
  const great = shuffled(random, GREAT).filter((w) => names.take(w.zh));
  const lanes = laneNames(random, names);
  const county = counter(100);
  const perLine = n.lines.map((l): Name | null => {
    if (l.name) return l.name;
    if (l.cls === 'shore' || l.cls === 'link') return null;
    const middle = l.line[l.line.length >> 1]!;
    const long = lineLength(l.line);
    if (rural(middle)) {
      const no = county();
      return l.cls === 'secondary'
        ? { zh: `S${no + 200}省道`, en: `Provincial Road S${no + 200}` }
        : { zh: `X${no}县道`, en: `County Road X${no}` };
    }
    const a = l.line[0]!;
    const b = l.line.at(-1)!;
    const upright = Math.abs(b[1] - a[1]) > Math.abs(b[0] - a[0]);
    if (l.cls === 'primary' || (l.cls === 'secondary' && long > 2_600)) {
      const word = great.pop();
      if (word) return named(word, l.cls === 'primary' && long > 4_500 && random() < 0.4 ? '大道' : '路');
    }
    if (inRing(middle, wall) && (l.cls === 'lane' || l.cls === 'residential')) {
      const word = lanes.pop();
      if (word) return named(word, l.cls === 'lane' || random() < 0.6 ? '巷' : '街');
    }
    return named(names.next(), kindOf(random, l.cls, upright));
  });
  return { edges: n.roads.map((r) => parted(perLine[r.of] ?? null, n, r.of, r.line, r.cls)), names };
}

const named = (w: Word, kind: string): Name => ({ zh: w.zh + kind, en: `${capital(w.en)} ${KIND_EN[kind]}` });
const counter = (from: number): (() => number) => {
  let k = from;
  return () => ++k;
};

function kindOf(random: Random, cls: RoadClass, upright: boolean): string {
  if (cls === 'lane') return random() < 0.7 ? '巷' : random() < 0.5 ? '弄' : '里';
  if (cls === 'residential') return random() < 0.45 ? '巷' : upright ? '路' : '街';
  return upright || random() < 0.5 ? '路' : '街';
}

function laneNames(random: Random, names: Names): Word[] {
  const out: Word[] = [];
  for (const w of LANES) {
    out.push(w);
    for (const b of BEFORE) out.push({ zh: b.zh + w.zh, en: `${capital(b.en)} ${capital(w.en)}` });
  }
  return shuffled(random, out).filter((w) => names.take(w.zh));
}

/** Middle of the city, where streets are called "middle", metres. */
const MIDDLE = { west: -2_700, east: 2_900, south: -4_300, north: 3_000 };

/** 中山路 becomes 中山北路, 中山中路, 中山南路 when it runs through several parts of the city. */
function parted(name: Name | null, n: RoadNetwork, of: number, line: readonly Pt[], cls: RoadClass): Name | null {
  if (!name || cls !== 'primary' || !/[^\d]路$/.test(name.zh) || /[东西南北环站]路$|环|滨江/.test(name.zh)) return name;
  const whole = n.lines[of]!.line;
  const [a, b] = [whole[0]!, whole.at(-1)!];
  if (dist(a, b) < 3_600) return name;
  const upright = Math.abs(b[1] - a[1]) > Math.abs(b[0] - a[0]);
  const p = line[line.length >> 1]!;
  const part = upright
    ? p[1] > MIDDLE.north ? ['北', 'North'] : p[1] < MIDDLE.south ? ['南', 'South'] : ['中', 'Middle']
    : p[0] > MIDDLE.east ? ['东', 'East'] : p[0] < MIDDLE.west ? ['西', 'West'] : ['中', 'Middle']; // prettier-ignore
  return { zh: name.zh.replace(/路$/, `${part[0]}路`), en: name.en.replace(/ Road$/, ` ${part[1]} Road`) };
}
