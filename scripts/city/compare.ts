import type { LngLat } from '#domain/city/rows.ts';
import type { CchEngine } from '#gis-data/roads/cch-engine.ts';
import type { Path, RouteMode } from '#gis-data/roads/engine.ts';
import { pathLine } from '#gis-data/roads/describe.ts';
import { headOf, metresBetween, tailOf } from '#gis-data/roads/graph.ts';
import type { Snap } from '#gis-data/roads/snap.ts';
import { readOsm } from '#gis-data/osm/read.ts';
import { barsCars, roadTags } from '#gis-data/osm/road-tags.ts';
import type { Costing, Excuse, Valhalla, ValhallaWay, Wish } from './valhalla.ts';

/**
 * Why an answer of ours is not Valhalla's. Its way is laid on our network, stretch by stretch, and priced with our weights; ours is laid
 * on its network and priced with its own: then it is told whether the two disagree about the map (which roads, directions and turns there
 * are), about speeds, or about which way is best.
 */
export type Kind =
  /** Within the tolerance. */
  | 'agree'
  /** Neither finds a way. */
  | 'none'
  /** The same way, or one that is as good by our weights: it has other speeds. */
  | 'same-way'
  | 'equal-way'
  /** It may take our way too, but by its own costs another one is better. */
  | 'its-costs'
  /** Our way passes roads that it keeps for who has business there: parking aisles, drive-throughs, private ones. */
  | 'not-through'
  /** By its own costs our way is better than the one that it told, and nothing else is known: its search passed over it. */
  | 'its-search'
  /** It begins or ends elsewhere, or on another side of a road. */
  | 'snapping'
  /** Its way takes a road that is not in our network, or not in that direction; the detail is the road. */
  | 'its-roads'
  /** It turns where we do not; the detail is how. */
  | 'its-turns'
  /** Our way takes a road or a turn that it does not let a car take; the detail is what forbids it. */
  | 'our-roads'
  /** It finds no way, and we do, over roads that it has. */
  | 'only-ours'
  /** By our own weights its way is better than ours: then ours is not the best one. */
  | 'contradiction';

/** Kinds that disagree about the map: of the others it may be asked who is right. */
export const OF_THE_MAP: readonly Kind[] = ['none', 'snapping', 'its-roads', 'its-turns', 'our-roads', 'not-through'];

export interface Comparison {
  readonly asked: number;
  readonly within: number;
  readonly kinds: Readonly<Partial<Record<Kind, number>>>;
  /** Of kinds with details: how often each. */
  readonly details: Readonly<Record<string, number>>;
  /** Ways of Valhalla's that our network has too, and how many of them cost at most 2 % more than ours by our weights. */
  readonly priced: number;
  readonly equal: number;
  readonly contradictions: readonly string[];
  /** Pairs that nothing explains, one by one. */
  readonly open: readonly string[];
  /** Milliseconds of each question. */
  readonly ourMs: readonly number[];
  readonly theirMs: readonly number[];
}

/** An answer may differ by so much and still be the same. */
const TOLERANCE = 0.02;
/** Below these a share says nothing: its lengths are whole metres. */
const LEAST: Record<RouteMode, number> = { shortest: 10, fastest: 3 };
const SNAP_M = 12;
const SAME_M = 0.5;
/** Its cost of a line that it follows and of one that it found are not rounded alike. */
const COST_SLACK = 0.005;
const EXCUSES = {
  ignore_access: 'access',
  ignore_oneways: 'one-way',
  ignore_restrictions: 'forbidden turn',
} as const satisfies Record<Excuse, string>;

interface Told {
  readonly kind: Kind;
  readonly detail?: string;
  /** By our weights its way is at most so much dearer than ours; null: it cannot be laid on our network. */
  readonly ratio: number | null;
}

/**
 * @param ways of the file ({@link osmWays}); null: causes have no details
 * @param mode `shortest`: metres are compared; `fastest`: seconds
 * @param costing for whom Valhalla is asked
 */
