import type { SegmentItem } from '#domain/city/items.ts';
import { CITY_LANES, type SegmentSignal } from '#domain/city/rows.ts';
import type { Sql, Tx } from './db.ts';
import { edgesOf } from './road-match.ts';
import type { Signal } from './signals.ts';

/** Which of our road edges a partner's segments lie on: known, or found once from the segment's line and remembered. */

export interface MappedSegments {
  readonly signals: Signal[];
  /** Segments that are on none of our roads, or came without a line and were never seen with one. */
  readonly unknown: { id: string; reason: string }[];
}

export async function mapSegments(sql: Sql | Tx, feed: string, items: readonly SegmentItem[]): Promise<MappedSegments> {
  const direct = items.filter((i) => directEdge(i.id) !== null);
  const others = items.filter((i) => directEdge(i.id) === null);
  const rows = await sql<{ segment: string; edges: number[] }[]>`
    select segment, array_agg(edge order by edge) as edges from segment_edge
    where feed = ${feed} and segment = any(${others.map((i) => i.id)}) group by segment`;
  const known = new Map(rows.map((r) => [r.segment, r.edges.map(Number)]));
  const unknown: MappedSegments['unknown'] = [];
  const found: { segment: string; edge: number }[] = [];
  for (const i of others) {
    if (known.has(i.id)) continue;
    if (i.line === null) {
      unknown.push({ id: i.id, reason: 'it has no line, and none is known from before' });
      continue;
    }
    const edges = await edgesOf(sql, { type: 'LineString', coordinates: i.line });
    if (edges.length === 0) unknown.push({ id: i.id, reason: 'its line lies on none of our roads' });
    known.set(i.id, edges);
    found.push(...edges.map((edge) => ({ segment: i.id, edge })));
  }
  if (found.length > 0)
    await sql`
      insert into segment_edge (feed, segment, edge)
      select ${feed}, r->>'segment', (r->>'edge')::bigint from jsonb_array_elements(${sql.json(found as never)}) r
      on conflict do nothing`;
  const signals: Signal[] = [];
  for (const i of [...direct, ...others]) {
    const edges = directEdge(i.id) === null ? (known.get(i.id) ?? []) : [directEdge(i.id)!];
    const body: SegmentSignal = { feed, kmh: i.kmh, freeKmh: i.freeKmh, confidence: i.confidence };
    for (const edge of edges)
      signals.push({ lane: CITY_LANES.segments, key: String(edge), at: i.at, body: { ...body } });
  }
  return { signals, unknown };
}

/** `edge:123` names our edge 123 outright. */
function directEdge(id: string): number | null {
  const m = /^edge:(\d{1,15})$/.exec(id);
  return m ? Number(m[1]) : null;
}
