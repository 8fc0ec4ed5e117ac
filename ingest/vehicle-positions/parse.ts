import * as v from 'valibot';
import { VEHICLE_KINDS, VEHICLE_STATES, type LngLat, type VehicleKind, type VehicleState } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { Point, readJson, Str, Time, Words, wrong } from '../feeds/json.ts';
import { AHEAD } from '../feeds/readings.ts';

/** What one MQTT message says; README.md has topics and formats. */
export type VehicleMessage =
  | {
      type: 'position';
      vehicle: string;
      at: Instant;
      position: LngLat;
      heading: number | null;
      kmh: number | null;
      state: VehicleState | null;
      simulated: boolean;
    }
  | {
      type: 'info';
      vehicle: string;
      kind: VehicleKind;
      zh: string;
      en: string | null;
      plate: string | null;
      simulated: boolean;
    }
  | { type: 'status'; vehicle: string; online: boolean };

/** Largest payload, bytes: a position has about 200. */
export const MAX_PAYLOAD = 4096;
/** Positions older than this are no use for the map and may be a device that replays its memory. */
const TOO_OLD = DAY;

const Position = v.looseObject({
  at: Time,
  position: Point,
  heading: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(360))), null),
  kmh: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(300))), null),
  state: v.optional(v.nullable(v.picklist(VEHICLE_STATES)), null),
  simulated: v.optional(v.boolean(), false),
});
const Info = v.looseObject({
  kind: v.picklist(VEHICLE_KINDS),
  name: Words,
  plate: v.optional(v.nullable(Str(20)), null),
  simulated: v.optional(v.boolean(), false),
});
const Status = v.looseObject({ online: v.boolean() });

/**
 * One message of `vehicles/<id>/position`, `…/info` or `…/status`. Pure and total.
 * @param toWgs84 from the coordinate system agreed with whoever runs the devices
 */
export function parseVehicle(
  topic: string,
  payload: Uint8Array,
  receivedAt: Instant,
  toWgs84: (p: LngLat) => LngLat,
): Result<VehicleMessage> {
  const m = /^vehicles\/([A-Za-z0-9][A-Za-z0-9_.:-]{0,63})\/(position|info|status)$/.exec(topic);
  if (!m) return refuse('topic', `“${topic.slice(0, 100)}” is not vehicles/<id>/position, info or status`);
  if (payload.length > MAX_PAYLOAD) return refuse('too-large', `${payload.length} bytes, at most ${MAX_PAYLOAD}`);
  const json = readJson(payload, null);
  if (!json.ok) return json;
  const vehicle = m[1]!;
  if (m[2] === 'status') {
    const r = v.safeParse(Status, json.value);
    return r.success ? accept({ type: 'status', vehicle, online: r.output.online }) : refuse('format', wrong(r.issues));
  }
  if (m[2] === 'info') {
    const r = v.safeParse(Info, json.value);
    if (!r.success) return refuse('format', wrong(r.issues));
    const { kind, name, plate, simulated } = r.output;
    const zh = name.zh ?? name.en ?? vehicle;
    return accept({
      type: 'info',
      vehicle,
      kind,
      zh,
      en: name.en,
      plate: plate === null ? null : maskPlate(plate),
      simulated,
    });
  }
  const r = v.safeParse(Position, json.value);
  if (!r.success) return refuse('format', wrong(r.issues));
  const p = r.output;
  if (p.at > receivedAt + AHEAD)
    return refuse('future', `measured ${Math.round((p.at - receivedAt) / 1000)} s from now`);
  if (p.at < receivedAt - TOO_OLD) return refuse('too-old', 'measured more than a day ago');
  return accept({
    type: 'position',
    vehicle,
    at: p.at,
    position: toWgs84(p.position),
    heading: p.heading === null ? null : p.heading % 360,
    kmh: p.kmh,
    state: p.state,
    simulated: p.simulated,
  });
}

/** '京A12348' → '京A·1***8': enough to recognise one's own vehicle, too little to look up another's. */
export function maskPlate(plate: string): string {
  const chars = [...plate.replace(/[\s·.-]/g, '')];
  const rest = chars.slice(2);
  if (rest.length < 3) return '*'.repeat(Math.max(1, chars.length));
  return `${chars.slice(0, 2).join('')}·${rest[0]}${'*'.repeat(rest.length - 2)}${rest.at(-1)}`;
}
