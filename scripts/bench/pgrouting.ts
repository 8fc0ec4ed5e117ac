import type { RoadGraph } from '#gis-data/roads/graph.ts';
import type { Sql } from '#store/db.ts';

/** pgRouting over the same network and weights, as somebody would use it who has PostGIS: a table of edges, pgr_dijkstra from node to node. */
export interface PgRouting {
  /** @returns seconds of the quickest way; null: there is none. It knows no cost of turns. */
  route(from: number, to: number): Promise<number | null>;
}

/**
 * @param seconds of an edge now; Infinity where it is closed
 * @returns null where the server has no pgRouting
 */
export async function openPgRouting(
  sql: Sql,
  graph: RoadGraph,
  seconds: (edge: number) => number,
): Promise<PgRouting | null> {
  const [there] = await sql<{ n: number }[]>`
    select count(*)::int as n from pg_available_extensions where name = 'pgrouting'`;
  if (there!.n === 0) return null;
  await sql`create extension if not exists pgrouting cascade`;
  await sql`create unlogged table pgr_edge (id int primary key, source int, target int, cost float8, reverse_cost float8)`;
  const rows = Array.from({ length: graph.edgeCount }, (_, e) => {
    const cost = Number.isFinite(seconds(e)) ? seconds(e) : -1; // a negative cost is no way
    return [e, graph.edgeFrom[e]!, graph.edgeTo[e]!, cost, graph.edgeOneway[e] ? -1 : cost];
  });
  for (let i = 0; i < rows.length; i += 20_000)
    await sql`insert into pgr_edge select (r->>0)::int, (r->>1)::int, (r->>2)::int, (r->>3)::float8, (r->>4)::float8
      from jsonb_array_elements(${sql.json(rows.slice(i, i + 20_000))}) r`;
  await sql`analyze pgr_edge`;
  return {
    route: async (from, to) => {
      const [last] = await sql<{ agg_cost: number }[]>`
        select agg_cost from pgr_dijkstra('select id, source, target, cost, reverse_cost from pgr_edge', ${from}::int, ${to}::int)
        order by path_seq desc limit 1`;
      return last?.agg_cost ?? null;
    },
  };
}
