import type { RouteReason } from '#domain/incidents/rows.ts';
import type { LngLat } from '#store/gis.ts';
import type { Path, RoadEngine } from './engine.ts';
import { arcLine, metresBetween, type RoadGraph } from './graph.ts';

/** What a path looks like to people: its line, the roads it takes, and why the quickest is not the shortest. */

export interface DescribedPath {
  readonly line: LngLat[];
  readonly lengthM: number;
  readonly timeS: number;
  /** Named roads in order, each once in a row; [Chinese, English]. */
  readonly via: { readonly name: string; readonly nameEn: string | null }[];
}

const same = (a: LngLat, b: LngLat): boolean => a[0] === b[0] && a[1] === b[1];

/** The points of a path from its exact beginning to its exact end. */
export function pathLine(g: RoadGraph, path: Path): LngLat[] {
  const out: LngLat[] = [path.from.at];
  const push = (p: LngLat): void => {
    if (!same(p, out.at(-1)!)) out.push(p);
  };
  path.arcs.forEach((arc, i) => {
    const whole = g.edgeLengthM[arc >> 1]!;
    const back = (arc & 1) === 1;
    const along = (m: number): number => (back ? whole - m : m);
    const begin = i === 0 ? along(path.from.alongM) : 0;
    const end = i === path.arcs.length - 1 ? along(path.to.alongM) : whole;
    const line = arcLine(g, arc);
    let total = 0;
    for (let k = 1; k < line.length; k++) total += metresBetween(line[k - 1]!, line[k]!);
    const scale = total > 0 ? whole / total : 0;
    let at = 0;
    for (let k = 0; k < line.length; k++) {
      if (k > 0) at += metresBetween(line[k - 1]!, line[k]!) * scale;
      if (at > begin + 0.01 && at < end - 0.01) push(line[k]!);
      else if (k === line.length - 1 && i < path.arcs.length - 1) push(line[k]!);
    }
  });
  push(path.to.at);
  if (out.length === 1) out.push(path.to.at);
  return out;
}

/** Metres that a path drives of its i-th arc: the first and the last one in part. */
export function drivenM(g: RoadGraph, path: Path, i: number): number {
  const arc = path.arcs[i]!;
  const whole = g.edgeLengthM[arc >> 1]!;
  const along = (m: number): number => (arc & 1 ? whole - m : m);
  const begin = i === 0 ? along(path.from.alongM) : 0;
  const end = i === path.arcs.length - 1 ? along(path.to.alongM) : whole;
  return Math.max(0, end - begin);
}

/** A stretch shorter than this does not name a road in the list. */
const WORTH_NAMING_M = 60;

export function describe(engine: RoadEngine, path: Path): DescribedPath {
  const g = engine.graph;
  const via: { name: string; nameEn: string | null; lengthM: number }[] = [];
  path.arcs.forEach((arc, i) => {
    const e = arc >> 1;
    const name = g.edgeName[e];
    if (!name) return;
    const lengthM = drivenM(g, path, i);
    const last = via.at(-1);
    if (last?.name === name) last.lengthM += lengthM;
    else via.push({ name, nameEn: g.edgeNameEn[e]!, lengthM });
  });
  const long = via.filter((v) => v.lengthM >= WORTH_NAMING_M);
  const named = (long.length > 0 ? long : via).filter((v, i, all) => all[i - 1]?.name !== v.name);
  return {
    line: pathLine(g, path),
    lengthM: path.lengthM,
    timeS: path.timeS,
    via: named.map(({ name, nameEn }) => ({ name, nameEn })),
  };
}

const CLASS_ORDER = ['lane', 'residential', 'link', 'tertiary', 'secondary', 'primary', 'expressway', 'motorway'];
/** Below these a difference is not worth a word. */
const LOSS_S = 15;
const LOSS_SHARE = 0.08;

const arcsEqual = (a: Path, b: Path): boolean =>
  a.arcs.length === b.arcs.length && a.arcs.every((arc, i) => arc === b.arcs[i]);

/**
 * Why the fastest path is not the shortest one, the weightiest reason first.
 * @param onFoot both are walked
 */
export function whyDifferent(engine: RoadEngine, shortest: Path, fastest: Path, onFoot = false): RouteReason[] {
  if (arcsEqual(shortest, fastest)) return [{ code: 'same' }];
  const g = engine.graph;
  const out: RouteReason[] = [];
  // the ends may lie on closed edges
  const closed = shortest.arcs.slice(1, -1).filter((arc) => engine.isClosed(arc));
  if (closed.length > 0) out.push({ code: 'closed', road: g.edgeName[closed[0]! >> 1] ?? null, count: closed.length });
  let lossS = 0;
  let worst = -1;
  let worstS = 0;
  let freeS = 0;
  shortest.arcs.forEach((arc, i) => {
    const e = arc >> 1;
    const share = g.edgeLengthM[e]! === 0 ? 1 : drivenM(g, shortest, i) / g.edgeLengthM[e]!;
    const loss = share * (engine.edgeTimeS(e) - engine.edgeTimeS(e, true));
    freeS += share * engine.edgeTimeS(e, true);
    lossS += loss;
    if (loss > worstS) [worst, worstS] = [e, loss];
  });
  if (lossS >= LOSS_S && lossS >= freeS * LOSS_SHARE)
    out.push({ code: 'slow', road: worst >= 0 ? (g.edgeName[worst] ?? null) : null, lossS: Math.round(lossS) });
  const savedS = Math.round(shortest.timeS - fastest.timeS);
  if (savedS > 0 || out.length === 0) {
    const longerM = Math.round(fastest.lengthM - shortest.lengthM);
    const gain = { savedS: Math.max(0, savedS), longerM };
    out.push(onFoot ? { code: 'easier', ...gain } : { code: 'class', road: fastRoad(engine, fastest), ...gain });
  }
  return out;
}

/** Name of the best class of road that a path takes, on its longest stretch. */
function fastRoad(engine: RoadEngine, path: Path): string | null {
  const g = engine.graph;
  const metres = new Map<string, { rank: number; m: number }>();
  for (const arc of path.arcs) {
    const e = arc >> 1;
    const name = g.edgeName[e];
    if (!name) continue;
    const rank = CLASS_ORDER.indexOf(g.edgeClass[e]!);
    const have = metres.get(name);
    metres.set(name, { rank: Math.max(rank, have?.rank ?? -1), m: (have?.m ?? 0) + g.edgeLengthM[e]! });
  }
  let best: [string, { rank: number; m: number }] | null = null;
  for (const entry of metres)
    if (!best || entry[1].rank > best[1].rank || (entry[1].rank === best[1].rank && entry[1].m > best[1].m))
      best = entry;
  return best?.[0] ?? null;
}
