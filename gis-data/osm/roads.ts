import { metres } from '#domain/geo.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { OsmElement, OsmMember, OsmRelation, Tags } from './element.ts';
import { barsWalkers, footTags, nodeWaitS, walkRefused } from './foot-tags.ts';
import {
  footways,
  outlinesOf,
  type DroppedFootway,
  type FootJoint,
  type Need,
  type OsmWalking,
  type TakenFootway,
} from './footways.ts';
import { barsCars, roadTags, type RoadDrop, type RoadTags } from './road-tags.ts';

/** A stretch of road between two places where one can choose. */
export interface OsmRoad extends Omit<RoadTags, 'oneway'> {
  readonly way: number;
  /** Indexes into the nodes. */
  readonly from: number;
  readonly to: number;
  readonly lengthM: number;
  /** Only from `from` to `to`: a way of `oneway=-1` was turned round. */
  readonly oneway: boolean;
  /** Traffic signals on it, its end included and its beginning not. */
  readonly signals: number;
  /** Whether somebody on foot may go along it. */
  readonly walkable: boolean;
  readonly line: readonly LngLat[];
}
/** Of the ways that lead on from `from`, this one is forbidden (`no`), or the only one (`only`). */
export interface OsmRestriction {
  /** Null: a barrier stands at the node. */
  readonly relation: number | null;
  readonly kind: 'no' | 'only';
  /** Roads (indexes) and the node where `from` is left. */
  readonly from: number;
  readonly via: number;
  /** Roads that are passed before `to` is entered; none where it begins at that node. */
  readonly through: readonly number[];
  readonly to: number;
  /** Kinds of vehicles that it does not hold for. */
  readonly except: readonly string[];
}

export type RestrictionDrop = 'conditional' | 'members' | 'not-joined' | 'kind';
export interface OsmRoads {
  /** OSM's own number of each node where roads meet or end. */
  readonly nodeIds: readonly number[];
  readonly nodeAt: readonly LngLat[];
  readonly roads: readonly OsmRoad[];
  readonly restrictions: readonly OsmRestriction[];
  /** What walkers have besides the roads. */
  readonly walking: OsmWalking;
  readonly report: {
    readonly ways: number;
    readonly km: number;
    /** Of these roads, what walkers may use. */
    readonly walkedKm: number;
    readonly signals: number;
    readonly droppedWays: Readonly<Partial<Record<RoadDrop | 'nodes-missing', number>>>;
    readonly droppedRestrictions: Readonly<Partial<Record<RestrictionDrop, number>>>;
    /** Nodes that ways name and the file does not hold: a clipped extract. */
    readonly missingNodes: number;
  };
}

type Source = () => AsyncIterable<readonly OsmElement[]>;
interface TakenWay {
  readonly id: number;
  readonly refs: readonly number[];
  readonly tags: RoadTags;
  readonly walkable: boolean;
}
const count = <K extends string>(counts: Partial<Record<K, number>>, key: K): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

/**
 * The road network of an OpenStreetMap file, and the ways that only walkers use. The file is read twice: for its ways, then for those
 * nodes that they need, so that the memory is that of the roads and not of the file (and once more for squares drawn as relations).
 * Ways for walkers cut no road: where they join one is told beside.
 */
