import { createHash } from 'node:crypto';
import type { EndReason } from '#domain/city/facts.ts';
import type { CityEventItem, TrafficItem } from '#domain/city/items.ts';
import { CITY_LANES, type CityEventRow, type TrafficEventRow } from '#domain/city/rows.ts';
import { cityEventPhase, EVENT_WITHOUT_END, trafficPhase } from '#domain/city/view.ts';
import { canonical } from '#domain/digest.ts';
import type { FactDraft } from '#domain/fact.ts';
import type { Instant } from '#domain/time.ts';
import { dropClosures, saveClosures } from './closures.ts';
import { fromTs, toTs, type Tx } from './db.ts';
import { edgesOf } from './road-match.ts';
import { endSignals } from './signals.ts';

/** Open items of one feed at most: what a map can show and a snapshot can carry. */
export const MAX_OPEN_ITEMS = 2000;

export interface Applied {
  facts: FactDraft[];
  /** New, changed, or ended by being told so. */
  changed: number;
  unchanged: number;
  /** Older than what we have. */
  outdated: number;
  refused: { id: string; code: string; reason: string }[];
}

/** What a message tells beyond its single records. */
export interface Scope {
  /** The message is the whole list: open items that are not in it have ended. */
  readonly complete: boolean;
  /** The same below these beginnings of ids. */
  readonly whole: readonly string[];
  /** Items that are in the message but could not be read: not to be ended. */
  readonly protect: ReadonlySet<string>;
}

export const hashOf = (row: unknown): string => createHash('sha256').update(canonical(row)).digest('hex').slice(0, 32);

interface Known {
  id: string;
  hash: string;
  source_at: Date;
  ended_at: Date | null;
  end_reason: EndReason | null;
  shown: boolean;
  version: number;
}

interface Save {
  id: string;
  hash: string;
  sourceAt: string;
  endsAt: string | null;
  endedAt: string | null;
  endReason: EndReason | null;
  shown: boolean;
  drill: boolean;
  body: TrafficEventRow | CityEventRow;
  geom: unknown;
}

type Listed = TrafficItem | CityEventItem;

const sourceTime = (i: Listed): Instant => (i.type === 'traffic' ? i.row.sentAt : i.row.updatedAt);
const versionOf = (i: Listed): number => (i.type === 'traffic' ? i.row.version : 0);
const over = (i: Listed, now: Instant): boolean =>
  (i.type === 'traffic' ? trafficPhase(i.row, now) : cityEventPhase(i.row, now)) === 'over';

/** The instant after which an item counts as over, also when its partner gave none. */
function lastsUntil(i: Listed): Instant {
  if (i.type === 'cityEvent') return i.row.endsAt ?? i.row.updatedAt + EVENT_WITHOUT_END;
  return i.row.endsAt ?? Math.max(i.row.sentAt, i.row.startsAt) + EVENT_WITHOUT_END;
}

function geometry(i: Listed): unknown {
  if (i.type === 'traffic') return i.row.geometry;
  return i.row.at === null ? null : { type: 'Point', coordinates: i.row.at };
}

const reported = (i: Listed, row: Listed['row'], actor: string): FactDraft => {
  const common = { at: sourceTime(i), subject: i.id, actor, ...(row.drill ? { drill: true } : {}) };
  return i.type === 'traffic'
    ? { kind: 'traffic.reported', body: { id: i.id, event: row as TrafficEventRow }, ...common }
    : { kind: 'cityEvent.reported', body: { id: i.id, event: row as CityEventRow }, ...common };
};

/**
 * Applies traffic events or city events of one message: set-based, idempotent, older versions ignored.
 * The caller holds the feed's lock and records the facts as the last statement.
 */
