import type { EndReason } from '#domain/city/facts.ts';
import type { WarningMessage } from '#domain/city/items.ts';
import type { WarningRow } from '#domain/city/rows.ts';
import { warningPhase, WARNING_WITHOUT_END } from '#domain/city/view.ts';
import type { FactDraft } from '#domain/fact.ts';
import type { Instant } from '#domain/time.ts';
import { endedFact, hashOf, MAX_OPEN_ITEMS, type Applied } from './city-items.ts';
import { fromTs, toTs, type Tx } from './db.ts';

/**
 * Weather warnings and their chains: an update takes the place of the messages it names, a cancellation ends them, in
 * whatever order they arrive. A message that was named before it came does not come back to life. An exercise touches
 * only exercises, and a message touches only what its own sender or its own feed sent.
 */

interface Shown {
  id: string;
  hash: string;
  shown: boolean;
  ended_at: Date | null;
  first_at: Date;
  source_at: Date;
  body: WarningRow;
}

/** Rows of a message: its own id, and that id with a suffix for its further info groups. */
const rowsOf = (tx: Tx, ids: readonly string[]) => tx<Shown[]>`
  select id, hash, shown, ended_at, first_at, source_at, body from city_item
  where collection = 'warning' and split_part(id, '#', 1) = any(${ids as string[]})`;

/**
 * Applies the warning messages of one feed. Idempotent. The caller holds the feed's lock and records the facts as the
 * last statement. `warnings` of different feeds share their ids, so the same alert from two feeds is one warning.
 */
export async function applyWarnings(
  tx: Tx,
  feed: string,
  messages: readonly WarningMessage[],
  now: Instant,
): Promise<Applied> {
  const out: Applied = { facts: [], changed: 0, unchanged: 0, outdated: 0, refused: [] };
  for (const m of [...messages].sort((a, b) => a.sentAt - b.sentAt)) await applyOne(tx, feed, m, now, out);
  return out;
}

const overKey = (drill: boolean): string => (drill ? 'warning:drill' : 'warning');

async function applyOne(tx: Tx, feed: string, m: WarningMessage, now: Instant, out: Applied): Promise<void> {
  const actor = `ingest:${feed}`;
  const own = await rowsOf(tx, [m.id]);
  const hash = hashOf(m.warnings.map((w) => ({ ...w.row, feed: '' })));
  const [namedBy] = await tx<{ by_id: string }[]>`
    select by_id from city_item_over
    where collection = ${overKey(m.drill)} and id = ${m.id} and (feed = ${feed} or split_part(by_id, ',', 1) = ${m.sender})
    limit 1`;
  const seen = own.find((r) => r.id === m.id);
  if (m.action === 'cancel' ? await alreadyCancelled(tx, m) : seen?.hash === hash) {
    out.unchanged++;
    return;
  }
  if (seen && fromTs(seen.source_at) > m.sentAt) {
    out.outdated++;
    return;
  }
  const replaced = await endReferenced(tx, feed, m);
  // The same message again with other content: a mistake of the sender, but the newest word counts.
  const takesPlaceOf = [...replaced.filter((r) => r.shown), ...own.filter((r) => r.shown)];
  const shows = namedBy === undefined ? m.warnings.filter((w) => warningPhase(w.row, now) !== 'over') : [];
  if (shows.length > 0 && takesPlaceOf.length === 0 && (await countShown(tx)) >= MAX_OPEN_ITEMS) {
    out.refused.push({ id: m.id, code: 'too-many', reason: `${MAX_OPEN_ITEMS} warnings are open already` });
    return;
  }
  const firstAt = Math.min(m.sentAt, ...replaced.map((r) => fromTs(r.first_at)));
  const chain = 1 + Math.max(m.references.length > 0 ? 1 : 0, ...replaced.map((r) => r.body.messages));
  const rows = m.warnings.map((w) => ({ id: w.id, row: { ...w.row, firstSentAt: firstAt, messages: chain } }));
  const shownIds = new Set(shows.map((w) => w.id));
  await saveRows(tx, feed, m, rows, hash, firstAt, shownIds, now, namedBy !== undefined);
  out.changed++;
  out.facts.push(...factsOf(m, rows, shownIds, takesPlaceOf, now, actor));
}