export async function compare(
  engine: CchEngine,
  valhalla: Valhalla,
  ways: OsmWays | null,
  pairs: readonly (readonly [Snap, Snap])[],
  mode: RouteMode,
  costing: Costing = 'auto',
): Promise<Comparison> {
  const judge = new Judge(engine, valhalla, ways, mode, costing);
  const kinds: Partial<Record<Kind, number>> = {};
  const details: Record<string, number> = {};
  const [contradictions, open]: [string[], string[]] = [[], []];
  const [ourMs, theirMs]: [number[], number[]] = [[], []];
  let [priced, equal] = [0, 0];
  for (const [i, [from, to]] of pairs.entries()) {
    let t = performance.now();
    const theirs = await valhalla.route(from.at, to.at, mode === 'shortest' ? 'shortest' : 'quickest', costing);
    theirMs.push(performance.now() - t);
    t = performance.now();
    const ours = engine.route(from, to, mode);
    ourMs.push(performance.now() - t);
    const { kind, detail, ratio } = await judge.of(ours, theirs, from, to);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (detail) details[`${kind}: ${detail}`] = (details[`${kind}: ${detail}`] ?? 0) + 1;
    if (ratio !== null) priced++;
    if (ratio !== null && ratio <= 1 + TOLERANCE) equal++;
    const figures = (): string =>
      `pair ${i}, ${mode}, ${from.at.map((x) => x.toFixed(6)).join(',')} to ${to.at.map((x) => x.toFixed(6)).join(',')}: ` +
      `ours ${ours ? figure(ours, mode).toFixed(1) : 'none'}, Valhalla's ${theirs ? figure(theirs, mode).toFixed(1) : 'none'}`;
    if (kind === 'contradiction') contradictions.push(`${figures()} is better by our weights`);
    else if (kind === 'only-ours' || (mode === 'shortest' && (kind === 'its-costs' || kind === 'its-search')))
      open.push(`${figures()} (${kind})`);
  }
  const within = (kinds.agree ?? 0) + (kinds.none ?? 0);
  return { asked: pairs.length, within, kinds, details, priced, equal, contradictions, open, ourMs, theirMs };
}

const figure = (way: { lengthM: number; timeS: number }, mode: RouteMode): number =>
  mode === 'shortest' ? way.lengthM : way.timeS;

/** What the ways of a file are for cars, by their number. */
export interface OsmWays {
  /** Why they are no roads of ours. */
  readonly leftOut: ReadonlyMap<number, string>;
  /** Roads that Valhalla keeps for who has business there: no way passes them that could do without. */
  readonly notThrough: ReadonlySet<number>;
  /** What stands in the way at a place (its key of {@link placeKey}) and is passed by ours: gates that nothing says are closed. */
  readonly barriers: ReadonlyMap<string, string>;
}
const placeKey = ([lng, lat]: LngLat): string => `${lng.toFixed(6)} ${lat.toFixed(6)}`;
/** Barriers that stop nobody. */
const OPEN_BARRIERS = new Set(['entrance', 'toll_booth', 'border_control', 'cattle_grid']);
const NOT_THROUGH = new Set(['driveway', 'parking_aisle', 'drive-through']);

export async function osmWays(file: string): Promise<OsmWays> {
  const leftOut = new Map<number, string>();
  const notThrough = new Set<number>();
  const barriers = new Map<string, string>();
  for await (const batch of readOsm(file))
    for (const e of batch) {
      const barrier = e.type === 'node' ? e.tags.barrier : undefined;
      if (e.type === 'node' && barrier && !OPEN_BARRIERS.has(barrier) && !barsCars(e.tags))
        barriers.set(placeKey([e.lng, e.lat]), barrier);
      const tags = e.type === 'way' ? roadTags(e.tags) : null;
      if (!tags) continue;
      if ('drop' in tags) leftOut.set(e.id, `${tags.drop}, highway=${e.tags.highway}`);
      else if (tags.access !== 'all' || NOT_THROUGH.has(e.tags.service ?? '')) notThrough.add(e.id);
    }
  return { leftOut, notThrough, barriers };
}

class Judge {
  readonly #engine: CchEngine;
  readonly #valhalla: Valhalla;
  readonly #ways: OsmWays | null;
  readonly #mode: RouteMode;
  readonly #wish: Wish;
  readonly #costing: Costing;
  readonly #onMap: OnMap;