export async function applyEvents(
  tx: Tx,
  collection: 'trafficEvent' | 'cityEvent',
  feed: string,
  items: readonly Listed[],
  scope: Scope,
  now: Instant,
): Promise<Applied> {
  const out: Applied = { facts: [], changed: 0, unchanged: 0, outdated: 0, refused: [] };
  const actor = `ingest:${feed}`;
  const known = await knownItems(
    tx,
    collection,
    feed,
    items.map((i) => i.id),
  );
  let open = await countOpen(tx, collection, feed);
  const saves: Save[] = [];
  const endings = new Map<EndReason, string[]>();
  const end = (reason: EndReason, id: string): void => void endings.set(reason, [...(endings.get(reason) ?? []), id]);
  for (const item of items) {
    const was = known.get(item.id);
    const hash = hashOf(item.row);
    const verdict = compare(item, hash, was);
    if (verdict !== 'new') {
      out[verdict]++;
      continue;
    }
    const reason: EndReason | null = item.ended ?? (over(item, now) ? 'expired' : null);
    const show = reason === null;
    if (show && !was?.shown && open >= MAX_OPEN_ITEMS) {
      out.refused.push({ id: item.id, code: 'too-many', reason: `${feed} has ${MAX_OPEN_ITEMS} open items already` });
      continue;
    }
    const row = await placed(tx, item, show);
    if (show && !was?.shown) open++;
    if (show) out.facts.push(reported(item, row, actor));
    else if (was?.shown) end(reason!, item.id);
    out.changed++;
    saves.push({
      id: item.id,
      hash,
      sourceAt: toTs(sourceTime(item)),
      endsAt: toTs(lastsUntil(item)),
      endedAt: show ? null : toTs(Math.min(now, Math.max(sourceTime(item), lastsUntil(item)))),
      endReason: reason,
      shown: show,
      drill: row.drill,
      body: row,
      geom: geometry(item),
    });
  }
  await save(tx, collection, feed, saves);
  for (const id of await gone(tx, collection, feed, new Set(items.map((i) => i.id)), scope, now)) end('withdrawn', id);
  if (collection === 'trafficEvent')
    await saveClosures(
      tx,
      saves.filter((s) => s.shown).map((s) => ({ id: s.id, event: s.body as TrafficEventRow })),
    );
  for (const [reason, ids] of endings) {
    if (collection === 'trafficEvent') await dropClosures(tx, ids);
    out.facts.push(endedFact(collection, ids, reason, now, actor));
  }
  return out;
}

function compare(item: Listed, hash: string, was: Known | undefined): 'new' | 'unchanged' | 'outdated' {
  if (!was) return 'new';
  const at = sourceTime(item);
  if (at < fromTs(was.source_at) || versionOf(item) < was.version) return 'outdated';
  if (was.hash !== hash) return 'new';
  if (was.ended_at === null) return item.ended === null ? 'unchanged' : 'new';
  // back in the list after it had gone from it
  return was.end_reason === 'withdrawn' && item.ended === null ? 'new' : 'unchanged';
}

/** A traffic event that will be shown gets the road edges that it lies on. */
async function placed(tx: Tx, item: Listed, show: boolean): Promise<Listed['row']> {
  if (item.type !== 'traffic' || !show || item.row.geometry === null) return item.row;
  return { ...item.row, edges: await edgesOf(tx, item.row.geometry) };
}

export function endedFact(
  collection: 'warning' | 'trafficEvent' | 'cityEvent',
  ids: readonly string[],
  reason: EndReason,
  at: Instant,
  actor: string,
): FactDraft {
  const kind = ({ warning: 'warning.ended', trafficEvent: 'traffic.ended', cityEvent: 'cityEvent.ended' } as const)[
    collection
  ];
  return { kind, body: { ids: [...ids].sort(), reason }, at, subject: ids[0]!, actor };
}

async function knownItems(tx: Tx, collection: string, feed: string, ids: string[]): Promise<Map<string, Known>> {
  const rows = await tx<Known[]>`
    select id, hash, source_at, ended_at, end_reason, shown, coalesce((body->>'version')::bigint, 0) as version
    from city_item where collection = ${collection} and feed = ${feed} and id = any(${ids})`;
  return new Map(rows.map((r) => [r.id, r]));
}

async function countOpen(tx: Tx, collection: string, feed: string): Promise<number> {
  const [r] = await tx<{ n: number }[]>`
    select count(*)::int as n from city_item where collection = ${collection} and feed = ${feed} and ended_at is null`;
  return r!.n;
}

