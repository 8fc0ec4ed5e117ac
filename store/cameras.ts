import type { CameraFactBody } from '#domain/cameras/facts.ts';
import { looksAt } from '#domain/cameras/health.ts';
import {
  CAMERA_WAYS,
  type Camera,
  type CameraAddresses,
  type CameraEntry,
  type CameraReason,
  type CameraState,
  type CameraWay,
  type NearCamera,
} from '#domain/cameras/rows.ts';
import type { FactDraft } from '#domain/fact.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';
import type { LngLat } from './gis.ts';

/** The registry of cameras. Their addresses leave this file by {@link cameraAddresses} alone. */

interface Row {
  camera_id: string;
  name: string;
  lng: number;
  lat: number;
  bearing: number | null;
  fov: number | null;
  owner: string;
  simulated: boolean;
  retired_at: Date | null;
  hls: boolean;
  whep: boolean;
  snapshot: boolean;
  state: CameraState;
  reason: CameraReason | null;
  state_since: Date;
  checked_at: Date | null;
  picture_at: Date | null;
}
const COLUMNS = `camera_id, name, st_x(geom) as lng, st_y(geom) as lat, bearing, fov, owner,
  simulated, retired_at, a.hls is not null as hls, a.whep is not null as whep, a.snapshot is not null as snapshot,
  state, reason, state_since, checked_at, picture_at`;
const FROM = 'camera left join camera_address a using (camera_id)';
const time = (d: Date | null): Instant | null => (d === null ? null : fromTs(d));
const toCamera = (r: Row): Camera => ({
  id: r.camera_id,
  name: r.name,
  at: [r.lng, r.lat],
  bearing: r.bearing,
  fov: r.fov,
  owner: r.owner,
  simulated: r.simulated,
  retiredAt: time(r.retired_at),
  ways: CAMERA_WAYS.filter((way) => r[way]),
  health: {
    state: r.state,
    reason: r.reason,
    since: fromTs(r.state_since),
    checkedAt: time(r.checked_at),
    pictureAt: time(r.picture_at),
  },
});

export interface CameraFilter {
  /** Part of an id, a name or an owner; '' is all. */
  readonly text: string;
  readonly state: CameraState | 'open' | 'retired';
}

/** Cameras of the registry, by id. @returns one page, and how many match */
export async function cameraList(
  sql: Sql,
  { text, state }: CameraFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ cameras: Camera[]; count: number }> {
  const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await sql<(Row & { of: number })[]>`
    select ${sql.unsafe(COLUMNS)}, count(*) over ()::int as of from ${sql.unsafe(FROM)}
    where (retired_at is not null) = ${state === 'retired'}
      and (${state} in ('open', 'retired') or state = ${state})
      and (${text} = '' or camera_id ilike ${like} or name ilike ${like} or owner ilike ${like})
    order by camera_id limit ${page.limit} offset ${page.offset}`;
  return { cameras: rows.map(toCamera), count: rows[0]?.of ?? 0 };
}

/** How many cameras of the registry are in each state; the retired ones count nowhere. */
export async function cameraCounts(sql: Sql): Promise<Record<CameraState, number>> {
  const rows = await sql<{ state: CameraState; n: number }[]>`
    select state, count(*)::int as n from camera where retired_at is null group by state`;
  const n = new Map(rows.map((r) => [r.state, r.n]));
  const of = (s: CameraState): number => n.get(s) ?? 0;
  return { live: of('live'), slow: of('slow'), dead: of('dead'), unknown: of('unknown') };
}

/** Those without a picture, the newest losses first. */
export async function deadCameras(sql: Sql, limit: number): Promise<Camera[]> {
  const rows = await sql<Row[]>`
    select ${sql.unsafe(COLUMNS)} from ${sql.unsafe(FROM)}
    where retired_at is null and state = 'dead' order by state_since desc, camera_id limit ${limit}`;
  return rows.map(toCamera);
}