  constructor(engine: CchEngine, valhalla: Valhalla, ways: OsmWays | null, mode: RouteMode, costing: Costing) {
    this.#costing = costing;
    this.#engine = engine;
    this.#valhalla = valhalla;
    this.#ways = ways;
    this.#mode = mode;
    this.#wish = mode === 'shortest' ? 'shortest' : 'quickest';
    this.#onMap = new OnMap(engine);
  }

  async of(ours: Path | null, theirs: ValhallaWay | null, from: Snap, to: Snap): Promise<Told> {
    if (!theirs) return ours ? { ...(await this.#ofOurs(ours, null)), ratio: null } : { kind: 'none', ratio: null };
    const mode = this.#mode;
    const laid = this.#onMap.lay(theirs.line, from, to);
    const cost = (arcs: readonly number[]): number => this.#onMap.cost(arcs, from, to, mode);
    const ratio = ours && Array.isArray(laid) ? cost(laid) / Math.max(1, cost(ours.arcs)) : null;
    const [a, b] = [ours ? figure(ours, mode) : Infinity, figure(theirs, mode)];
    if (Math.abs(a - b) <= Math.max(LEAST[mode], TOLERANCE * b)) return { kind: 'agree', ratio };
    if (laid === 'its-roads')
      return { kind: laid, ...(this.#ways ? { detail: await this.#roadOf(theirs, this.#ways.leftOut) } : {}), ratio };
    if (!Array.isArray(laid)) {
      const [kind, detail] = laid.split(': ') as [Kind, string | undefined];
      return { kind, ...(detail ? { detail } : {}), ratio };
    }
    if (!ours || ratio! < 1) return { kind: 'contradiction', ratio };
    if (laid.length === ours.arcs.length && laid.every((arc, i) => arc === ours.arcs[i]))
      return { kind: 'same-way', ratio };
    if (ratio! <= 1 + TOLERANCE) return { kind: 'equal-way', ratio };
    return { ...(await this.#ofOurs(ours, theirs)), ratio };
  }

  /** What Valhalla makes of our way. */
  async #ofOurs(ours: Path, theirs: ValhallaWay | null): Promise<{ kind: Kind; detail?: string }> {
    const line = pathLine(this.#engine.graph, ours);
    const costing = this.#costing;
    const priced = await this.#valhalla.price(line, this.#wish, { costing });
    const barrier = line.map((at) => this.#ways?.barriers.get(placeKey(at))).find((b) => b !== undefined);
    const past = barrier === undefined ? null : ({ kind: 'our-roads', detail: `past a barrier=${barrier}` } as const);
    if (priced) {
      if (!theirs) return past ?? { kind: 'only-ours' };
      if (priced.cost >= theirs.cost * (1 - COST_SLACK)) return { kind: 'its-costs' };
      // a walk along a line asks for no barriers, its search does
      if (past) return past;
      const ways = await this.#valhalla.waysAlong(line, costing);
      return { kind: ways.some((w) => this.#ways?.notThrough.has(w)) ? 'not-through' : 'its-search' };
    }
    for (const [excuse, detail] of Object.entries(EXCUSES))
      if (await this.#valhalla.price(line, this.#wish, { costing, excused: excuse as Excuse }))
        return { kind: 'our-roads', detail };
    return past ?? { kind: 'our-roads', detail: 'another' };
  }

  /** The first road of its way that is none of ours. */
  async #roadOf(theirs: ValhallaWay, leftOut: OsmWays['leftOut']): Promise<string> {
    const ways = await this.#valhalla.waysAlong(theirs.line, this.#costing);
    if (ways.length === 0) return 'not told';
    const way = ways.find((w) => leftOut.has(w));
    return way === undefined ? 'against a one-way or beyond the extract' : leftOut.get(way)!;
  }
}

type Unlaid = 'snapping' | 'its-roads' | 'its-turns: round' | 'its-turns: forbidden by a relation';

/** Lays a line of Valhalla on our network: both come from the same nodes of OpenStreetMap. */
class OnMap {
  readonly #engine: CchEngine;
  readonly #nodesAt = new Map<string, number[]>();

  constructor(engine: CchEngine) {
    this.#engine = engine;
    const g = engine.graph;
    for (let v = 0; v < g.nodeCount; v++) {
      const cell = key(g.nodeLng[v]! * 1e5, g.nodeLat[v]! * 1e5);
      const have = this.#nodesAt.get(cell);
      if (have) have.push(v);
      else this.#nodesAt.set(cell, [v]);
    }
  }

  cost(arcs: readonly number[], from: Snap, to: Snap, mode: RouteMode): number {
    return this.#engine.costOf({ arcs, from, to, lengthM: 0, timeS: 0 }, mode);
  }

  /** @returns its arcs of ours, the first and last included, or why that cannot be */
  lay(line: readonly LngLat[], from: Snap, to: Snap): number[] | Unlaid {
    if (metresBetween(line[0]!, from.at) > SNAP_M || metresBetween(line.at(-1)!, to.at) > SNAP_M) return 'snapping';
    const nodes = line.map((p) => this.#node(p));
    const first = nodes.findIndex((v) => v >= 0);
    const last = nodes.findLastIndex((v) => v >= 0);
    if (first < 0) return 'snapping';
    const begin = this.#arcOf(from.edge, (arc) => headOf(this.#engine.graph, arc) === nodes[first]);
    const end = this.#arcOf(to.edge, (arc) => tailOf(this.#engine.graph, arc) === nodes[last]);
    if (begin === null || end === null) return 'snapping';
    const arcs = [begin];
    for (let i = first; i < last;) {
      let j = i + 1;
      // a node told twice, the second time rounded otherwise
      while (nodes[j]! < 0 || (j < last && nodes[j] === nodes[i] && metresBetween(line[i]!, line[j]!) < SAME_M)) j++;
      if (nodes[j] === nodes[i] && metresBetween(line[i]!, line[j]!) < SAME_M) break;
      const arc = this.#arcAlong(nodes[i]!, nodes[j]!, line.slice(i, j + 1));
      if (arc === null) return 'its-roads';
      arcs.push(arc);
      i = j;
    }
    arcs.push(end);
    if (this.#engine.mayDrive(arcs)) return arcs;
    return arcs.some((arc, i) => i > 0 && arc === (arcs[i - 1]! ^ 1))
      ? 'its-turns: round'
      : 'its-turns: forbidden by a relation';
  }

  /** The nearest node that a point can be; -1: none. */
  #node(at: LngLat): number {
    const g = this.#engine.graph;
    let best = -1;
    let bestM = SAME_M;
    // either side may have cut a digit off
    for (const dx of [0, -1, 1])
      for (const dy of [0, -1, 1])
        for (const v of this.#nodesAt.get(key(at[0] * 1e5 + dx, at[1] * 1e5 + dy)) ?? []) {
          const m = metresBetween([g.nodeLng[v]!, g.nodeLat[v]!], at);
          if (m < bestM) [best, bestM] = [v, m];
        }
    return best;
  }

  #arcOf(edge: number, holds: (arc: number) => boolean): number | null {
    const g = this.#engine.graph;
    return [2 * edge, 2 * edge + 1].find((arc) => !(arc & 1 && g.edgeOneway[edge]) && holds(arc)) ?? null;
  }

  /** Of the arcs between two nodes the one as long as the line. */
  #arcAlong(from: number, to: number, line: readonly LngLat[]): number | null {
    const g = this.#engine.graph;
    let long = 0;
    for (let i = 1; i < line.length; i++) long += metresBetween(line[i - 1]!, line[i]!);
    let best: number | null = null;
    let bestOff = Math.max(3, long * 0.02);
    for (let i = g.outStart[from]!; i < g.outStart[from + 1]!; i++) {
      const arc = g.outArcs[i]!;
      const off = Math.abs(g.edgeLengthM[arc >> 1]! - long);
      if (headOf(g, arc) === to && off < bestOff) [best, bestOff] = [arc, off];
    }
    return best;
  }
}
const key = (x: number, y: number): string => `${Math.round(x)} ${Math.round(y)}`;
