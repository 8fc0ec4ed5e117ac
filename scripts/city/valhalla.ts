import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Actor as ValhallaActor } from '@valhallajs/valhallajs';
import type { LngLat } from '#domain/city/rows.ts';
import { convertToPbf } from './to-pbf.ts';

/** What Valhalla is asked with: its own preferences, or what is asked of a comparison by metres alone. */
export type Wish = 'quickest' | 'shortest';
/** Rules that a walk along a line may be excused from, to learn which one forbids it. */
export type Excuse = 'ignore_access' | 'ignore_oneways' | 'ignore_restrictions';

/** Valhalla as the second opinion: its own tiles from the same OpenStreetMap file, in a folder that goes when it is closed. */
export interface Valhalla {
  readonly buildMs: number;
  /** What another process opens the same tiles with, until it is closed. */
  readonly configFile: string;
  /** Megabytes of its tiles. */
  readonly tilesMb: number;
  /** @returns null when it finds no way */
  route(from: LngLat, to: LngLat, wish: Wish, costing?: Costing): Promise<ValhallaWay | null>;
  /** What it makes of a line that follows its roads. @returns null when a car (or who is asked for) may not take it, but for what is excused */
  price(
    line: readonly LngLat[],
    wish: Wish,
    how?: { excused?: Excuse; costing?: Costing },
  ): Promise<Omit<ValhallaWay, 'line'> | null>;
  /** Numbers of the OpenStreetMap ways along a line that it told; none where it cannot follow it itself. */
  waysAlong(line: readonly LngLat[], costing?: Costing): Promise<readonly number[]>;
  /** The way (its number) that each position of a track lies on; null: on none. @param accuracyM by which positions are usually wrong */
  match(track: readonly LngLat[], accuracyM: number): Promise<readonly (number | null)[]>;
  /** Asks for the area within so many minutes; what it looks like is not told. */
  reach(from: LngLat, minutes: number): Promise<void>;
  /** Seconds from each place to each, rows by the first; null: it finds no way. */
  matrix(from: readonly LngLat[], to: readonly LngLat[]): Promise<readonly (readonly (number | null)[])[]>;
  close(): Promise<void>;
}
/** Who goes: a car where it is left out. */
export type Costing = 'auto' | 'pedestrian';
export interface ValhallaWay {
  readonly lengthM: number;
  readonly timeS: number;
  /** What its search made least. */
  readonly cost: number;
  readonly line: readonly LngLat[];
}

/** "No path could be found", and ends in places that no way joins. */
const NO_WAY = /\b(442|170|171)\b|No path|unconnected|No suitable edges/i;
/** "exact route match algorithm failed to find path" */
const NO_WALK = /44[35]|exact route match/i;
/** A search of this length may leave no road out. */
const ANY_M = 10_000_000;
/** Nothing counts but metres. */
const METRES = {
  shortest: true,
  maneuver_penalty: 0,
  gate_cost: 0,
  gate_penalty: 0,
  private_access_penalty: 0,
  destination_only_penalty: 0,
  country_crossing_cost: 0,
  country_crossing_penalty: 0,
  toll_booth_cost: 0,
  toll_booth_penalty: 0,
  service_penalty: 0,
  service_factor: 1,
  alley_factor: 1,
} as const;
/** It keeps off hard paths unless told; ours are walked as far as T2. */
const HIKING = 2;
const COSTING: Readonly<Record<Costing, Readonly<Record<Wish, object>>>> = {
  auto: { quickest: {}, shortest: METRES },
  pedestrian: { quickest: { max_hiking_difficulty: HIKING }, shortest: { ...METRES, max_hiking_difficulty: HIKING } },
};
/** A search that leaves no road out. Only of a search: asked of a walk along a line it ends the process. */
const WHOLE = { disable_hierarchy_pruning: true } as const;

/**
 * @param file any OpenStreetMap file
 * @throws with a sentence when the package is not there or the file cannot be read
 */
export async function openValhalla(file: string): Promise<Valhalla> {
  const { Actor, getConfig } = await import('@valhallajs/valhallajs');
  const dir = await mkdtemp(join(tmpdir(), 'watchfloor-valhalla-'));
  const began = performance.now();
  try {
    const pbf = file.endsWith('.pbf') ? resolve(file) : join(dir, 'city.osm.pbf');
    if (!file.endsWith('.pbf')) await convertToPbf(file, pbf);
    const config = (await getConfig({ tileDir: join(dir, 'tiles') })) as Record<
      'mjolnir' | 'service_limits' | 'thor',
      Record<string, unknown>
    >;
    delete config.mjolnir.tile_extract;
    config.service_limits.max_distance_disable_hierarchy_culling = ANY_M;
    // the other one leaves pairs without a time, or takes ten times as long and gigabytes
    config.thor.source_to_target_algorithm = 'timedistancematrix';
    const configFile = join(dir, 'config.json');
    await writeFile(configFile, JSON.stringify(config));
    const root = dirname(createRequire(import.meta.url).resolve('@valhallajs/valhallajs'));
    const build = join(root, process.platform, process.arch, 'valhalla_build_tiles');
    // it leaves lists of what it found in the folder that it runs in
    await promisify(execFile)(build, ['-j', '1', '-c', configFile, pbf], {
      cwd: dir,
      maxBuffer: 2 ** 26,
    });
    const actor = new Actor(config);
    return {
      buildMs: Math.round(performance.now() - began),
      configFile,
      tilesMb: await megabytesIn(join(dir, 'tiles')),
      route: (from, to, wish, costing = 'auto') => ask(actor, from, to, wish, costing),
      price: (line, wish, { excused, costing = 'auto' } = {}) => follow(actor, line, { wish, excused, costing }),
      waysAlong: (line, costing = 'auto') => waysOf(actor, line, costing),
      match: (track, accuracyM) => match(actor, track, accuracyM),
      reach: async ([lon, lat], minutes) => {
        await actor.isochrone({
          locations: [{ lon, lat }],
          costing: 'auto',
          contours: [{ time: minutes }],
          polygons: true,
        });
      },
      matrix: (from, to) => matrix(actor, from, to),
      close: () => rm(dir, { recursive: true, force: true }),
    };
  } catch (e) {
    await rm(dir, { recursive: true, force: true });
    throw e;
  }
}