/** Some cameras by id; retired ones too. */
export async function camerasById(sql: Sql | Tx, ids: readonly string[]): Promise<Camera[]> {
  const rows = await sql<Row[]>`
    select ${sql.unsafe(COLUMNS)} from ${sql.unsafe(FROM)} where camera_id = any(${ids as string[]}) order by camera_id`;
  return rows.map(toCamera);
}

/** Cameras in a piece of the map, [west, south, east, north]: at most `limit`, those nearest to its middle. */
export async function camerasIn(
  sql: Sql,
  [west, south, east, north]: readonly [number, number, number, number],
  limit: number,
): Promise<Camera[]> {
  const rows = await sql<Row[]>`
    select ${sql.unsafe(COLUMNS)} from ${sql.unsafe(FROM)}
    where retired_at is null and geom && st_makeenvelope(${west}, ${south}, ${east}, ${north}, 4326)
    order by geom <-> st_setsrid(st_makepoint(${(west + east) / 2}, ${(south + north) / 2}), 4326), camera_id
    limit ${limit}`;
  return rows.map(toCamera);
}

/**
 * The nearest cameras of a place that show something or may, and those without a picture that are nearer than the farthest of them.
 * @param withinM no farther away, metres on the ellipsoid
 */
export async function nearestCameras(
  sql: Sql,
  at: LngLat,
  count: number,
  withinM: number,
): Promise<{ cameras: NearCamera[]; dead: NearCamera[] }> {
  const place = sql`st_setsrid(st_makepoint(${at[0]}, ${at[1]}), 4326)`;
  const near = (dead: boolean) => sql<(Row & { distance_m: number; toward: number | null })[]>`
    select ${sql.unsafe(COLUMNS)}, st_distance(geom::geography, ${place}::geography) as distance_m,
      degrees(st_azimuth(geom::geography, ${place}::geography)) as toward
    from ${sql.unsafe(FROM)}
    where retired_at is null and (state = 'dead') = ${dead}
      and geom && st_expand(st_buffer(${place}::geography, ${withinM})::geometry, 0)
      and st_dwithin(geom::geography, ${place}::geography, ${withinM})
    order by distance_m, camera_id limit ${count}`;
  const [open, gone] = (await Promise.all([near(false), near(true)])).map((rows) =>
    rows.map((r) => ({
      ...toCamera(r),
      distanceM: r.distance_m,
      facing: r.toward === null ? null : looksAt(r.bearing, r.fov, r.toward),
    })),
  ) as [NearCamera[], NearCamera[]];
  const farthest = open.length < count ? Infinity : open.at(-1)!.distanceM;
  return { cameras: open, dead: gone.filter((c) => c.distanceM <= farthest) };
}

/** Where a camera's pictures are, secrets and all; null when it is not registered, or retired. */
export async function cameraAddresses(sql: Sql | Tx, id: string): Promise<CameraAddresses | null> {
  const [row] = await sql<{ hls: string | null; whep: string | null; snapshot: string | null }[]>`
    select a.hls, a.whep, a.snapshot from camera join camera_address a using (camera_id)
    where camera_id = ${id} and retired_at is null`;
  return row ?? null;
}

/** As {@link cameraAddresses}, of some cameras at once, by id, for the checker and for those who keep the registry. */
export async function addressesOf(sql: Sql | Tx, ids: readonly string[]): Promise<Map<string, CameraAddresses>> {
  const rows = await sql<({ camera_id: string } & CameraAddresses)[]>`
    select camera_id, hls, whep, snapshot from camera_address where camera_id = any(${ids as string[]})`;
  return new Map(rows.map(({ camera_id, hls, whep, snapshot }) => [camera_id, { hls, whep, snapshot }]));
}

/** What the relay seals addresses with. */
export async function sealSecret(sql: Sql): Promise<string> {
  const [row] = await sql<{ secret: string }[]>`select secret from camera_seal`;
  if (!row) throw new Error('broken promise: camera_seal has no row');
  return row.secret;
}

export interface KeptBy {
  readonly officer: Officer;
  readonly now: Instant;
}
type Change = Extract<
  CameraFactBody,
  { kind: 'camera.added' | 'camera.changed' | 'camera.retired' | 'camera.restored' }
