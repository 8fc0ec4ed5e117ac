import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Vector tiles: made once by whoever makes them (`TileMaker`), and kept, compressed, in a bounded cache. */

const deflate = promisify(gzip);

/** Bytes of compressed tiles that are kept. */
const CACHE_BYTES = 48 * 1024 * 1024;
/** What a kept tile costs besides its bytes. */
const OVERHEAD = 200;
/** Tiles made at once: the pool has other work too. */
const AT_ONCE = 3;
/** Tiles that may wait; beyond it a request is refused, and the browser asks again. */
const MAX_WAITING = 400;
/** How long the present version is believed without asking, milliseconds; and when somebody names another one. */
const VERSION_MS = 2000;
const VERSION_DOUBTED_MS = 100;

export interface TileMaker {
  /** Zooms that are made; a browser enlarges the last one. */
  readonly minZoom: number;
  readonly maxZoom: number;
  /** The version that is shown now; null: there is no map. */
  version(): Promise<string | null>;
  /** One tile, uncompressed MVT, with the version that it really is of; null: there is no map any more. */
  make(z: number, x: number, y: number): Promise<{ readonly version: string; readonly mvt: Uint8Array } | null>;
}

export interface Tile {
  /** gzip of the MVT; empty where there is nothing to draw. */
  readonly gz: Buffer;
  readonly etag: string;
  /** Version of the map that it was cut from. */
  readonly version: string;
}

export class TilesBusy extends Error {}

export class TileCache {
  readonly #maker: TileMaker;
  readonly #limit: number;
  readonly #kept = new Map<string, Tile>();
  readonly #inWork = new Map<string, Promise<Tile | null>>();
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;
  #making = 0;
  #version: { value: string | null; at: number } | null = null;
  /** For benchmarks and the status page. */
  readonly counts = { hits: 0, made: 0, dropped: 0 };

  constructor(maker: TileMaker, limit = CACHE_BYTES) {
    this.#maker = maker;
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The version that is shown now; null while there is no map.
   * @param named what somebody believes it is: when we believe otherwise, we look again
   */
  async version(named: string | null = null, now = performance.now()): Promise<string | null> {
    const have = this.#version;
    const believed = named === null || have?.value === named ? VERSION_MS : VERSION_DOUBTED_MS;
    if (have && now - have.at < believed) return have.value;
    const value = await this.#maker.version();
    this.#believe(value);
    return value;
  }

  #believe(value: string | null): void {
    // what nobody will ask for again makes room
    if (this.#version && this.#version.value !== value) {
      this.#kept.clear();
      this.#bytes = 0;
    }
    this.#version = { value, at: performance.now() };
  }

  /**
   * One tile of the version that is shown now.
   * @param wanted version that the asker draws; null: any
   * @returns `gone` when another version is shown than the wanted one; null for a place that no tile has (zoom or numbers out of range)
   *   or while there is no map
   * @throws TilesBusy when too many wait
   */
  tile(z: number, x: number, y: number): Promise<Tile | null>;
  tile(z: number, x: number, y: number, wanted: string | null): Promise<Tile | 'gone' | null>;
  async tile(z: number, x: number, y: number, wanted: string | null = null): Promise<Tile | 'gone' | null> {
    if (!this.#inRange(z, x, y)) return null;
    const version = await this.version(wanted);
    if (version === null) return null;
    if (wanted !== null && wanted !== version) return 'gone';
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
      work = this.#make(z, x, y).finally(() => this.#inWork.delete(key));
      this.#inWork.set(key, work);
    }
    const tile = await work;
    return tile && wanted !== null && tile.version !== wanted ? 'gone' : tile;
  }

  async #make(z: number, x: number, y: number): Promise<Tile | null> {
    if (this.#waiting.length >= MAX_WAITING) throw new TilesBusy(`${MAX_WAITING} tiles are waiting`);
    if (this.#making >= AT_ONCE) await new Promise<void>((r) => this.#waiting.push(r));
    else this.#making++;
    try {
      const made = await this.#maker.make(z, x, y);
      if (!made) return null;
      const gz = made.mvt.length === 0 ? Buffer.alloc(0) : await deflate(made.mvt, { level: 6 });
      const etag = `"${createHash('sha256').update(gz).digest('base64url').slice(0, 22)}"`;
      const tile = { gz, etag, version: made.version };
      this.counts.made++;
      // an import may have come between: the tile is of what was there when it was made
      if (made.version !== this.#version?.value) this.#believe(made.version);
      this.#keep(`${made.version}/${z}/${x}/${y}`, tile);
      return tile;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#making--;
    }
  }

  #keep(key: string, tile: Tile): void {
    this.#kept.set(key, tile);
    this.#bytes += tile.gz.length + OVERHEAD;
    for (const [old, t] of this.#kept) {
      if (this.#bytes <= this.#limit) break;
      this.#kept.delete(old);
      this.#bytes -= t.gz.length + OVERHEAD;
      this.counts.dropped++;
    }
  }

  #inRange(z: number, x: number, y: number): boolean {
    const { minZoom, maxZoom } = this.#maker;
    return (
      Number.isInteger(z) && Number.isInteger(x) && Number.isInteger(y) &&
      z >= minZoom && z <= maxZoom && x >= 0 && y >= 0 && x < 2 ** z && y < 2 ** z
    );
  } // prettier-ignore
}
