import type { Sql } from '#store/db.ts';
import { activeCity, type City } from '#store/gis.ts';
import { cityTiles } from './city-tiles.ts';
import { openOwnTiles, TilesFileError, type OwnArchive, type OwnTiles, type TilesFileCode } from './own-tiles.ts';
import type { TileMaker } from './tiles.ts';

/** How long a file is believed to be what it was, milliseconds. */
const LOOK_MS = 2000;

/** What a map of the active city is drawn from. */
export interface MapTiles {
  readonly city: City;
  /** Null: tiles of our own making. */
  readonly own: OwnTiles | null;
  /** Why the user's file is not drawn; null: it is, or there is none. */
  readonly refused: TilesFileCode | null;
}

/**
 * The tiles of the map: those of the user's own file when one is named and can be drawn, else ours. A file that cannot be drawn leaves
 * nobody without a map; it is told why. The file may be replaced while we run.
 */
export class TileSource implements TileMaker {
  readonly minZoom = 0;
  readonly maxZoom = 22;
  readonly #sql: Sql;
  readonly #path: string;
  readonly #ours: TileMaker;
  readonly #tell: (e: TilesFileError) => void;
  #archive: OwnArchive | null = null;
  #refused: TilesFileError | null = null;
  #lookedAt = -Infinity;
  #of: string | null = null;

  /**
   * @param path PMTiles archive; empty: none
   * @param tell hears of a refusal, once for each reason
   */
  constructor(sql: Sql, path: string, tell: (e: TilesFileError) => void) {
    this.#sql = sql;
    this.#path = path;
    this.#ours = cityTiles(sql);
    this.#tell = tell;
  }

  async version(): Promise<string | null> {
    const about = await this.about();
    return about && (about.own?.version ?? about.city.tileVersion);
  }

  /** Null while no city is loaded. */
  async about(now = performance.now()): Promise<MapTiles | null> {
    const city = await activeCity(this.#sql);
    if (!city) return null;
    if (this.#path !== '' && (now - this.#lookedAt > LOOK_MS || this.#of !== city.id)) await this.#look(city, now);
    return { city, own: this.#archive?.about ?? null, refused: this.#refused?.code ?? null };
  }

  async #look(city: City, now: number): Promise<void> {
    this.#lookedAt = now;
    if (this.#archive && this.#of === city.id && !(await this.#archive.changed())) return;
    this.#of = city.id;
    const before = this.#archive;
    try {
      this.#archive = await openOwnTiles(this.#path, city.bbox);
      this.#refused = null;
    } catch (e) {
      if (!(e instanceof TilesFileError)) throw e;
      if (this.#refused?.message !== e.message) this.#tell(e);
      this.#archive = null;
      this.#refused = e;
    }
    await before?.end();
  }

  async make(z: number, x: number, y: number): Promise<{ version: string; mvt: Uint8Array } | null> {
    const maker = this.#archive ?? this.#ours;
    if (z < maker.minZoom || z > maker.maxZoom) {
      const version = await maker.version();
      return version === null ? null : { version, mvt: new Uint8Array(0) };
    }
    return await maker.make(z, x, y);
  }
}