>;
const fact = (id: string, kind: Change['kind'], name: string, changed: readonly string[], by: KeptBy): FactDraft => ({
  at: by.now,
  subject: `camera:${id}`,
  actor: `user:${by.officer.account}`,
  kind,
  body: { name, changed, by: by.officer },
});

interface Difference {
  readonly id: string;
  readonly added: boolean;
  /** Names of the fields that differ. */
  readonly changed: readonly string[];
}
const saidBy = (entries: readonly CameraEntry[]): object[] =>
  entries.map((e) => ({
    id: e.id,
    name: e.name,
    lng: e.at[0],
    lat: e.at[1],
    bearing: e.bearing,
    fov: e.fov,
    owner: e.owner,
    ...e.addresses,
  }));
const SAID = `as s(id text, name text, lng float8, lat float8, bearing float8, fov float8, owner text, hls text, whep text,
  snapshot text)`;

/** In what entries differ from the registry. Places are compared to a millimetre. */
async function differences(sql: Sql | Tx, entries: readonly CameraEntry[], simulated: boolean): Promise<Difference[]> {
  return sql<Difference[]>`
    select s.id, c.camera_id is null as added, array_remove(array[
      case when c.name is distinct from s.name then 'name' end,
      case when not coalesce(st_dwithin(c.geom, st_setsrid(st_makepoint(s.lng, s.lat), 4326), 1e-8), false) then 'at' end,
      case when c.bearing is distinct from s.bearing then 'bearing' end,
      case when c.fov is distinct from s.fov then 'fov' end,
      case when c.owner is distinct from s.owner then 'owner' end,
      case when a.hls is distinct from s.hls then 'hls' end,
      case when a.whep is distinct from s.whep then 'whep' end,
      case when a.snapshot is distinct from s.snapshot then 'snapshot' end,
      case when c.retired_at is not null then 'retired' end,
      case when c.simulated is distinct from ${simulated} then 'simulated' end], null) as changed
    from jsonb_to_recordset(${sql.json(saidBy(entries) as never)}) ${sql.unsafe(SAID)}
    left join camera c on c.camera_id = s.id left join camera_address a on a.camera_id = s.id`;
}

/** Writes entries over what is there; what stays the same is left alone. @returns what was different */
async function write(tx: Tx, entries: readonly CameraEntry[], now: Instant, simulated: boolean): Promise<Difference[]> {
  const found = await differences(tx, entries, simulated);
  const other = new Set(found.filter((d) => d.changed.length > 0).map((d) => d.id));
  const said = tx.json(saidBy(entries.filter((e) => other.has(e.id))) as never);
  const at = toTs(now);
  await tx`
    insert into camera (camera_id, name, geom, bearing, fov, owner, simulated, added_at, changed_at, state_since, due_at)
    select id, name, st_setsrid(st_makepoint(lng, lat), 4326), bearing, fov, owner, ${simulated}, ${at}, ${at}, ${at}, ${at}
    from jsonb_to_recordset(${said}) ${tx.unsafe(SAID)}
    on conflict (camera_id) do update set name = excluded.name, geom = excluded.geom, bearing = excluded.bearing,
      fov = excluded.fov, owner = excluded.owner, simulated = excluded.simulated, changed_at = excluded.changed_at,
      retired_at = null, due_at = excluded.due_at, fails = 0, ends_with = null, went_on_at = null`;
  await tx`
    insert into camera_address (camera_id, hls, whep, snapshot)
    select id, hls, whep, snapshot from jsonb_to_recordset(${said}) ${tx.unsafe(SAID)}
    on conflict (camera_id) do update set hls = excluded.hls, whep = excluded.whep, snapshot = excluded.snapshot`;
  return found;
}

/** Adds a camera. @returns `camera-exists` when the id is taken, also by a retired one */
export async function addCamera(sql: Sql, entry: CameraEntry, by: KeptBy): Promise<Result<null, 'camera-exists'>> {
  return recording<Result<null, 'camera-exists'>>(sql, async (tx) => {
    const [taken] = await tx`select 1 from camera where camera_id = ${entry.id}`;
    if (taken) return { facts: [], result: refuse('camera-exists', entry.id) };
    await write(tx, [entry], by.now, false);
    return { facts: [fact(entry.id, 'camera.added', entry.name, [], by)], result: accept(null) };
  });
}

