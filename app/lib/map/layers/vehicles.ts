import { CITY_LANES, type VehicleKind, type VehicleSignal, type VehicleState } from '#domain/city/rows.ts';
import { vehiclePresence } from '#domain/city/view.ts';
import type { Instant } from '#domain/time.ts';
import { mix, rgb, type ColourName, type Rgb } from '../colours.ts';
import { markSet, type MarkInput, type MarkSet } from '../marks.ts';

export const VEHICLE_LANE = CITY_LANES.vehicles;

/** Colour of a state; a filled disc is a vehicle at work, a ring one that is free or on its way home. */
export const VEHICLE_LOOK: Record<VehicleState, { colour: ColourName; filled: boolean }> = {
  available: { colour: 'good', filled: false },
  assigned: { colour: 'wrap', filled: false },
  en_route: { colour: 'wrap', filled: true },
  on_scene: { colour: 'talking', filled: true },
  returning: { colour: 'break', filled: false },
  unavailable: { colour: 'unknown', filled: false },
};
/** Picture in the atlas per kind of vehicle. */
export const VEHICLE_ICON: Record<VehicleKind, string> = {
  rescue: 'vehicle-rescue',
  fire: 'vehicle-fire',
  ambulance: 'vehicle-ambulance',
  police: 'vehicle-police',
  urbanManagement: 'vehicle-urban',
  repair: 'vehicle-repair',
  sanitation: 'vehicle-sanitation',
  supply: 'vehicle-supply',
  command: 'vehicle-command',
  other: 'vehicle-other',
};

const RADIUS = 10;
/** Below this speed a heading means nothing. */
const STANDING_KMH = 2;

export interface VehicleValue {
  readonly at: Instant;
  readonly body: VehicleSignal;
}

/**
 * Vehicles as marks: fresh ones in full colour, stale ones (2 min) faded, unknown (10 min) and offline ones as hollow rings where
 * they were last seen.
 * @param now by the server's clock; @param chosen id drawn larger with a white ring
 * @returns the marks, and when each position was measured
 */
export function vehicleMarks(
  values: ReadonlyMap<string, VehicleValue>,
  now: Instant,
  chosen: string | null = null,
): { marks: MarkSet; ats: readonly Instant[] } {
  const marks: MarkInput[] = [];
  const ats: Instant[] = [];
  for (const [id, v] of values) {
    const mark = vehicleMark(id, v, now, id === chosen);
    if (!mark) continue;
    marks.push(mark);
    ats.push(v.at);
  }
  return { marks: markSet(marks), ats };
}

function vehicleMark(id: string, v: VehicleValue, now: Instant, chosen: boolean): MarkInput | null {
  const { body } = v;
  if (!body.at) return null;
  const presence = vehiclePresence(body, v.at, now);
  const look = VEHICLE_LOOK[body.state] ?? VEHICLE_LOOK.unavailable;
  const lost = presence === 'unknown' || presence === 'offline';
  const fade = lost ? 0.65 : presence === 'stale' ? 0.5 : 0;
  const colour = mix(rgb(look.colour), rgb('ground'), fade);
  const filled = look.filled && !lost;
  const ink: Rgb = filled ? rgb('ground') : mix(rgb('ink'), rgb('ground'), fade);
  const moving = presence === 'fresh' && body.heading !== null && (body.kmh ?? 0) >= STANDING_KMH;
  return {
    id,
    at: body.at,
    radius: chosen ? RADIUS + 2 : RADIUS,
    fill: filled ? [...colour, 255] : [...rgb('ground'), lost ? 60 : 225],
    line: chosen ? [...rgb('ink'), 255] : [...colour, 255],
    icon: VEHICLE_ICON[body.kind] ?? VEHICLE_ICON.other,
    ink: [...ink, lost ? 150 : 255],
    heading: moving ? body.heading : null,
  };
}
