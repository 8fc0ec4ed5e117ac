import type { Camera, CameraState } from '#domain/cameras/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { mix, rgb, type ColourName } from '../colours.ts';
import { collection, type Collection, type Feature } from '../geo.ts';
import { markSet, type MarkInput, type MarkSet } from '../marks.ts';

export const CAMERA_COLOUR: Readonly<Record<CameraState, ColourName>> = {
  live: 'ink-2',
  slow: 'behind',
  dead: 'bad',
  unknown: 'unknown',
};

/** By id; of one that is named twice the later. */
export const camerasById = (cameras: Iterable<Camera>): ReadonlyMap<string, Camera> =>
  new Map([...cameras].map((c) => [c.id, c]));
export const idsOf = (cameras: Iterable<Camera>): ReadonlySet<string> => new Set([...cameras].map((c) => c.id));

/** Cameras with the arrow of their direction; the dead have another sign, so that colour says nothing alone. */
export function cameraMarks(cameras: Iterable<Camera>, chosen: string | null, open: ReadonlySet<string>): MarkSet {
  const marks: MarkInput[] = [];
  for (const c of cameras) {
    const colour = rgb(CAMERA_COLOUR[c.health.state]);
    const lit = c.id === chosen || open.has(c.id);
    marks.push({
      id: c.id,
      at: c.at,
      radius: lit ? 11 : 8.5,
      fill: [...(lit ? mix(rgb('ground'), rgb('accent'), 0.25) : rgb('ground')), 235],
      line: lit ? [...rgb('accent'), 255] : [...colour, 255],
      icon: c.health.state === 'dead' ? 'camera-dead' : 'camera',
      ink: lit ? [...rgb('ink'), 255] : [...colour, 255],
      heading: c.bearing,
    });
  }
  return markSet(marks);
}

/** Length of a wedge on the ground, metres: it says where a camera looks, not how far it sees. */
const WEDGE_M = 70;
const STEP_DEG = 8;
const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** What a camera has in view, as a sector; one whose angle nobody knows gets a narrow one. */
export function wedge([lng, lat]: LngLat, bearing: number, fov: number, radiusM = WEDGE_M): LngLat[] {
  const dLat = radiusM / EARTH_M / RAD;
  const dLng = dLat / Math.max(0.01, Math.cos(lat * RAD));
  const steps = Math.max(2, Math.ceil(fov / STEP_DEG));
  const rim = Array.from({ length: steps + 1 }, (_, i): LngLat => {
    const a = (bearing - fov / 2 + (fov * i) / steps) * RAD;
    return [lng + dLng * Math.sin(a), lat + dLat * Math.cos(a)];
  });
  return [[lng, lat], ...rim, [lng, lat]];
}

const UNKNOWN_FOV = 30;

/** Wedges of those that have a picture. */
export function cameraWedges(cameras: Iterable<Camera>, open: ReadonlySet<string>): Collection<{ open: boolean }> {
  const features: Feature<{ open: boolean }>[] = [];
  for (const c of cameras)
    if (c.bearing !== null && c.health.state !== 'dead')
      features.push({
        type: 'Feature',
        properties: { open: open.has(c.id) },
        geometry: { type: 'Polygon', coordinates: [wedge(c.at, c.bearing, c.fov ?? UNKNOWN_FOV)] },
      });
  return collection(features);
}