/** Changes a camera of the registry. Nothing different is no change and no fact. */
export async function changeCamera(sql: Sql, entry: CameraEntry, by: KeptBy): Promise<Result<null, 'camera-missing'>> {
  return recording<Result<null, 'camera-missing'>>(sql, async (tx) => {
    const [there] = await tx<{ simulated: boolean }[]>`
      select simulated from camera where camera_id = ${entry.id} and retired_at is null for update`;
    if (!there) return { facts: [], result: refuse('camera-missing', entry.id) };
    const [done] = await write(tx, [entry], by.now, there.simulated);
    const changed = done?.changed ?? [];
    return {
      facts: changed.length === 0 ? [] : [fact(entry.id, 'camera.changed', entry.name, changed, by)],
      result: accept(null),
    };
  });
}

/** Takes a camera out of service, or back into it. Its row stays, so that what was watched can be named later. */
export async function retireCamera(
  sql: Sql,
  id: string,
  retired: boolean,
  by: KeptBy,
): Promise<Result<null, 'camera-missing'>> {
  return recording<Result<null, 'camera-missing'>>(sql, async (tx) => {
    const [done] = await tx<{ name: string }[]>`
      update camera set retired_at = ${retired ? toTs(by.now) : null}, changed_at = ${toTs(by.now)}, due_at = ${toTs(by.now)}
      where camera_id = ${id} and (retired_at is null) = ${retired} returning name`;
    if (!done) return { facts: [], result: refuse('camera-missing', id) };
    return {
      facts: [fact(id, retired ? 'camera.retired' : 'camera.restored', done.name, [], by)],
      result: accept(null),
    };
  });
}

export interface Imported {
  readonly added: number;
  readonly changed: number;
  readonly same: number;
}

function countOf(found: readonly Difference[]): Imported {
  const added = found.filter((d) => d.added).length;
  const same = found.filter((d) => d.changed.length === 0).length;
  return { added, changed: found.length - added - same, same };
}

/**
 * Takes a file's cameras, all in one transaction, with one fact; cameras that it does not name stay as they are. The same file
 * again changes nothing and writes no fact.
 * @param by null for the simulator, whose cameras are marked
 */
export async function importCameras(
  sql: Sql,
  entries: readonly CameraEntry[],
  file: string,
  { officer, now }: { readonly officer: Officer | null; readonly now: Instant },
): Promise<Imported> {
  return recording<Imported>(sql, async (tx) => {
    const result = countOf(await write(tx, entries, now, officer === null));
    const facts: FactDraft[] =
      result.added + result.changed === 0
        ? []
        : [
            {
              at: now,
              subject: 'cameras',
              actor: officer === null ? 'demo:cameras' : `user:${officer.account}`,
              kind: 'camera.imported',
              body: { file, ...result, by: officer },
            },
          ];
    return { facts, result };
  });
}

/** What {@link importCameras} would do with them, without doing it. */
export async function compareCameras(sql: Sql, entries: readonly CameraEntry[]): Promise<Imported> {
  return countOf(await differences(sql, entries, false));
}

/** Where no simulator speaks any more, its cameras leave the registry. @returns how many did */
export async function retireSimulated(sql: Sql, now: Instant): Promise<number> {
  const done = await sql`
    update camera set retired_at = ${toTs(now)}, changed_at = ${toTs(now)} where simulated and retired_at is null`;
  return done.count;
}

/** Writes down that somebody opened a camera's picture. */
export async function recordWatched(sql: Sql, id: string, way: CameraWay, { officer, now }: KeptBy): Promise<void> {
  await recording<null>(sql, () =>
    Promise.resolve({
      facts: [
        {
          at: now,
          subject: `camera:${id}`,
          actor: `user:${officer.account}`,
          kind: 'camera.watched' as const,
          body: { by: officer, way },
        },
      ],
      result: null,
    }),
  );
}