/** A place that lies on its road: nothing else is meant by it. */
const place = ([lon, lat]: LngLat): object => ({
  lon,
  lat,
  radius: 0,
  node_snap_tolerance: 0,
  minimum_reachability: 0,
});
const shapeOf = (line: readonly LngLat[]): object[] => line.map(([lon, lat]) => ({ lon, lat }));
interface Trip {
  readonly trip: {
    readonly summary: { time: number; length: number; cost: number };
    readonly legs: readonly { shape: string }[];
  };
}
const wayOf = ({ trip: { summary, legs } }: Trip): ValhallaWay => ({
  lengthM: summary.length * 1000,
  timeS: summary.time,
  cost: summary.cost,
  line: legs.flatMap((leg) => decode(leg.shape)),
});

async function ask(
  actor: ValhallaActor,
  from: LngLat,
  to: LngLat,
  wish: Wish,
  costing: Costing,
): Promise<ValhallaWay | null> {
  try {
    const answer = await actor.route({
      locations: [place(from), place(to)],
      costing,
      costing_options: { [costing]: { ...COSTING[costing][wish], ...WHOLE } },
      directions_type: 'none',
      units: 'kilometers',
    });
    return wayOf(answer as Trip);
  } catch (e) {
    if (NO_WAY.test((e as Error).message)) return null;
    throw e;
  }
}

async function matrix(
  actor: ValhallaActor,
  from: readonly LngLat[],
  to: readonly LngLat[],
): Promise<readonly (readonly (number | null)[])[]> {
  try {
    const answer = (await actor.matrix({
      sources: from.map(place),
      targets: to.map(place),
      costing: 'auto',
      costing_options: { auto: WHOLE },
      verbose: false,
    })) as { sources_to_targets: { durations: (number | null)[][] } };
    return answer.sources_to_targets.durations;
  } catch (e) {
    // not one pair has a way
    if (NO_WAY.test((e as Error).message)) return from.map(() => to.map(() => null));
    throw e;
  }
}

/** Megabytes of the files in a folder and below. */
async function megabytesIn(dir: string): Promise<number> {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((f) => f.isFile());
  const sizes = await Promise.all(files.map(async (f) => (await stat(join(f.parentPath, f.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
}

async function follow(
  actor: ValhallaActor,
  line: readonly LngLat[],
  { wish, excused, costing }: { wish: Wish; excused: Excuse | undefined; costing: Costing },
): Promise<ValhallaWay | null> {
  try {
    const answer = await actor.traceRoute({
      shape: shapeOf(line),
      costing,
      costing_options: { [costing]: { ...COSTING[costing][wish], ...(excused ? { [excused]: true } : {}) } },
      shape_match: 'edge_walk',
      directions_type: 'none',
      units: 'kilometers',
    });
    return wayOf(answer as Trip);
  } catch (e) {
    if (NO_WALK.test((e as Error).message)) return null;
    throw e;
  }
}

interface Traced {
  readonly edges: readonly { way_id: number }[];
  readonly matched_points?: readonly { edge_index?: number; type: string }[];
}
async function waysOf(actor: ValhallaActor, line: readonly LngLat[], costing: Costing): Promise<readonly number[]> {
  try {
    const answer = (await actor.traceAttributes({
      shape: shapeOf(line),
      costing,
      shape_match: 'edge_walk',
      filters: { attributes: ['edge.way_id'], action: 'include' },
    })) as Traced;
    return answer.edges.map((e) => e.way_id);
  } catch (e) {
    if (NO_WALK.test((e as Error).message)) return [];
    throw e;
  }
}

async function match(
  actor: ValhallaActor,
  track: readonly LngLat[],
  accuracyM: number,
): Promise<readonly (number | null)[]> {
  try {
    const { edges, matched_points } = (await actor.traceAttributes({
      shape: shapeOf(track),
      costing: 'auto',
      shape_match: 'map_snap',
      trace_options: { gps_accuracy: accuracyM },
      filters: { attributes: ['edge.way_id', 'matched.edge_index', 'matched.type'], action: 'include' },
    })) as Traced;
    return track.map((_, i) => {
      const m = matched_points?.[i];
      return m?.type === 'unmatched' || m?.edge_index === undefined ? null : (edges[m.edge_index]?.way_id ?? null);
    });
  } catch (e) {
    // "map match algorithm failed to find path"
    if (/44[2345]|failed to find/i.test((e as Error).message)) return track.map(() => null);
    throw e;
  }
}

/** A line of Google's encoded polyline format with six decimals. */
export function decode(text: string): LngLat[] {
  const out: LngLat[] = [];
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      const b = text.charCodeAt(at++) - 63;
      value |= (b & 31) << shift;
      if (b < 32) return value & 1 ? ~(value >> 1) : value >> 1;
    }
  };
  for (let [lat, lng] = [0, 0]; at < text.length;) {
    lat += next();
    lng += next();
    out.push([lng / 1e6, lat / 1e6]);
  }
  return out;
}
