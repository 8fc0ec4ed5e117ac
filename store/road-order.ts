import type { Sql } from './db.ts';

/** Networks of a city that have an order each. */
export type OrderedNetwork = 'roads' | 'walking';

/**
 * The kept order of a city's roads, for exactly this map; null when there is none or it does not fit.
 * @param count the numbers in it: both directions of each road (an order of an older version names each road once, and is made anew)
 */
export async function keptRoadOrder(
  sql: Sql,
  city: string,
  mapVersion: string,
  count: number,
  network: OrderedNetwork = 'roads',
): Promise<Int32Array | null> {
  const [r] = await sql<{ body: Buffer }[]>`
    select body from road_order where city = ${city} and network = ${network} and map_version = ${mapVersion} and roads = ${count}`;
  if (r?.body.length !== count * 4) return null;
  const order = Int32Array.from({ length: count }, (_, i) => r.body.readInt32LE(i * 4));
  // each of them once: a damaged order would make a damaged network
  const seen = new Uint8Array(count);
  for (const n of order) {
    if (n < 0 || n >= count || seen[n] === 1) return null;
    seen[n] = 1;
  }
  return order;
}

/** Keeps an order in place of the network's last one. */
export async function keepRoadOrder(
  sql: Sql,
  city: string,
  mapVersion: string,
  order: Int32Array,
  network: OrderedNetwork = 'roads',
): Promise<void> {
  const body = Buffer.alloc(order.length * 4);
  order.forEach((n, i) => body.writeInt32LE(n, i * 4));
  await sql`
    insert into road_order (city, network, map_version, roads, body)
    values (${city}, ${network}, ${mapVersion}, ${order.length}, ${body})
    on conflict (city, network) do update set map_version = excluded.map_version, roads = excluded.roads, body = excluded.body, at = now()`;
}
