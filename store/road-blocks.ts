import type { Block, BlockKind, BlockRefusal } from '#domain/city/blocks.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';
import { activeCity } from './gis.ts';

/** Roads closed by hand, with their history. The road engine reads the open ones twice a second. */

export interface BlockRow {
  readonly id: string;
  readonly kind: BlockKind;
  readonly points: readonly LngLat[];
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly ended: { readonly at: Instant; readonly by: string } | null;
}
interface Row {
  id: number;
  kind: BlockKind;
  points: LngLat[];
  reason: string;
  by_name: string;
  at: Date;
  until_at: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
}
const rowOf = (r: Row): BlockRow => ({
  id: String(r.id),
  kind: r.kind,
  points: r.points,
  reason: r.reason,
  by: r.by_name,
  at: fromTs(r.at),
  until: r.until_at && fromTs(r.until_at),
  ended: r.ended_at && { at: fromTs(r.ended_at), by: r.ended_by ?? '' },
});

/** More at once nobody oversees, and the engine would read them all each time. */
export const MAX_OPEN_BLOCKS = 200;
const HISTORY = 100;

/** Closes roads of the active city. The same key again closes nothing twice. */
export async function drawBlock(
  sql: Sql,
  block: Block,
  requestKey: string,
  { officer, now }: { readonly officer: Officer; readonly now: Instant },
): Promise<Result<{ id: string }, BlockRefusal>> {
  const city = await activeCity(sql);
  if (!city) return refuse('no-city', 'no city is loaded');
  const [again] = await sql<{ id: number }[]>`select id from road_block where request_key = ${requestKey}`;
  if (again) return accept({ id: String(again.id) });
  const [made] = await sql<{ id: number }[]>`
    insert into road_block (city, kind, points, reason, account, by_name, at, until_at, request_key)
    select ${city.id}, ${block.kind}, ${sql.json(block.points as never)}, ${block.reason}, ${officer.account}, ${officer.name},
      ${toTs(now)}, ${block.until === null ? null : toTs(block.until)}, ${requestKey}
    where (select count(*) from road_block where city = ${city.id} and ended_at is null
      and (until_at is null or until_at > ${toTs(now)})) < ${MAX_OPEN_BLOCKS}
    on conflict (request_key) do nothing returning id`;
  return made ? accept({ id: String(made.id) }) : refuse('block-large', `${MAX_OPEN_BLOCKS} closures are open`);
}

/** Opens the roads again. Who ended it first stays. @returns `block-unknown` when no such closure is open */
export async function endBlock(
  sql: Sql,
  id: string,
  { officer, now }: { readonly officer: Officer; readonly now: Instant },
): Promise<Result<{ id: string }, BlockRefusal>> {
  const ended = await sql`
    update road_block set ended_at = ${toTs(now)}, ended_account = ${officer.account}, ended_by = ${officer.name}
    where id = ${id} and ended_at is null`;
  return ended.count > 0 ? accept({ id }) : refuse('block-unknown', id);
}

/** Those of a city that nobody has ended and whose time is not over. */
export async function openBlocks(sql: Sql, city: string, now: Instant): Promise<BlockRow[]> {
  const rows = await sql<Row[]>`
    select id, kind, points, reason, by_name, at, until_at, ended_at, ended_by from road_block
    where city = ${city} and ended_at is null and (until_at is null or until_at > ${toTs(now)}) order by id limit ${MAX_OPEN_BLOCKS}`;
  return rows.map(rowOf);
}

/** All open ones of a city and the newest of the others; the open ones first, each the newest first. */
export async function newestBlocks(sql: Sql, city: string, now: Instant): Promise<BlockRow[]> {
  const rows = await sql<Row[]>`
    select id, kind, points, reason, by_name, at, until_at, ended_at, ended_by from road_block
    where city = ${city} order by ended_at is null and (until_at is null or until_at > ${toTs(now)}) desc, at desc, id desc
    limit ${MAX_OPEN_BLOCKS + HISTORY}`;
  return rows.map(rowOf);
}
