import { CITY_LANES, type VehicleKind, type VehicleSignal, type VehicleState } from '#domain/city/rows.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';
import { putSignals } from './signals.ts';

/** Vehicles: who they are, where they are (lane `vehicles`), where they were. */

export interface VehicleInfo {
  readonly id: string;
  readonly kind: VehicleKind;
  readonly zh: string;
  readonly en: string | null;
  /** Already masked. */
  readonly plate: string | null;
  readonly simulated: boolean;
}

export interface VehiclePosition {
  readonly vehicle: string;
  readonly at: Instant;
  readonly signal: VehicleSignal;
}

/** Saves a batch of positions in two statements: history (a repeated one changes nothing) and the newest per vehicle. */
export async function savePositions(sql: Sql, positions: readonly VehiclePosition[]): Promise<void> {
  if (positions.length === 0) return;
  const rows = positions.map((p) => ({
    at: p.at,
    v: p.vehicle,
    x: p.signal.at[0],
    y: p.signal.at[1],
    k: p.signal.kmh,
    h: p.signal.heading,
    s: p.signal.state,
    o: p.signal.online,
  }));
  await sql`
    insert into vehicle_position (at, vehicle, lng, lat, kmh, heading, state, online)
    select to_timestamp(at / 1000), v, x, y, k, h, s, o
    from jsonb_to_recordset(${sql.json(rows as never)}) as r (at float8, v text, x float8, y float8, k real, h real, s text, o boolean)
    on conflict (vehicle, at) do nothing`;
  await putSignals(
    sql,
    positions.map((p) => ({ lane: CITY_LANES.vehicles, key: p.vehicle, at: p.at, body: { ...p.signal } })),
  );
}

export async function saveVehicles(sql: Sql, vehicles: readonly VehicleInfo[], seenAt: Instant): Promise<void> {
  if (vehicles.length === 0) return;
  await sql`
    insert into vehicle (id, kind, zh, en, plate, simulated, seen_at)
    select id, kind, zh, en, plate, simulated, ${toTs(seenAt)}
    from jsonb_to_recordset(${sql.json(vehicles as never)}) as r (id text, kind text, zh text, en text, plate text, simulated boolean)
    on conflict (id) do update set kind = excluded.kind, zh = excluded.zh, en = excluded.en, plate = excluded.plate,
      simulated = excluded.simulated, seen_at = excluded.seen_at`;
}

/** Vehicles as they described themselves, the lately seen first. */
export async function knownVehicles(sql: Sql, limit = 20_000): Promise<VehicleInfo[]> {
  return await sql<VehicleInfo[]>`
    select id, kind, zh, en, plate, simulated from vehicle order by seen_at desc, id limit ${limit}`;
}

/** The newest known position of every vehicle. */
export async function lastPositions(sql: Sql, limit = 20_000): Promise<VehiclePosition[]> {
  const rows = await sql<{ key: string; at: Date; body: VehicleSignal }[]>`
    select key, at, body from signal_latest where lane = ${CITY_LANES.vehicles} and not body ? 'gone' order by at desc limit ${limit}`;
  return rows.map((r) => ({ vehicle: r.key, at: fromTs(r.at), signal: r.body }));
}

export interface TrackPoint {
  readonly at: Instant;
  readonly lng: number;
  readonly lat: number;
  readonly kmh: number | null;
  readonly state: VehicleState;
}

/** Where a vehicle was between two instants, oldest first; of more than `limit` points the newest. */
export async function vehicleTrack(
  sql: Sql,
  vehicle: string,
  from: Instant,
  to: Instant,
  limit = 5000,
): Promise<TrackPoint[]> {
  const rows = await sql<{ at: Date; lng: number; lat: number; kmh: number | null; state: VehicleState }[]>`
    select at, lng, lat, kmh, state from vehicle_position
    where vehicle = ${vehicle} and at >= ${toTs(from)} and at < ${toTs(to)} order by at desc limit ${limit}`;
  return rows.map((r) => ({ ...r, at: fromTs(r.at) })).reverse();
}

/** Positions older than so many days leave by whole chunks. */
export async function dropOldPositions(sql: Sql, days: number): Promise<void> {
  await sql`select drop_chunks('vehicle_position', older_than => make_interval(days => ${days}))`;
}
