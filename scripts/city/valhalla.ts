import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Actor as ValhallaActor } from '@valhallajs/valhallajs';
import type { LngLat } from '#domain/city/rows.ts';

/** Valhalla as the second opinion: its own tiles from the same OpenStreetMap file, in a folder that goes when it is closed. */
export interface Valhalla {
  readonly buildMs: number;
  /** @returns null when it finds no way */
  route(from: LngLat, to: LngLat, shortest: boolean, costing?: Costing): Promise<ValhallaWay | null>;
  /** Asks for the area within so many minutes; what it looks like is not told. */
  reach(from: LngLat, minutes: number): Promise<void>;
  /** Whether a car, or whoever is asked for, may follow this line from one of its roads to the next. */
  mayDrive(line: readonly LngLat[], costing?: Costing): Promise<boolean>;
  close(): Promise<void>;
}
/** Who goes: a car where it is left out. */
export type Costing = 'auto' | 'pedestrian';
export interface ValhallaWay {
  readonly lengthM: number;
  readonly timeS: number;
  readonly line: readonly LngLat[];
}

/** "No path could be found", and ends in places that no way joins. */
const NO_WAY = /\b(442|170|171)\b|No path|unconnected|No suitable edges/i;

/** @throws with a sentence when the package is not there or takes no such file */
export async function openValhalla(file: string): Promise<Valhalla> {
  if (!file.endsWith('.pbf')) throw new TypeError('Valhalla reads .osm.pbf files only');
  const { Actor, getConfig } = await import('@valhallajs/valhallajs');
  const dir = await mkdtemp(join(tmpdir(), 'watchfloor-valhalla-'));
  const began = performance.now();
  try {
    const config = (await getConfig({ tileDir: join(dir, 'tiles') })) as { mjolnir: Record<string, unknown> };
    delete config.mjolnir.tile_extract;
    await writeFile(join(dir, 'config.json'), JSON.stringify(config));
    const root = dirname(createRequire(import.meta.url).resolve('@valhallajs/valhallajs'));
    const build = join(root, process.platform, process.arch, 'valhalla_build_tiles');
    await promisify(execFile)(build, ['-j', '1', '-c', join(dir, 'config.json'), file], { maxBuffer: 2 ** 26 });
    const actor = new Actor(config);
    return {
      buildMs: Math.round(performance.now() - began),
      route: (from, to, shortest, costing = 'auto') => ask(actor, from, to, shortest, costing),
      reach: async ([lon, lat], minutes) => {
        await actor.isochrone({
          locations: [{ lon, lat }],
          costing: 'auto',
          contours: [{ time: minutes }],
          polygons: true,
        });
      },
      mayDrive: (line, costing = 'auto') => follow(actor, line, costing),
      close: () => rm(dir, { recursive: true, force: true }),
    };
  } catch (e) {
    await rm(dir, { recursive: true, force: true });
    throw e;
  }
}

/** It keeps off hard paths unless told; ours are walked as far as T2. */
const HIKING = 2;

async function ask(
  actor: ValhallaActor,
  from: LngLat,
  to: LngLat,
  shortest: boolean,
  costing: Costing,
): Promise<ValhallaWay | null> {
  try {
    const { trip } = (await actor.route({
      locations: [from, to].map(([lon, lat]) => ({ lon, lat, radius: 5 })),
      costing,
      costing_options: { auto: { shortest }, pedestrian: { shortest, max_hiking_difficulty: HIKING } },
      directions_type: 'none',
      units: 'kilometers',
    })) as { trip: { summary: { time: number; length: number }; legs: { shape: string }[] } };
    return {
      lengthM: trip.summary.length * 1000,
      timeS: trip.summary.time,
      line: trip.legs.flatMap((leg) => decode(leg.shape)),
    };
  } catch (e) {
    if (NO_WAY.test((e as Error).message)) return null;
    throw e;
  }
}

async function follow(actor: ValhallaActor, line: readonly LngLat[], costing: Costing): Promise<boolean> {
  try {
    await actor.traceRoute({
      shape: line.map(([lon, lat]) => ({ lon, lat })),
      costing,
      shape_match: 'edge_walk',
      directions_type: 'none',
    });
    return true;
  } catch (e) {
    // "exact route match algorithm failed to find path"
    if (/44[35]|exact route match/i.test((e as Error).message)) return false;
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
