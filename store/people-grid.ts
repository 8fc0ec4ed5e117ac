import type { GridCell } from '#domain/around/people.ts';
import type { Sql, Tx } from './db.ts';

/** The population grid of a city: one, replaced as a whole. */

export interface GridTold {
  readonly city: string;
  readonly source: string;
  /** YYYY or YYYY-MM-DD. */
  readonly asOf: string;
  /** ± percent. */
  readonly errorPct: number;
  /** Of the file and of what was told with it. */
  readonly digest: string;
}
export interface GridLoaded {
  readonly cells: number;
  readonly people: number;
  /** Cells whose middle had been told already. */
  readonly twice: number;
}
type Reach = readonly [west: number, south: number, east: number, north: number];

/** Digest of the grid that is loaded; null without one. */
export async function gridDigest(sql: Sql, city: string): Promise<string | null> {
  const [r] = await sql<{ digest: string }[]>`select digest from people_grid where city = ${city}`;
  return r?.digest ?? null;
}

const AT_ONCE = 5000;

/**
 * Takes a grid in the place of the one before, all or nothing.
 * @param cells read once, a few thousand at a time
 * @param extent of the whole file and the side of a cell in metres, asked when all cells are read
 * @throws RangeError when no cell has people: then the one before stays
 */
export async function loadGrid(
  sql: Sql,
  told: GridTold,
  cells: AsyncIterable<GridCell>,
  extent: () => { reach: Reach; cellM: number },
): Promise<GridLoaded> {
  return await sql.begin(async (t) => {
    const tx = t as Tx;
    await tx`select pg_advisory_xact_lock(7770043)`;
    await removeCells(tx, told.city);
    let [read, taken] = [0, 0];
    let batch: GridCell[] = [];
    const put = async (): Promise<void> => {
      taken += await insertCells(tx, told.city, batch);
      read += batch.length;
      batch = [];
    };
    for await (const cell of cells) if (batch.push(cell) >= AT_ONCE) await put();
    await put();
    if (taken === 0) throw new RangeError('no cell of the file lies in the city and has people');
    const { reach, cellM } = extent();
    const [sum] = await tx<{ people: number }[]>`
      insert into people_grid (city, source, as_of, error_pct, cell_m, digest, cells, people, reach)
      select ${told.city}, ${told.source}, ${told.asOf}, ${told.errorPct}, ${cellM}, ${told.digest}, ${taken}, sum(people),
        st_makeenvelope(${reach[0]}, ${reach[1]}, ${reach[2]}, ${reach[3]}, 4326)
      from people_cell where city = ${told.city} returning people`;
    await tx`select name_people_cells(${told.city})`;
    return { cells: taken, people: sum!.people, twice: read - taken };
  });
}

/** Buildings count again. @returns whether there was a grid */
export async function removeGrid(sql: Sql, city: string): Promise<boolean> {
  return await sql.begin(async (t) => {
    const tx = t as Tx;
    await tx`select pg_advisory_xact_lock(7770043)`;
    return removeCells(tx, city);
  });
}

async function removeCells(tx: Tx, city: string): Promise<boolean> {
  await tx`delete from people_cell where city = ${city}`;
  return (await tx`delete from people_grid where city = ${city}`).count > 0;
}

/** @returns how many were new */
async function insertCells(tx: Tx, city: string, cells: readonly GridCell[]): Promise<number> {
  if (cells.length === 0) return 0;
  const column = (of: (c: GridCell) => number): number[] => cells.map(of);
  const done = await tx`
    insert into people_cell (city, x, y, people, cell)
    select ${city}, round(lng * 1e6)::int, round(lat * 1e6)::int, people, st_makeenvelope(lng - dx, lat - dy, lng + dx, lat + dy, 4326)
    from unnest(${column((c) => c.at[0])}::float8[], ${column((c) => c.at[1])}::float8[], ${column((c) => c.half[0])}::float8[],
      ${column((c) => c.half[1])}::float8[], ${column((c) => c.people)}::float8[]) as told (lng, lat, dx, dy, people)
    on conflict do nothing`;
  return done.count;
}