export async function osmRoads(source: Source): Promise<OsmRoads> {
  const droppedWays: Partial<Record<RoadDrop | 'nodes-missing', number>> = {};
  const ways: TakenWay[] = [];
  const walked = new Walked();
  const relations: OsmRelation[] = [];
  const needed = new Map<number, Need>();
  for await (const batch of source())
    for (const e of batch)
      if (e.type === 'way') {
        const tags = roadTags(e.tags);
        if (tags === null) continue;
        if ('drop' in tags) {
          count(droppedWays, tags.drop);
          walked.take(e.id, e.refs, e.tags, needed);
        } else if (e.refs.length > 1) {
          need(needed, e.refs, 'uses');
          const refs = tags.oneway === 'backward' ? [...e.refs].reverse() : e.refs;
          ways.push({ id: e.id, refs, tags, walkable: walkRefused(e.tags) === null });
        }
      } else if (e.type === 'relation') {
        if (isRestriction(e.tags)) relations.push(e);
        walked.relation(e);
      }
  if (walked.outlines.size > 0)
    for await (const batch of source())
      for (const e of batch)
        if (e.type === 'way' && walked.outlines.has(e.id) && roadTags(e.tags) === null)
          walked.take(e.id, e.refs, walked.outlines.get(e.id)!, needed);
  for await (const batch of source())
    for (const e of batch)
      if (e.type === 'node') {
        const need = needed.get(e.id);
        if (need) {
          need.at = [e.lng, e.lat];
          need.signal = e.tags.highway === 'traffic_signals';
          need.waitS = nodeWaitS(e.tags);
          need.barred = barsWalkers(e.tags);
          // a way ends at it, so that nothing leads on there
          need.stops = need.uses > 0 && barsCars(e.tags);
        }
      }
  return new Network(ways, needed, droppedWays).build(relations, walked);
}

/** Counts the nodes that a way passes; its ends twice, so that they are always a node. */
function need(needed: Map<number, Need>, refs: readonly number[], by: 'uses' | 'walks' | null): void {
  refs.forEach((ref, i) => {
    let have = needed.get(ref);
    if (!have) {
      have = { uses: 0, walks: 0, at: null, signal: false, waitS: 0, barred: false, stops: false, index: -1 };
      needed.set(ref, have);
    }
    if (by !== null) have[by] += i === 0 || i === refs.length - 1 ? 2 : 1;
  });
}

/** Ways that are no road of cars. */
class Walked {
  readonly ways: TakenFootway[] = [];
  readonly left: DroppedFootway[] = [];
  /** Ways around squares, with the tags of the square. */
  readonly outlines = new Map<number, Tags>();

  take(id: number, refs: readonly number[], tags: Tags, needed: Map<number, Need>): void {
    if (refs.length < 2) return;
    const told = footTags(tags);
    if (told === null) return;
    if ('drop' in told) this.left.push({ refs, drop: told.drop });
    else this.ways.push({ id, refs, tags: told });
    need(needed, refs, 'drop' in told ? null : 'walks');
  }

  relation(r: OsmRelation): void {
    for (const way of outlinesOf(r)) this.outlines.set(way, r.tags);
  }
}

class Network {
  readonly #ways: readonly TakenWay[];
  readonly #needed: Map<number, Need>;
  readonly #droppedWays: Partial<Record<RoadDrop | 'nodes-missing', number>>;
  readonly #nodeIds: number[] = [];
  readonly #nodeAt: LngLat[] = [];
  readonly #roads: OsmRoad[] = [];
  readonly #roadsOfWay = new Map<number, number[]>();
  readonly #joints: FootJoint[] = [];

  constructor(
    ways: readonly TakenWay[],
    needed: Map<number, Need>,
    droppedWays: Partial<Record<RoadDrop | 'nodes-missing', number>>,
  ) {
    this.#ways = ways;
    this.#needed = needed;
    this.#droppedWays = droppedWays;
  }

