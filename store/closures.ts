import { closureHolds } from '#domain/city/view.ts';
import { CITY_LANES, type ClosureSignal, type TrafficEventRow } from '#domain/city/rows.ts';
import { canonical } from '#domain/digest.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { putSignals, type Signal } from './signals.ts';

/** Which events close which road edges. The road engine reads the lane `closures`; this table remembers the reasons. */

export async function saveClosures(tx: Tx, closures: readonly { id: string; event: TrafficEventRow }[]): Promise<void> {
  await dropClosures(
    tx,
    closures.map((c) => c.id),
  );
  const rows = closures
    .filter((c) => c.event.closed && !c.event.drill)
    .flatMap((c) =>
      c.event.edges.map((edge) => ({
        edge,
        event: c.id,
        direction: 'both',
        from: toTs(c.event.startsAt),
        until: c.event.endsAt === null ? null : toTs(c.event.endsAt),
      })),
    );
  if (rows.length === 0) return;
  await tx`
    insert into edge_closure (edge, event, direction, starts_at, ends_at)
    select (r->>'edge')::bigint, r->>'event', r->>'direction', (r->>'from')::timestamptz, (r->>'until')::timestamptz
    from jsonb_array_elements(${tx.json(rows as never)}) r
    on conflict (edge, event) do nothing`;
}

export async function dropClosures(tx: Tx, events: readonly string[]): Promise<void> {
  if (events.length > 0) await tx`delete from edge_closure where event = any(${events as string[]})`;
}

/**
 * Brings the lane `closures` in line with the table: of several closures of an edge the one that holds now and lasts
 * longest is told, else the next to come; an edge without any is told open. Called after every change, once a minute
 * (closures that begin), and at start (a process that was killed between the two).
 * @returns how many edges changed
 */
export async function syncClosures(sql: Sql, now: Instant): Promise<number> {
  const rows = await sql<
    { edge: number; event: string; direction: ClosureSignal['direction']; from: Date; until: Date | null }[]
  >`
    select edge, event, direction, starts_at as from, ends_at as until from edge_closure`;
  const wanted = new Map<string, ClosureSignal>();
  for (const r of rows) {
    const c: ClosureSignal = {
      closed: true,
      direction: r.direction,
      event: r.event,
      from: fromTs(r.from),
      until: r.until === null ? null : fromTs(r.until),
    };
    const key = String(r.edge);
    const have = wanted.get(key);
    if (!have || before(c, have, now)) wanted.set(key, c);
  }
  const told = new Map(
    (
      await sql<{ key: string; at: Date; body: ClosureSignal }[]>`
        select key, at, body from signal_latest where lane = ${CITY_LANES.closures}`
    ).map((r) => [r.key, r]),
  );
  for (const [key, t] of told)
    if (t.body.closed && !wanted.has(key)) wanted.set(key, { ...t.body, closed: false, until: null });
  const signals: Signal[] = [];
  for (const [key, body] of wanted) {
    const t = told.get(key);
    if (t && canonical(t.body) === canonical(body)) continue;
    if (!t && !body.closed) continue;
    // our own statement, not a measurement of the partner: newer than the last one whatever the clock did
    signals.push({ lane: CITY_LANES.closures, key, at: Math.max(now, t ? fromTs(t.at) + 1 : 0), body: { ...body } });
  }
  return await putSignals(sql, signals);
}

/** Whether closure a is the one to tell rather than b. */
function before(a: ClosureSignal, b: ClosureSignal, now: Instant): boolean {
  const [holdsA, holdsB] = [closureHolds(a, now), closureHolds(b, now)];
  if (holdsA !== holdsB) return holdsA;
  if (holdsA) return (a.until ?? Infinity) > (b.until ?? Infinity) || (a.until === b.until && a.event < b.event);
  return a.from < b.from || (a.from === b.from && a.event < b.event);
}
