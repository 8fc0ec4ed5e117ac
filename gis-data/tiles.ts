import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Sql } from '#store/db.ts';
import { activeCity } from '#store/gis.ts';
import { cutTile } from '#store/gis-tiles.ts';

/** Vector tiles of the active city, cut by PostGIS once and kept, compressed, in a bounded cache. */

const deflate = promisify(gzip);

/** Zooms that are cut; a browser enlarges the last one. */
export const MIN_ZOOM = 6;
export const MAX_ZOOM = 15;
/** Bytes of compressed tiles that are kept. */
const CACHE_BYTES = 48 * 1024 * 1024;
/** Tiles cut at once: the pool has other work too. */
const AT_ONCE = 3;
/** Tiles that may wait; beyond it a request is refused, and the browser asks again. */
const MAX_WAITING = 400;
/** How long the active version is believed without asking, milliseconds. */
const VERSION_MS = 2000;

export interface Tile {
  /** gzip of the MVT; empty where there is nothing to draw. */
  readonly gz: Buffer;
  readonly etag: string;
  /** Version of the map that it was cut from. */
  readonly version: string;
}

export class TilesBusy extends Error {}

export class TileCache {
  readonly #sql: Sql;
  readonly #limit: number;
  readonly #kept = new Map<string, Tile>();
  readonly #inWork = new Map<string, Promise<Tile>>();
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;
  #cutting = 0;
  #version: { value: string | null; until: number } | null = null;
  /** For benchmarks and the status page. */
  readonly counts = { hits: 0, cut: 0, dropped: 0 };

  constructor(sql: Sql, limit = CACHE_BYTES) {
    this.#sql = sql;
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The version that is shown now; null while no city is loaded. */
  async version(now = performance.now()): Promise<string | null> {
    if (!this.#version || this.#version.until < now)
      this.#version = { value: (await activeCity(this.#sql))?.mapVersion ?? null, until: now + VERSION_MS };
    return this.#version.value;
  }

  /**
   * One tile of the version that is shown now.
   * @returns null for a place that no tile has (zoom or numbers out of range) or while no city is loaded
   * @throws TilesBusy when too many wait
   */
  async tile(z: number, x: number, y: number): Promise<Tile | null> {
    if (!inRange(z, x, y)) return null;
    const version = await this.version();
    if (version === null) return null;
    const key = `${version}/${z}/${x}/${y}`;
    const kept = this.#kept.get(key);
    if (kept) {
      // newest last: the oldest leaves first
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      this.counts.hits++;
      return kept;
    }
    let work = this.#inWork.get(key);
    if (!work) {
      work = this.#cut(key, version, z, x, y).finally(() => this.#inWork.delete(key));
      this.#inWork.set(key, work);
    }
    return await work;
  }

  async #cut(key: string, version: string, z: number, x: number, y: number): Promise<Tile> {
    if (this.#waiting.length >= MAX_WAITING) throw new TilesBusy(`${MAX_WAITING} tiles are waiting`);
    if (this.#cutting >= AT_ONCE) await new Promise<void>((r) => this.#waiting.push(r));
    else this.#cutting++;
    try {
      const mvt = await cutTile(this.#sql, z, x, y);
      const gz = mvt.length === 0 ? mvt : await deflate(mvt, { level: 6 });
      const etag = `"${createHash('sha256').update(gz).digest('base64url').slice(0, 22)}"`;
      const tile = { gz, etag, version };
      this.counts.cut++;
      this.#keep(key, tile);
      return tile;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#cutting--;
    }
  }

  #keep(key: string, tile: Tile): void {
    this.#kept.set(key, tile);
    this.#bytes += tile.gz.length + 200;
    for (const [old, t] of this.#kept) {
      if (this.#bytes <= this.#limit) break;
      this.#kept.delete(old);
      this.#bytes -= t.gz.length + 200;
      this.counts.dropped++;
    }
  }
}

function inRange(z: number, x: number, y: number): boolean {
  return (
    Number.isInteger(z) && Number.isInteger(x) && Number.isInteger(y) &&
    z >= MIN_ZOOM && z <= MAX_ZOOM && x >= 0 && y >= 0 && x < 2 ** z && y < 2 ** z
  );
} // prettier-ignore

const caches = new WeakMap<Sql, TileCache>();
/** The cache of a pool; made at first use, kept as long as the pool. */
export function tilesOf(sql: Sql): TileCache {
  let cache = caches.get(sql);
  if (!cache) caches.set(sql, (cache = new TileCache(sql)));
  return cache;
}

/**
 * One tile, gzip; null where there is none, or when `version` is not the one that is shown now.
 * @throws TilesBusy when too many wait
 */
export async function mapTile(sql: Sql, z: number, x: number, y: number, version: string): Promise<Buffer | null> {
  const tile = await tilesOf(sql).tile(z, x, y);
  return tile && tile.version === version ? tile.gz : null;
}