function factsOf(
  m: WarningMessage,
  rows: readonly { id: string; row: WarningRow }[],
  shownIds: ReadonlySet<string>,
  takesPlaceOf: readonly Shown[],
  now: Instant,
  actor: string,
): FactDraft[] {
  const drill = m.drill ? { drill: true } : {};
  const gone = [...new Set(takesPlaceOf.map((r) => r.id))].filter((id) => !shownIds.has(id)).sort();
  const shown = rows.filter((r) => shownIds.has(r.id));
  if (shown.length === 0) {
    if (gone.length === 0) return [];
    const reason: EndReason = m.action === 'cancel' ? 'cancelled' : m.action === 'update' ? 'replaced' : 'ended';
    return [{ ...endedFact('warning', gone, reason, Math.min(now, m.sentAt), actor), ...drill }];
  }
  return shown.map((r, i) => ({
    kind: 'warning.issued',
    body: { id: r.id, replaces: i === 0 ? gone : [], warning: r.row },
    at: m.sentAt,
    subject: r.id,
    actor,
    ...drill,
  }));
}

/** A cancellation leaves no row of its own; that all it names are over by it is how it is known again. */
async function alreadyCancelled(tx: Tx, m: WarningMessage): Promise<boolean> {
  const [r] = await tx<{ n: number }[]>`
    select count(*)::int as n from city_item_over
    where collection = ${overKey(m.drill)} and id = any(${m.references as string[]}) and by_id = ${m.id}`;
  return r!.n > 0;
}

/** Ends the messages that `m` names, and remembers that they are over even if they have not come yet. @returns their rows that were open */
async function endReferenced(tx: Tx, feed: string, m: WarningMessage): Promise<Shown[]> {
  if (m.references.length === 0 || m.action === 'issue') return [];
  const now = toTs(m.sentAt);
  await tx`
    insert into city_item_over (collection, id, by_id, at, feed)
    select ${overKey(m.drill)}, ref.id, ${m.id}, ${now}, ${feed} from unnest(${m.references as string[]}::text[]) as ref (id)
    on conflict (collection, id, by_id) do nothing`;
  const named = (await rowsOf(tx, m.references)).filter(
    (r) => r.body.drill === m.drill && (r.body.feed === feed || r.body.sender === m.sender),
  );
  const open = named.filter((r) => r.ended_at === null);
  if (open.length > 0)
    await tx`
      update city_item set ended_at = ${now}, end_reason = ${m.action === 'cancel' ? 'cancelled' : 'replaced'}, shown = false
      where collection = 'warning' and id = any(${open.map((r) => r.id)})`;
  return named.map((r) => ({ ...r, shown: r.shown && r.ended_at === null }));
}

async function countShown(tx: Tx): Promise<number> {
  const [r] = await tx<{ n: number }[]>`
    select count(*)::int as n from city_item where collection = 'warning' and ended_at is null`;
  return r!.n;
}

async function saveRows(
  tx: Tx,
  feed: string,
  m: WarningMessage,
  rows: readonly { id: string; row: WarningRow }[],
  hash: string,
  firstAt: Instant,
  shownIds: ReadonlySet<string>,
  now: Instant,
  superseded: boolean,
): Promise<void> {
  if (rows.length === 0) return;
  const saves = rows.map(({ id, row }) => {
    const shown = shownIds.has(id);
    const polygons = row.areas.flatMap((a) => a.polygons).map((ring) => [ring]);
    return {
      id,
      body: row,
      shown,
      endsAt: toTs(row.expiresAt ?? row.sentAt + WARNING_WITHOUT_END),
      endedAt: shown ? null : toTs(Math.min(now, row.expiresAt ?? now)),
      reason: shown ? null : superseded ? 'replaced' : 'expired',
      geom: polygons.length > 0 ? { type: 'MultiPolygon', coordinates: polygons } : null,
    };
  });
  // info groups that an earlier content of the same message had, and this one has not
  await tx`
    update city_item set ended_at = ${toTs(m.sentAt)}, end_reason = 'replaced', shown = false
    where collection = 'warning' and split_part(id, '#', 1) = ${m.id} and ended_at is null and not (id = any(${rows.map((r) => r.id)}))`;
  await tx`
    insert into city_item (collection, id, feed, hash, source_at, first_at, ends_at, ended_at, end_reason, shown, drill, body, geom)
    select 'warning', r->>'id', ${feed}, ${hash}, ${toTs(m.sentAt)}, ${toTs(firstAt)}, (r->>'endsAt')::timestamptz,
      (r->>'endedAt')::timestamptz, r->>'reason', (r->>'shown')::boolean, ${m.drill}, r->'body',
      case when jsonb_typeof(r->'geom') = 'object' then st_setsrid(st_geomfromgeojson(r->'geom'), 4326) end
    from jsonb_array_elements(${tx.json(saves as never)}) r
    on conflict (collection, id) do update set feed = excluded.feed, hash = excluded.hash, source_at = excluded.source_at,
      ends_at = excluded.ends_at, ended_at = excluded.ended_at, end_reason = excluded.end_reason, shown = excluded.shown,
      drill = excluded.drill, body = excluded.body, geom = excluded.geom`;
}
