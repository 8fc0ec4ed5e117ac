import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { DENSEST_PER_KM2, noFaults, type CellFault, type GridCell } from '#domain/around/people.ts';
import type { Sql } from '#store/db.ts';
import { gridDigest, loadGrid } from '#store/people-grid.ts';
import type { CoordinateSystem } from '../crs.ts';
import { csvGrid } from './grid-csv.ts';
import { tiffGrid, type Box } from './grid-tiff.ts';

/** A population grid from a file into the database (`city:import --population`). */

/** What a file tells, cell by cell; `people` 0 is a cell where nobody lives. */
export type GridFile = AsyncGenerator<
  | { readonly fault: CellFault; readonly line?: number; readonly times?: number }
  | (Omit<GridCell, 'people'> & { readonly people: number | 'no-data' | 'negative' })
>;

export interface PeopleOptions {
  readonly city: string;
  readonly source: string;
  /** YYYY or YYYY-MM-DD. */
  readonly asOf: string;
  /** ± percent, as the source states it. */
  readonly errorPct: number;
  /** Side of a cell of a CSV file, metres; null: its column, or the distances between its cells. */
  readonly cellM: number | null;
  /** Of a CSV file; a GeoTIFF tells its own. */
  readonly crs: CoordinateSystem | null;
}

export interface PeopleReport {
  /** The same grid was there already. */
  readonly unchanged: boolean;
  readonly cells: number;
  readonly people: number;
  /** Cells where nobody lives. */
  readonly empty: number;
  readonly faults: Readonly<Record<CellFault, number>>;
  /** The first lines that could not be read. */
  readonly unreadableLines: readonly number[];
  /** People per km² of the densest cell. */
  readonly densest: number;
  /** It is denser than anything on earth: is the unit people per cell? */
  readonly tooDense: boolean;
  /** Residents that the buildings of the city tell; 0 without heights and footprints. */
  readonly byBuildings: number;
}

const LINES_TOLD = 10;
const M_PER_DEG = 110_950;

/**
 * Values that are no people are counted and left out; the rest is taken, all or nothing, in the place of the grid before.
 * @throws RangeError when the file cannot be read, tells nothing of the city, or lies in another system
 */
export async function importPeople(sql: Sql, file: string, o: PeopleOptions): Promise<PeopleReport> {
  const [city] = await sql<(Box & { byBuildings: number })[]>`
    select west, south, east, north,
      (select coalesce(sum(people), 0)::float8 from people_spot p where p.city = c.id) as "byBuildings"
    from city c where id = ${o.city}`;
  if (!city) throw new RangeError(`city ${o.city} is not loaded: import its map first`);
  const digest = await digestOf(file, o).catch((e: unknown) => {
    throw new RangeError(`${basename(file)} cannot be read: ${(e as Error).message}`, { cause: e });
  });
  if ((await gridDigest(sql, o.city)) === digest) return await asBefore(sql, o.city, city.byBuildings);
  const reading = new Reading(city);
  const loaded = await loadGrid(sql, { ...o, digest }, reading.cells(legible(file, await gridOf(file, o, city))), () =>
    reading.extent(),
  );
  reading.faults.twice = loaded.twice;
  return {
    ...{ unchanged: false, cells: loaded.cells, people: loaded.people, empty: reading.empty, faults: reading.faults },
    ...{ unreadableLines: reading.lines, densest: Math.round(reading.densest), byBuildings: city.byBuildings },
    tooDense: reading.densest > DENSEST_PER_KM2,
  };
}

async function asBefore(sql: Sql, city: string, byBuildings: number): Promise<PeopleReport> {
  const [r] = await sql<{ cells: number; people: number }[]>`
    select cells, people from people_grid where city = ${city}`;
  return {
    ...{ unchanged: true, cells: r!.cells, people: r!.people, empty: 0, faults: noFaults(), unreadableLines: [] },
    ...{ densest: 0, tooDense: false, byBuildings },
  };
}

/** The file by its first bytes, whatever its name says. */
async function gridOf(path: string, o: PeopleOptions, city: Box): Promise<GridFile> {
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0).finally(() => file.close());
  const magic = buffer.toString('latin1');
  if (/^(II[*+]\0|MM\0[*+])/.test(magic)) return tiffGrid(path, city);
  if (o.crs === null)
    throw new RangeError(`${basename(path)}: --population-crs says the coordinate system of a CSV grid`);
  return csvGrid(path, magic.startsWith('\x1f\x8b'), { cellM: o.cellM, crs: o.crs });
}

/** What a library says of a damaged file, with the file's name. */
async function* legible(path: string, file: GridFile): GridFile {
  try {
    yield* file;
  } catch (e) {
    throw new RangeError(`${basename(path)}: ${(e as Error).message}`, { cause: e });
  }
}

async function digestOf(path: string, o: PeopleOptions): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([o.source, o.asOf, o.errorPct, o.cellM, o.crs]));
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** What is counted while a file is read. */
class Reading {
  readonly faults = noFaults();
  readonly lines: number[] = [];
  empty = 0;
  densest = 0;
  #west = Infinity;
  #south = Infinity;
  #east = -Infinity;
  #north = -Infinity;
  #side = 0;
  readonly #city: Box;

  constructor(city: Box) {
    this.#city = city;
  }

  async *cells(file: GridFile): AsyncGenerator<GridCell> {
    for await (const told of file) {
      if ('fault' in told) {
        this.faults[told.fault] += told.times ?? 1;
        if (told.line !== undefined && this.lines.length < LINES_TOLD) this.lines.push(told.line);
        continue;
      }
      const { at, half, people } = told;
      this.#grow(at, half);
      if (!this.#inside(at)) this.faults.outside++;
      else if (typeof people !== 'number') this.faults[people]++;
      else if (people === 0) this.empty++;
      else {
        const km2 = (4 * half[0] * half[1] * 111_320 * M_PER_DEG * Math.cos((at[1] * Math.PI) / 180)) / 1e6;
        this.densest = Math.max(this.densest, people / km2);
        yield { at, half, people };
      }
    }
  }

  extent(): { reach: readonly [number, number, number, number]; cellM: number } {
    // the fringe of a grid follows the border of its city: two cells more or less say nothing
    const more = 4 * this.#side;
    return {
      reach: [this.#west - more, this.#south - more, this.#east + more, this.#north + more],
      cellM: 2 * this.#side * M_PER_DEG,
    };
  }

  #grow([lng, lat]: GridCell['at'], [dx, dy]: GridCell['half']): void {
    this.#west = Math.min(this.#west, lng - dx);
    this.#south = Math.min(this.#south, lat - dy);
    this.#east = Math.max(this.#east, lng + dx);
    this.#north = Math.max(this.#north, lat + dy);
    this.#side = Math.max(this.#side, dy);
  }
  #inside([lng, lat]: GridCell['at']): boolean {
    const { west, south, east, north } = this.#city;
    return lng >= west && lng <= east && lat >= south && lat <= north;
  }
}
