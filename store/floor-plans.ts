import type { FactDraft } from '#domain/fact.ts';
import type { PlanFactBody } from '#domain/floor-plan/facts.ts';
import {
  inRoomOrder,
  MAX_PLACED,
  MAX_ROOMS,
  readRoomPlan,
  type PlanRefusal,
  type RoomPlan,
} from '#domain/floor-plan/plan.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';

/** Saves of all rooms wait for one another: a seat that two of them place at once would stand in both. */
const PLAN_LOCK = 7_770_100;
/** Versions of a room that are kept. */
const KEPT = 200;

export interface Room {
  readonly id: string;
  readonly version: number;
  readonly plan: RoomPlan;
  /** Who saved it last, and when. */
  readonly by: string;
  readonly at: Instant;
}

/** The rooms in their order, and how far the plans have changed: the greatest `n` of any version, 0 when there is none. */
export async function roomPlans(sql: Sql | Tx): Promise<{ rooms: Room[]; n: number }> {
  const rows = await sql<{ id: number; version: number; plan: RoomPlan; by_name: string; at: Date }[]>`
    select r.id, r.version, v.plan, v.by_name, v.at
    from floor_room r join floor_room_version v on v.room = r.id and v.version = r.version
    where not r.removed`;
  const [last] = await sql<{ n: number | null }[]>`select max(n) as n from floor_room_version`;
  const rooms = rows.map((r) => ({
    id: String(r.id),
    version: r.version,
    plan: r.plan,
    by: r.by_name,
    at: fromTs(r.at),
  }));
  return { rooms: inRoomOrder(rooms), n: last?.n ?? 0 };
}

export interface SaveWish {
  /** null: a new room. */
  readonly room: string | null;
  /** The version that was edited; 0 for a new room. */
  readonly base: number;
  readonly plan: unknown;
  readonly requestKey: string;
}
export interface SavedRoom {
  readonly room: string;
  readonly version: number;
  readonly n: number;
}
export type SaveRefusal = PlanRefusal | 'plan-changed' | 'plan-elsewhere' | 'plan-room-missing' | 'plan-many-rooms';
interface SavedBy {
  readonly officer: Officer;
  readonly now: Instant;
}

/**
 * Saves a room as its next version. Whoever edited an older one is refused: nobody's work is written over unseen.
 * A removed room that is saved is there again.
 * @returns the new version; refused `plan-changed` with the name of who was first, `plan-elsewhere` with the seat that stands in
 *          another room, or why the plan itself cannot be kept
 */
export async function saveRoom(sql: Sql, wish: SaveWish, by: SavedBy): Promise<Result<SavedRoom, SaveRefusal>> {
  const read = readRoomPlan(wish.plan);
  if (!read.ok) return read;
  const plan = read.value;
  return recording<Result<SavedRoom, SaveRefusal>>(sql, async (tx) => {
    const stop = (result: Result<SavedRoom, SaveRefusal>) => ({ facts: [], result });
    await tx`select pg_advisory_xact_lock(${PLAN_LOCK})`;
    const before = await byKey(tx, wish.requestKey);
    if (before) return stop(accept(before));
    const room = wish.room === null ? null : await current(tx, wish.room);
    if (wish.room !== null && !room) return stop(refuse('plan-room-missing', wish.room));
    if (room && room.version !== wish.base) return stop(refuse('plan-changed', room.by));
    const others = (await roomPlans(tx)).rooms.filter((r) => r.id !== room?.id);
    if (others.length >= MAX_ROOMS) return stop(refuse('plan-many-rooms', String(MAX_ROOMS)));
    const elsewhere = new Set(others.flatMap((r) => r.plan.seats.map((s) => s.seat)));
    if (elsewhere.size + plan.seats.length > MAX_PLACED)
      return stop(refuse('plan-many-seats', String(elsewhere.size + plan.seats.length)));
    const twice = plan.seats.find((s) => elsewhere.has(s.seat));
    if (twice) return stop(refuse('plan-elsewhere', twice.seat));
    const saved = await write(tx, { room, plan, removed: false, requestKey: wish.requestKey }, by);
    const body = { n: saved.n, version: saved.version, name: plan.name, seats: plan.seats.length, by: by.officer };
    return { facts: [factOf(saved.room, by, { kind: 'plan.saved', body })], result: accept(saved) };
  });
}

