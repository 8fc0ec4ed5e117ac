import type { RoadGraph } from '#gis-data/roads/graph.ts';
import type { Sql } from '#store/db.ts';

/**
 * pgRouting over the same network and weights, as somebody would use it who has PostGIS: a table of edges, and its functions from node to
 * node. It knows no cost of turns. Times are seconds.
 */
export interface PgRouting {
  /** Milliseconds in which the table was filled, and its size. */
  readonly fillMs: number;
  readonly tableMb: number;
  /** @returns seconds of the quickest way; null: there is none */
  route(from: number, to: number): Promise<number | null>;
  /** The nearest of some nodes to one, by one search backwards: nodes and seconds, quickest first. */
  nearest(from: readonly number[], to: number, most: number): Promise<readonly NodeTime[]>;
  /** Seconds between all pairs that have a way, by `from to`. */
  matrix(from: readonly number[], to: readonly number[]): Promise<ReadonlyMap<string, number>>;
  /** All nodes within so many seconds of one. */
  reach(from: number, withinS: number): Promise<readonly NodeTime[]>;
  /** Gives every edge other seconds. */
  reweigh(seconds: (edge: number) => number): Promise<void>;
}
export interface NodeTime {
  readonly node: number;
  readonly s: number;
}

const EDGES = 'select id, source, target, cost, reverse_cost from pgr_edge';
const BACKWARDS = 'select id, target as source, source as target, cost, reverse_cost from pgr_edge';
/** Rows of one statement. */
const BATCH = 20_000;

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
  const began = performance.now();
  await sql`create unlogged table pgr_edge (id int primary key, source int, target int, cost float8, reverse_cost float8)`;
  for (const rows of rowsOf(graph, seconds))
    await sql`insert into pgr_edge select (r->>0)::int, (r->>1)::int, (r->>2)::int, (r->>3)::float8, (r->>4)::float8
      from jsonb_array_elements(${sql.json(rows)}) r`;
  await sql`analyze pgr_edge`;
  const fillMs = performance.now() - began;
  const [size] = await sql<{ mb: number }[]>`select pg_total_relation_size('pgr_edge') / 1e6::float8 as mb`;
  return {
    fillMs,
    tableMb: size!.mb,
    route: async (from, to) => {
      const [last] = await sql<{ agg_cost: number }[]>`
        select agg_cost from pgr_dijkstra(${EDGES}, ${from}::int, ${to}::int) order by path_seq desc limit 1`;
      return last?.agg_cost ?? null;
    },
    nearest: async (from, to, most) =>
      await sql<NodeTime[]>`
      select end_vid::int as node, agg_cost as s
      from pgr_dijkstraCost(${BACKWARDS}, ${to}::int, ${sql.array([...from])}::int[]) order by agg_cost limit ${most}`,
    matrix: async (from, to) => {
      const cells = await sql<{ from: number; to: number; s: number }[]>`
        select start_vid::int as "from", end_vid::int as "to", agg_cost as s
        from pgr_dijkstraCost(${EDGES}, ${sql.array([...from])}::int[], ${sql.array([...to])}::int[])`;
      return new Map(cells.map((c) => [`${c.from} ${c.to}`, c.s]));
    },
    reach: async (from, withinS) =>
      await sql<NodeTime[]>`
      select node::int as node, agg_cost as s from pgr_drivingDistance(${EDGES}, ${from}::int, ${withinS}::float8)`,
    reweigh: async (anew) => {
      for (const rows of rowsOf(graph, anew))
        await sql`update pgr_edge set cost = (r->>3)::float8, reverse_cost = (r->>4)::float8
          from jsonb_array_elements(${sql.json(rows)}) r where id = (r->>0)::int`;
    },
  };
}

/** Edge, nodes and seconds both ways of all edges, some at a time. A negative cost is no way. */
function* rowsOf(graph: RoadGraph, seconds: (edge: number) => number): Generator<number[][]> {
  const costOf = (s: number, open: boolean): number => (open && Number.isFinite(s) ? s : -1);
  for (let first = 0; first < graph.edgeCount; first += BATCH)
    yield Array.from({ length: Math.min(BATCH, graph.edgeCount - first) }, (_, k) => {
      const e = first + k;
      const s = seconds(e);
      return [e, graph.edgeFrom[e]!, graph.edgeTo[e]!, costOf(s, true), costOf(s, !graph.edgeOneway[e])];
    });
}
