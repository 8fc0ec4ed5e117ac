import { metres } from '../geo.ts';
import type { LngLat } from '../city/rows.ts';
import { foldText } from '../text-fold.ts';
import type { HotCase } from './hot-issues.ts';

/** Cases that say the same about the same place. */
export interface Cluster {
  readonly cases: HotCase[];
  /** How many of its cases hold each bigram; at most {@link MAX_GRAMS} are kept. */
  readonly grams: Map<string, number>;
}

const MAX_GRAMS = 400;
/** Share of a case's bigrams, weighed, that the cluster must know. */
const JOIN_AT = 0.34;
const LONE_WEIGHT = 0.4;
const NEAR_M = 2000;
/** A case is compared with this many of the newest clusters of its category at most. */
const LOOK_BACK = 200;

/** The pairs of neighbouring characters of a text, each once, without digits and punctuation: what makes Chinese texts comparable. */
export function bigrams(text: string): Set<string> {
  const out = new Set<string>();
  for (const run of foldText(text).match(/[\p{Script=Han}a-z]+/gu) ?? [])
    for (let i = 0; i + 1 < run.length; i++) out.add(run.slice(i, i + 2));
  return out;
}

/** Share of the case's bigrams that the cluster's cases have too, 0–1; frequent ones weigh more, rare ones of the day more still. */
function affinity(own: ReadonlySet<string>, c: Cluster, rarity: (gram: string) => number): number {
  let have = 0;
  let all = 0;
  for (const g of own) {
    const w = rarity(g);
    all += w;
    have += w * ((c.grams.get(g) ?? 0) / c.cases.length);
  }
  return all === 0 ? 0 : have / all;
}

/** Middle of the cases that have a point: the median of each axis, so that one wrong point does not move it. */
export function middleOf(cases: readonly HotCase[]): LngLat | null {
  const points = cases.flatMap((c) => (c.at ? [c.at] : []));
  if (points.length === 0) return null;
  const mid = (axis: 0 | 1): number => points.map((p) => p[axis]).sort((a, b) => a - b)[Math.floor(points.length / 2)]!;
  return [mid(0), mid(1)];
}

function sameGround(a: HotCase, c: Cluster): boolean {
  if (c.cases.some((b) => b.district !== null && b.district === a.district)) return true;
  const middle = middleOf(c.cases);
  return a.at !== null && middle !== null && metres(a.at, middle) <= NEAR_M;
}

function add(c: Cluster, one: HotCase, own: ReadonlySet<string>): void {
  c.cases.push(one);
  for (const g of own) c.grams.set(g, (c.grams.get(g) ?? 0) + 1);
  if (c.grams.size <= MAX_GRAMS) return;
  const kept = [...c.grams].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_GRAMS / 2);
  c.grams.clear();
  for (const [g, n] of kept) c.grams.set(g, n);
}

/**
 * Groups cases of one category in one pass, oldest first: each joins the cluster of its district (or near it) whose words
 * are most like its own, or starts one. The same cases give the same clusters, in whatever order they come in.
 */
export function clusterCases(cases: readonly HotCase[]): Cluster[] {
  const ordered = [...cases].sort((a, b) => a.acceptedAt - b.acceptedAt || (a.no < b.no ? -1 : 1));
  const grams = ordered.map((c) => bigrams(c.text));
  const frequency = new Map<string, number>();
  for (const own of grams) for (const g of own) frequency.set(g, (frequency.get(g) ?? 0) + 1);
  // what only one case says (a house number, a turn of phrase) must not keep it away from the others
  const rarity = (g: string): number => {
    const n = frequency.get(g) ?? 1;
    return n === 1 ? LONE_WEIGHT : Math.log(1 + ordered.length / n);
  };
  const clusters: Cluster[] = [];
  ordered.forEach((one, i) => {
    const own = grams[i]!;
    let best: Cluster | null = null;
    let bestScore = JOIN_AT;
    for (const c of clusters.slice(-LOOK_BACK)) {
      if (!sameGround(one, c)) continue;
      const score = affinity(own, c, rarity);
      if (score > bestScore) {
        best = c;
        bestScore = score;
      }
    }
    if (!best) clusters.push((best = { cases: [], grams: new Map() }));
    add(best, one, own);
  });
  return clusters;
}

/**
 * Words that tell a cluster from the rest of the day: frequent in it, rare outside.
 * @param words splits a text into words, each once
 */
export function keywordsOf(
  c: Cluster,
  all: readonly HotCase[],
  words: (text: string) => ReadonlySet<string>,
  most: number,
): string[] {
  const inside = count(c.cases, words);
  const outside = count(all, words);
  return [...inside]
    .filter(([w, n]) => w.length >= 2 && n >= Math.max(2, c.cases.length * 0.3))
    .map(([w, n]) => ({ w, score: (n / c.cases.length) * Math.log(1 + all.length / outside.get(w)!) }))
    .sort((a, b) => b.score - a.score || (a.w < b.w ? -1 : 1))
    .slice(0, most)
    .map(({ w }) => w);
}

function count(cases: readonly HotCase[], words: (text: string) => ReadonlySet<string>): Map<string, number> {
  const out = new Map<string, number>();
  for (const c of cases) for (const w of words(c.text)) out.set(w, (out.get(w) ?? 0) + 1);
  return out;
}

/** The case that is most like all others of its cluster: its title stands for them. */
export function typical(c: Cluster): HotCase {
  let best = c.cases[0]!;
  let bestScore = -1;
  for (const one of c.cases) {
    const own = bigrams(one.title);
    if (own.size === 0) continue;
    let score = 0;
    for (const g of own) score += c.grams.get(g) ?? 0;
    score /= Math.sqrt(own.size);
    if (score > bestScore) {
      best = one;
      bestScore = score;
    }
  }
  return best;
}