/** Removes a room; its versions stay and can be taken up again. Its seats then stand nowhere. */
export async function removeRoom(
  sql: Sql,
  wish: { readonly room: string; readonly base: number; readonly requestKey: string },
  by: SavedBy,
): Promise<Result<SavedRoom, 'plan-changed' | 'plan-room-missing'>> {
  return recording<Result<SavedRoom, 'plan-changed' | 'plan-room-missing'>>(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(${PLAN_LOCK})`;
    const before = await byKey(tx, wish.requestKey);
    if (before) return { facts: [], result: accept(before) };
    const room = await current(tx, wish.room);
    if (!room || room.removed) return { facts: [], result: refuse('plan-room-missing', wish.room) };
    if (room.version !== wish.base) return { facts: [], result: refuse('plan-changed', room.by) };
    const saved = await write(tx, { room, plan: room.plan, removed: true, requestKey: wish.requestKey }, by);
    const body = { n: saved.n, version: saved.version, name: room.plan.name, by: by.officer };
    return { facts: [factOf(saved.room, by, { kind: 'plan.removed', body })], result: accept(saved) };
  });
}

const factOf = (room: string, { officer, now }: SavedBy, what: PlanFactBody): FactDraft => ({
  ...what,
  at: now,
  subject: room,
  actor: `user:${officer.account}`,
});

async function byKey(tx: Tx, key: string): Promise<SavedRoom | null> {
  const [r] = await tx<{ n: number; room: number; version: number }[]>`
    select n, room, version from floor_room_version where request_key = ${key}`;
  return r ? { n: r.n, room: String(r.room), version: r.version } : null;
}

interface Current {
  readonly id: string;
  readonly version: number;
  readonly removed: boolean;
  readonly plan: RoomPlan;
  readonly by: string;
}
async function current(tx: Tx, room: string): Promise<Current | null> {
  if (!/^\d{1,15}$/.test(room)) return null;
  const [r] = await tx<{ id: number; version: number; removed: boolean; plan: RoomPlan; by_name: string }[]>`
    select r.id, r.version, r.removed, v.plan, v.by_name
    from floor_room r join floor_room_version v on v.room = r.id and v.version = r.version where r.id = ${room}`;
  return r ? { id: String(r.id), version: r.version, removed: r.removed, plan: r.plan, by: r.by_name } : null;
}

async function write(
  tx: Tx,
  what: {
    readonly room: Current | null;
    readonly plan: RoomPlan;
    readonly removed: boolean;
    readonly requestKey: string;
  },
  { officer, now }: SavedBy,
): Promise<SavedRoom> {
  const { plan, removed } = what;
  const [room] = what.room
    ? await tx<{ id: number; version: number }[]>`
        update floor_room set version = version + 1, removed = ${removed} where id = ${what.room.id} returning id, version`
    : await tx<{ id: number; version: number }[]>`insert into floor_room (version) values (1) returning id, version`;
  const { id, version } = room!;
  const [kept] = await tx<{ n: number }[]>`
    insert into floor_room_version (room, version, removed, plan, seats, account, by_name, at, request_key)
    values (${id}, ${version}, ${removed}, ${tx.json(plan as never)}, ${plan.seats.length}, ${officer.account},
      ${officer.name}, ${toTs(now)}, ${what.requestKey}) returning n`;
  await tx`delete from floor_room_version where room = ${id} and version <= ${version - KEPT}`;
  return { room: String(id), version, n: kept!.n };
}

/** A version in the list of a room's history, newest first. */
export interface RoomVersion {
  readonly n: number;
  readonly room: string;
  readonly version: number;
  readonly name: string;
  readonly seats: number;
  readonly removed: boolean;
  readonly by: string;
  readonly at: Instant;
}

/** Versions of one room; without one, the last version of each removed room. At most `limit`, newest first, before `before`. */
export async function roomHistory(
  sql: Sql,
  { room, before = Number.MAX_SAFE_INTEGER, limit = 50 }: { room: string | null; before?: number; limit?: number },
): Promise<RoomVersion[]> {
  const rows = await sql<
    {
      n: number;
      room: number;
      version: number;
      name: string;
      seats: number;
      removed: boolean;
      by_name: string;
      at: Date;
    }[]
  >`
    select v.n, v.room, v.version, v.plan->>'name' as name, v.seats, v.removed, v.by_name, v.at
    from floor_room_version v join floor_room r on r.id = v.room
    where v.n < ${before} and ${room === null ? sql`r.removed and v.version = r.version` : sql`v.room = ${room}`}
    order by v.n desc limit ${limit}`;
  return rows.map(({ by_name, at, room: id, ...r }) => ({ ...r, room: String(id), by: by_name, at: fromTs(at) }));
}

/** One version as it was saved, and the version its room has now; null when there is no such number. */
export async function versionPlan(
  sql: Sql,
  n: number,
): Promise<{ room: string; newest: number; plan: RoomPlan } | null> {
  const [r] = await sql<{ room: number; newest: number; plan: RoomPlan }[]>`
    select v.room, r.version as newest, v.plan from floor_room_version v join floor_room r on r.id = v.room where v.n = ${n}`;
  return r ? { room: String(r.room), newest: r.newest, plan: r.plan } : null;
}