async function save(tx: Tx, collection: string, feed: string, saves: readonly Save[]): Promise<void> {
  if (saves.length === 0) return;
  await tx`
    insert into city_item (collection, id, feed, hash, source_at, first_at, ends_at, ended_at, end_reason, shown, drill, body, geom)
    select ${collection}, r->>'id', ${feed}, r->>'hash', (r->>'sourceAt')::timestamptz, (r->>'sourceAt')::timestamptz,
      (r->>'endsAt')::timestamptz, (r->>'endedAt')::timestamptz, r->>'endReason', (r->>'shown')::boolean, (r->>'drill')::boolean,
      r->'body', case when jsonb_typeof(r->'geom') = 'object' then st_setsrid(st_geomfromgeojson(r->'geom'), 4326) end
    from jsonb_array_elements(${tx.json(saves as never)}) r
    on conflict (collection, id) do update set hash = excluded.hash, source_at = excluded.source_at, ends_at = excluded.ends_at,
      ended_at = excluded.ended_at, end_reason = excluded.end_reason, shown = excluded.shown, drill = excluded.drill,
      body = excluded.body, geom = excluded.geom`;
}

/** Ends what a complete message no longer holds; an open item is a shown one. */
async function gone(
  tx: Tx,
  collection: string,
  feed: string,
  listed: ReadonlySet<string>,
  scope: Scope,
  now: Instant,
): Promise<string[]> {
  if (!scope.complete && scope.whole.length === 0) return [];
  const open = await tx<{ id: string }[]>`
    select id from city_item where collection = ${collection} and feed = ${feed} and ended_at is null`;
  const ids = open
    .map((r) => r.id)
    .filter((id) => !listed.has(id) && !scope.protect.has(id))
    .filter((id) => scope.complete || scope.whole.some((prefix) => id.startsWith(prefix)));
  if (ids.length === 0) return [];
  const rows = await tx<{ id: string }[]>`
    update city_item c set ended_at = ${toTs(now)}, end_reason = 'withdrawn', shown = false
    where c.collection = ${collection} and c.id = any(${ids})
    returning c.id`;
  return rows.map((r) => r.id).sort();
}

const COLLECTIONS = ['warning', 'trafficEvent', 'cityEvent'] as const;

/**
 * Ends items whose time is over without a word of the partner. @returns the facts that tell it
 * @param limit items at most in one go
 */
export async function expireItems(tx: Tx, now: Instant, limit = 1000): Promise<FactDraft[]> {
  const rows = await tx<{ collection: (typeof COLLECTIONS)[number]; id: string; shown: boolean; feed: string }[]>`
    with due as (
      select collection, id, shown from city_item where ended_at is null and ends_at <= ${toTs(now)}
      order by ends_at limit ${limit} for update
    )
    update city_item c set ended_at = c.ends_at, end_reason = 'expired', shown = false
    from due where c.collection = due.collection and c.id = due.id
    returning c.collection, c.id, due.shown, c.feed`;
  await dropClosures(
    tx,
    rows.filter((r) => r.collection === 'trafficEvent').map((r) => r.id),
  );
  const facts: FactDraft[] = [];
  for (const collection of COLLECTIONS) {
    const ids = rows.filter((r) => r.collection === collection && r.shown).map((r) => r.id);
    if (ids.length > 0) facts.push(endedFact(collection, ids, 'expired', now, 'ingest:feeds'));
  }
  return facts;
}

/** Items that ended more than so many days ago leave; a warning's later messages are remembered as long. */
export async function forgetOldItems(tx: Tx, days: number): Promise<void> {
  await tx`delete from city_item where ended_at < now() - make_interval(days => ${days})`;
  await tx`delete from city_item_over where at < now() - make_interval(days => ${days})`;
}

/** A feed that left, or that another speaker took over (simulator or partner): nothing it told stays on the map. */
export async function endFeed(tx: Tx, feed: string, now: Instant): Promise<FactDraft[]> {
  const rows = await tx<{ collection: (typeof COLLECTIONS)[number]; id: string }[]>`
    with was as (select collection, id, shown from city_item where feed = ${feed} and ended_at is null for update)
    update city_item c set ended_at = ${toTs(now)}, end_reason = 'withdrawn', shown = false
    from was where c.collection = was.collection and c.id = was.id and was.shown
    returning c.collection, c.id`;
  await tx`delete from city_item where feed = ${feed}`;
  await dropClosures(
    tx,
    rows.filter((r) => r.collection === 'trafficEvent').map((r) => r.id),
  );
  await endSignals(tx, { feed, lanes: feed === 'vehicle-positions' ? [CITY_LANES.vehicles] : [] }, now);
  return COLLECTIONS.flatMap((collection) => {
    const ids = rows.filter((r) => r.collection === collection).map((r) => r.id);
    return ids.length === 0 ? [] : [endedFact(collection, ids, 'withdrawn', now, 'ingest:feeds')];
  });
}
