import type { Tags } from './element.ts';
import { namesOfWay, roadTags, type Oneway } from './road-tags.ts';

/**
 * What tags say about walking (https://wiki.openstreetmap.org/wiki/Key:foot, Key:access, Key:sidewalk, Tag:highway=crossing). Pure.
 */
export type FootKind =
  | 'footway'
  | 'pedestrian'
  | 'path'
  | 'steps'
  | 'cycleway'
  | 'bridleway'
  | 'track'
  | 'platform'
  /** A street that no car may use. */
  | 'road';

const KINDS: Readonly<Record<string, FootKind>> = {
  footway: 'footway',
  corridor: 'footway',
  pedestrian: 'pedestrian',
  path: 'path',
  steps: 'steps',
  cycleway: 'cycleway',
  bridleway: 'bridleway',
  track: 'track',
  platform: 'platform',
};
/** Who walks there is told by a tag of its own, or nobody does. */
const ONLY_WHEN_SAID = new Set(['cycleway', 'bridleway', 'motorway', 'motorway_link', 'trunk', 'trunk_link']);
/** Which of them have pavements beside the cars, where a tag says so. */
const WITH_PAVEMENT = new Set(['trunk', 'trunk_link']);

export interface FootTags {
  readonly kind: FootKind;
  /** Moving stairs, and the few ways that are one-way for walkers too. */
  readonly oneway: Oneway;
  /** How long the way itself makes wait where it meets a road, seconds. */
  readonly waitS: number;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  readonly name: string | null;
  readonly nameEn: string | null;
}
/** Why a way with a highway tag is nothing to walk on. */
export type FootDrop =
  /** Not tagged as a way that walkers use, or not said that they may. */
  | 'not-for-walkers'
  /** Only for who belongs there. */
  | 'private'
  /** Closed to walkers, or to everybody. */
  | 'closed'
  /** Hands are needed. */
  | 'too-steep';

const MAY = new Set(['yes', 'designated', 'permissive', 'official', 'public', 'destination', 'customers']);
const PRIVATE = new Set(['private', 'permit', 'residents', 'employees', 'staff', 'delivery', 'military', 'restricted']);
const CLOSED = new Set(['no', 'use_sidepath', 'agricultural', 'forestry', 'bus', 'psv', 'emergency']);
const STEEP = new Set(['demanding_mountain_hiking', 'alpine_hiking', 'demanding_alpine_hiking', 'difficult_alpine_hiking']); // prettier-ignore
const PAVED = new Set(['both', 'left', 'right', 'yes', 'separate']);

/** Whether somebody on foot may go along a way of this kind: null, or why not. */
export function walkRefused(t: Tags): FootDrop | null {
  // the most particular tag decides; a value that nobody knows says nothing
  for (const said of [t.foot, t.access]) {
    if (said === undefined) continue;
    if (PRIVATE.has(said)) return 'private';
    if (CLOSED.has(said)) return 'closed';
    if (MAY.has(said)) break;
  }
  if (STEEP.has(t.sac_scale ?? '')) return 'too-steep';
  const said = MAY.has(t.foot ?? '');
  const pavement = WITH_PAVEMENT.has(t.highway ?? '') && [t.sidewalk, t['sidewalk:both'], t['sidewalk:left'], t['sidewalk:right']].some((s) => PAVED.has(s ?? '')); // prettier-ignore
  if (t.motorroad === 'yes' && !said) return 'closed';
  return ONLY_WHEN_SAID.has(t.highway ?? '') && !said && !pavement ? 'not-for-walkers' : null;
}

/**
 * A way that walkers use and cars do not.
 * @returns null when the way is no highway at all, or a road of cars ({@link walkRefused} tells whether it is walked too)
 */
export function footTags(t: Tags): FootTags | { drop: FootDrop } | null {
  const road = roadTags(t);
  if (road === null || !('drop' in road)) return null;
  const kind = KINDS[t.highway!] ?? (road.drop === 'closed' || road.drop === 'reversible' ? 'road' : null);
  if (kind === null) return { drop: 'not-for-walkers' };
  const drop = walkRefused(t);
  if (drop !== null) return { drop };
  return {
    kind,
    oneway: onewayOf(t),
    waitS: isCrossing(t) ? waitOf(t.crossing) : 0,
    bridge: t.bridge !== undefined && t.bridge !== 'no',
    tunnel: t.tunnel !== undefined && t.tunnel !== 'no',
    ...namesOfWay(t),
  };
}

function onewayOf(t: Tags): Oneway {
  const said = t['oneway:foot'];
  if (said === 'yes' || t['foot:backward'] === 'no' || t.conveying === 'forward') return 'forward';
  if (said === '-1' || t['foot:forward'] === 'no' || t.conveying === 'backward') return 'backward';
  return 'both';
}

const isCrossing = (t: Tags): boolean => [t.footway, t.path, t.cycleway].includes('crossing');

/** Mean seconds until one may cross: half a red light, a look, a lift that comes and goes. */
const SIGNALS_S = 20;
const LOOK_S = 4;
const LIFT_S = 40;
const waitOf = (crossing: string | undefined): number =>
  crossing === 'no' ? 0 : crossing?.includes('traffic_signals') === true ? SIGNALS_S : LOOK_S;

/** Seconds that a node makes wait who comes to a road there by a way for walkers. */
export function nodeWaitS(t: Tags): number {
  if (t.highway === 'elevator') return LIFT_S;
  if (t.highway?.includes('traffic_signals') === true) return SIGNALS_S;
  return t.highway?.includes('crossing') === true || t.crossing !== undefined ? waitOf(t.crossing) : 0;
}

/** What stands in the way as a wall does, unless a tag says that walkers pass. */
const WALLS = new Set([
  'wall',
  'fence',
  'hedge',
  'retaining_wall',
  'city_wall',
  'ditch',
  'jersey_barrier',
  'guard_rail',
]);

/** Whether nobody on foot passes a node. */
export function barsWalkers(t: Tags): boolean {
  if (t.barrier === undefined) return false;
  const said = t.foot ?? t.access;
  if (said !== undefined && MAY.has(said)) return false;
  return said !== undefined && (PRIVATE.has(said) || CLOSED.has(said)) ? true : WALLS.has(t.barrier);
}