  build(relations: readonly OsmRelation[], walked: Walked): OsmRoads {
    let signals = 0;
    let missingNodes = 0;
    for (const need of this.#needed.values()) {
      if (need.uses === 0) continue;
      if (need.signal) signals++;
      if (need.at === null) missingNodes++;
    }
    for (const way of this.#ways) this.#cut(way);
    const droppedRestrictions: Partial<Record<RestrictionDrop, number>> = {};
    const restrictions = relations.flatMap((r) => {
      const read = this.#restriction(r);
      if (typeof read !== 'string') return read;
      count(droppedRestrictions, read);
      return [];
    });
    return {
      nodeIds: this.#nodeIds,
      nodeAt: this.#nodeAt,
      roads: this.#roads,
      restrictions: [...restrictions, ...this.#barred()],
      walking: footways(walked.ways, walked.left, this.#needed, this.#joints),
      report: {
        ways: this.#ways.length,
        km: this.#roads.reduce((sum, r) => sum + r.lengthM, 0) / 1000,
        walkedKm: this.#roads.reduce((sum, r) => sum + (r.walkable ? r.lengthM : 0), 0) / 1000,
        signals,
        droppedWays: this.#droppedWays,
        droppedRestrictions,
        missingNodes,
      },
    };
  }

  #node(ref: number, need: Need): number {
    if (need.index < 0) {
      need.index = this.#nodeIds.push(ref) - 1;
      this.#nodeAt.push(need.at!);
    }
    return need.index;
  }

  /** Cuts a way where other ways meet it, where it ends, and where a clipped file has lost its nodes. */
  #cut(way: TakenWay): void {
    const before = this.#roads.length;
    let line: LngLat[] = [];
    let joints: Omit<FootJoint, 'road'>[] = [];
    let from = -1;
    let signals = 0;
    const end = (ref: number, need: Need): void => {
      const to = this.#node(ref, need);
      if (line.length > 1) this.#put(way, from, to, line, signals, joints);
    };
    let last = null as { ref: number; need: Need } | null;
    for (const ref of way.refs) {
      const need = this.#needed.get(ref)!;
      if (need.at === null) {
        if (last && line.length > 1) end(last.ref, last.need);
        line = [];
        joints = [];
        last = null;
        continue;
      }
      if (last?.ref === ref) continue;
      line.push(need.at);
      if (line.length === 1) {
        from = this.#node(ref, need);
        signals = 0;
      } else {
        if (need.signal) signals++;
        if (need.uses > 1 || need.stops) {
          end(ref, need);
          line = [need.at];
          joints = [];
          from = need.index;
          signals = 0;
        } else if (way.walkable && (need.walks > 0 || need.barred)) joints.push({ point: line.length - 1, node: ref });
      }
      last = { ref, need };
    }
    if (last && line.length > 1) end(last.ref, last.need);
    if (this.#roads.length === before) count(this.#droppedWays, 'nodes-missing');
  }

  #put(
    { id, tags, walkable }: TakenWay,
    from: number,
    to: number,
    line: readonly LngLat[],
    signals: number,
    joints: readonly Omit<FootJoint, 'road'>[],
  ): void {
    let lengthM = 0;
    for (let i = 1; i < line.length; i++) lengthM += metres(line[i - 1]!, line[i]!);
    const road = { ...tags, oneway: tags.oneway !== 'both', way: id, from, to, lengthM, signals, walkable, line };
    const index = this.#roads.push(road) - 1;
    // a part that a lost node ended may have one at its end
    for (const j of joints) if (j.point < line.length - 1) this.#joints.push({ ...j, road: index });
    const of = this.#roadsOfWay.get(id);
    if (of) of.push(index);
    else this.#roadsOfWay.set(id, [index]);
  }

  /** The roads that a relation speaks of; several where it forbids entering from, or leaving to, more than one. */
  #restriction(r: OsmRelation): OsmRestriction[] | RestrictionDrop {
    const said = r.tags.restriction ?? r.tags['restriction:motorcar'] ?? r.tags['restriction:motor_vehicle'];
    if (said === undefined) return 'conditional';
    const kind = said.startsWith('no_') ? 'no' : said.startsWith('only_') ? 'only' : null;
    if (!kind) return 'kind';
    const by = (role: string): OsmMember[] => r.members.filter((m) => m.role === role);
    const vias = by('via');
    if (vias.length === 0 || by('from').length === 0 || by('to').length === 0) return 'members';
    const except = (r.tags.except ?? '').split(';').filter(Boolean);
    const out: OsmRestriction[] = [];
    if (vias.every((m) => m.type === 'way')) {
      for (const found of this.#chains(by('from'), vias, by('to')))
        out.push({ relation: r.id, kind, except, ...found });
      return out.length === 0 ? 'not-joined' : out;
    }
    if (vias.length !== 1) return 'members';
    const via = this.#needed.get(vias[0]!.ref);
    if (!via || via.index < 0) return 'not-joined';
    for (const from of this.#at(by('from'), via.index, 'to'))
      for (const to of this.#at(by('to'), via.index, 'from'))
        out.push({ relation: r.id, kind, from, via: via.index, through: [], to, except });
    return out.length === 0 ? 'not-joined' : out;
  }

  /** At a barrier no road leads into another. */
  #barred(): OsmRestriction[] {
    const shut = new Map<number, number[]>();
    for (const need of this.#needed.values()) if (need.stops && need.index >= 0) shut.set(need.index, []);
    this.#roads.forEach((r, i) => {
      shut.get(r.from)?.push(i);
      if (r.to !== r.from) shut.get(r.to)?.push(i);
    });
    return [...shut].flatMap(([via, roads]) =>
      roads
        .filter((from) => this.#ends(from, 'to').includes(via))
        .flatMap((from) =>
          roads
            .filter((to) => to !== from && this.#ends(to, 'from').includes(via))
            .map((to): OsmRestriction => ({ relation: null, kind: 'no', from, via, through: [], to, except: [] })),
        ),
    );
  }

  /** The shortest drives from a road of `froms` over roads of the ways between to a road of `tos`. */
  #chains(
    froms: readonly OsmMember[],
    vias: readonly OsmMember[],
    tos: readonly OsmMember[],
  ): Pick<OsmRestriction, 'from' | 'via' | 'through' | 'to'>[] {
    const roadsOf = (ms: readonly OsmMember[]): number[] => ms.flatMap((m) => this.#roadsOfWay.get(m.ref) ?? []);
    const between = roadsOf(vias);
    const starts = new Set(between.flatMap((i) => [this.#roads[i]!.from, this.#roads[i]!.to]));
    return roadsOf(froms).flatMap((from) =>
      this.#ends(from, 'to')
        .filter((via) => starts.has(via))
        .flatMap((via) => {
          // breadth first: node, and the roads by which it was reached
          const seen = new Set([via]);
          let rim: { node: number; through: number[] }[] = [{ node: via, through: [] }];
          while (rim.length > 0) {
            rim = rim.flatMap(({ node, through }) =>
              between.flatMap((i) => this.#onward(i, node).map((on) => ({ node: on, through: [...through, i] }))),
            ).filter(({ node }) => !seen.has(node) && seen.add(node)); // prettier-ignore
            const found = rim.flatMap(({ node, through }) =>
              this.#at(tos, node, 'from').map((to) => ({ from, via, through, to })),
            );
            if (found.length > 0) return found;
          }
          return [];
        }),
    );
  }

  /** Nodes at which a road may be left (`to`) or entered (`from`). */
  #ends(road: number, end: 'from' | 'to'): number[] {
    const r = this.#roads[road]!;
    return r.oneway ? [r[end]] : [r.from, r.to];
  }
  /** Where a road leads from a node; nowhere when it may not be entered there. */
  #onward(road: number, node: number): number[] {
    const r = this.#roads[road]!;
    return this.#ends(road, 'from').includes(node) ? [node === r.from ? r.to : r.from] : [];
  }

  /** Roads of these ways that touch a node and may be driven towards it (`to`) or away from it (`from`). */
  #at(members: readonly OsmMember[], node: number, end: 'from' | 'to'): number[] {
    const other = end === 'to' ? 'from' : 'to';
    return members
      .filter((m) => m.type === 'way')
      .flatMap((m) => this.#roadsOfWay.get(m.ref) ?? [])
      .filter((i) => {
        const road = this.#roads[i]!;
        return road[end] === node || (!road.oneway && road[other] === node);
      });
  }
}

const isRestriction = (t: Tags): boolean =>
  t.type === 'restriction' || (t.type?.startsWith('restriction:') === true && t.restriction !== undefined);
