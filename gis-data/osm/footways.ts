import type { LngLat } from '#domain/city/rows.ts';
import { metres } from '#domain/geo.ts';
import type { OsmRelation } from './element.ts';
import type { FootDrop, FootKind, FootTags } from './foot-tags.ts';

/** A stretch of a way for walkers alone, between two places where one can choose. */
export interface OsmFootway {
  readonly way: number;
  readonly kind: FootKind;
  /** OSM's own numbers of the nodes. */
  readonly from: number;
  readonly to: number;
  readonly lengthM: number;
  /** Seconds that its ends make wait: each half of what the crossing there does, which has a stretch on either side. */
  readonly waitS: number;
  readonly oneway: boolean;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly line: readonly LngLat[];
}
/** A place between the ends of a road where walkers leave it, or nobody passes: OSM's node, and which point of the road's line it is. */
export interface FootJoint {
  /** Index of the road. */
  readonly road: number;
  readonly point: number;
  readonly node: number;
}
export interface OsmWalking {
  readonly footways: readonly OsmFootway[];
  readonly joints: readonly FootJoint[];
  /** Nodes that nobody on foot passes. */
  readonly barriers: readonly number[];
  readonly report: {
    readonly ways: number;
    readonly km: number;
    /** What is no way for walkers, and how long it is as far as the file holds it. */
    readonly dropped: Readonly<
      Partial<Record<FootDrop | 'nodes-missing', { readonly ways: number; readonly km: number }>>
    >;
  };
}

/** What is known of a node that ways pass. */
export interface Need {
  /** How often roads pass; the ends of a way count twice, so that they are always a node. */
  uses: number;
  /** The same of ways for walkers. */
  walks: number;
  at: LngLat | null;
  signal: boolean;
  waitS: number;
  barred: boolean;
  /** No car passes it. */
  stops: boolean;
  index: number;
}
export interface TakenFootway {
  readonly id: number;
  readonly refs: readonly number[];
  readonly tags: FootTags;
}
export interface DroppedFootway {
  readonly refs: readonly number[];
  readonly drop: FootDrop;
}

/** Outlines of squares that are drawn as relations: the ways that one walks along. */
export const outlinesOf = (r: OsmRelation): number[] =>
  r.tags.type === 'multipolygon' && (r.tags.highway === 'pedestrian' || r.tags.highway === 'footway')
    ? r.members.filter((m) => m.type === 'way').map((m) => m.ref)
    : [];

/** Cuts ways for walkers where they meet each other or a road, or cannot be passed. */
export function footways(
  ways: readonly TakenFootway[],
  left: readonly DroppedFootway[],
  needed: ReadonlyMap<number, Need>,
  joints: readonly FootJoint[],
): OsmWalking {
  const dropped: Partial<Record<FootDrop | 'nodes-missing', { ways: number; km: number }>> = {};
  const leave = (why: FootDrop | 'nodes-missing', km: number): void => {
    const have = (dropped[why] ??= { ways: 0, km: 0 });
    have.ways++;
    have.km += km;
  };
  for (const { refs, drop } of left) {
    let km = 0;
    for (const { line } of stretches(refs, needed, () => false)) km += lengthOf(line) / 1000;
    leave(drop, km);
  }
  const out: OsmFootway[] = [];
  for (const { id, refs, tags } of ways) {
    const before = out.length;
    const turned = tags.oneway === 'backward' ? [...refs].reverse() : refs;
    const { oneway, waitS, ...same } = tags;
    const waitAt = (ref: number): number => {
      const need = needed.get(ref)!;
      return Math.max(need.waitS, need.uses > 0 ? waitS : 0) / 2;
    };
    for (const { from, to, line } of stretches(turned, needed, (n) => n.uses + n.walks > 1 || n.barred))
      out.push({
        ...same,
        way: id,
        from,
        to,
        lengthM: lengthOf(line),
        waitS: waitAt(from) + waitAt(to),
        oneway: oneway !== 'both',
        line,
      });
    if (out.length === before) leave('nodes-missing', 0);
  }
  return {
    footways: out,
    joints,
    barriers: [...needed].filter(([, n]) => n.barred && n.at !== null && n.uses + n.walks > 0).map(([ref]) => ref),
    report: { ways: ways.length, km: out.reduce((sum, f) => sum + f.lengthM, 0) / 1000, dropped },
  };
}

function lengthOf(line: readonly LngLat[]): number {
  let m = 0;
  for (let i = 1; i < line.length; i++) m += metres(line[i - 1]!, line[i]!);
  return m;
}

/** Parts of a way between its nodes; where a clipped file has lost one, a part ends before it. */
function* stretches(
  refs: readonly number[],
  needed: ReadonlyMap<number, Need>,
  isNode: (need: Need) => boolean,
): Generator<{ from: number; to: number; line: LngLat[] }> {
  let [from, last] = [-1, -1];
  let line: LngLat[] = [];
  for (const ref of refs) {
    if (ref === last) continue;
    const need = needed.get(ref)!;
    if (need.at !== null) line.push(need.at);
    const ends = need.at === null || (line.length > 1 && isNode(need));
    if (line.length === 1 && need.at !== null) from = ref;
    if (ends && line.length > 1) yield { from, to: need.at === null ? last : ref, line };
    if (ends) {
      line = need.at === null ? [] : [need.at];
      from = ref;
    }
    last = ref;
  }
  if (line.length > 1) yield { from, to: last, line };
}
