import { open, stat, type FileHandle } from 'node:fs/promises';
import { Compression, PMTiles, TileType, type Header, type RangeResponse, type Source } from 'pmtiles';
import type { TileMaker } from './tiles.ts';

/** Whose layers the tiles have: ours, or those of two schemas that many make (app/lib/map/schemas.ts draws them). */
export const SCHEMAS = ['own', 'openmaptiles', 'protomaps'] as const;
export type TileSchema = (typeof SCHEMAS)[number];

/** Layers by which a schema is known. */
const KNOWN_BY: Record<TileSchema, readonly string[]> = {
  own: ['ground', 'road', 'boundary'],
  openmaptiles: ['transportation', 'water'],
  protomaps: ['roads', 'water'],
};

export type TilesFileCode =
  /** It cannot be opened. */
  | 'missing'
  /** It is no PMTiles archive of version 3, or is damaged. */
  | 'not-pmtiles'
  /** It holds pictures or another form of tiles. */
  | 'not-vector'
  /** Its layers are of a schema that we cannot draw. */
  | 'unknown-layers'
  /** It shows another part of the world than the city. */
  | 'elsewhere';

/** A tile file of the user's own that cannot be drawn, and why. */
export class TilesFileError extends Error {
  readonly code: TilesFileCode;
  constructor(code: TilesFileCode, message: string) {
    super(message);
    this.name = 'TilesFileError';
    this.code = code;
  }
}

export interface OwnTiles {
  readonly schema: TileSchema;
  readonly minZoom: number;
  readonly maxZoom: number;
  /** As its maker wrote it, without markup; what a licence asks for. */
  readonly attribution: string;
  /** Size and time of the file: changes with it. */
  readonly version: string;
}

/** Most bytes of one read: a directory or a tile; more is asked for by a damaged file alone. */
const MAX_READ = 32 * 1024 * 1024;

/** The bytes of an archive on this machine. */
class DiskSource implements Source {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #size: number;
  constructor(file: FileHandle, path: string, size: number) {
    this.#file = file;
    this.#path = path;
    this.#size = size;
  }
  getKey(): string {
    return this.#path;
  }
  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    const most = Math.min(length, Math.max(0, this.#size - offset));
    if (!(offset >= 0 && length >= 0) || most > MAX_READ)
      throw new RangeError(`no part of the file: ${offset}, ${length}`);
    const { buffer, bytesRead } = await this.#file.read(new Uint8Array(most), 0, most, offset);
    return { data: buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + bytesRead) };
  }
}

type Bbox = readonly [number, number, number, number];

/**
 * A PMTiles archive of the user's own (https://docs.protomaps.com/pmtiles/), read from disk in ranges.
 * @param bbox what the archive must show a part of, [west, south, east, north]; null: any
 * @throws TilesFileError when it cannot be drawn
 */
export async function openOwnTiles(path: string, bbox: Bbox | null): Promise<OwnArchive> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (e) {
    throw new TilesFileError('missing', `${path} cannot be opened: ${(e as Error).message}`);
  }
  try {
    const { size, mtimeMs } = await file.stat();
    const archive = new PMTiles(new DiskSource(file, path, size));
    const about = await describe(archive, `file.${size}.${Math.round(mtimeMs)}`, bbox);
    return new OwnArchive(path, file, archive, about);
  } catch (e) {
    await file.close();
    throw e;
  }
}

async function describe(archive: PMTiles, version: string, bbox: Bbox | null): Promise<OwnTiles> {
  let header: Header;
  let metadata: { vector_layers?: { id?: unknown }[]; attribution?: unknown };
  try {
    header = await archive.getHeader();
    if (header.specVersion !== 3) throw new Error(`version ${header.specVersion}`);
    metadata = (await archive.getMetadata()) as typeof metadata;
  } catch (e) {
    throw new TilesFileError('not-pmtiles', `it is no PMTiles archive of version 3: ${(e as Error).message}`);
  }
  if (header.tileType !== TileType.Mvt || header.tileCompression === Compression.Zstd)
    throw new TilesFileError('not-vector', 'it holds no vector tiles (MVT, plain, gzip or brotli)');
  const layers = new Set((metadata.vector_layers ?? []).map((l) => String(l.id)));
  const schema = SCHEMAS.find((s) => KNOWN_BY[s].every((l) => layers.has(l)));
  if (!schema)
    throw new TilesFileError(
      'unknown-layers',
      `its layers are ${[...layers].slice(0, 20).join(', ') || 'not told'}; drawn are those of OpenMapTiles, Protomaps and our own`,
    );
  const { minLon, minLat, maxLon, maxLat } = header;
  if (bbox && (bbox[0] > maxLon || bbox[2] < minLon || bbox[1] > maxLat || bbox[3] < minLat))
    throw new TilesFileError('elsewhere', `it shows ${minLon}, ${minLat} to ${maxLon}, ${maxLat}: nothing of the city`);
  const attribution = typeof metadata.attribution === 'string' ? metadata.attribution : '';
  return {
    schema,
    minZoom: header.minZoom,
    maxZoom: Math.min(header.maxZoom, 22),
    attribution: attribution
      .replace(/<[^>]*>/g, '')
      .replaceAll('&copy;', '©')
      .slice(0, 300),
    version,
  };
}

export class OwnArchive implements TileMaker {
  readonly about: OwnTiles;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #archive: PMTiles;
  constructor(path: string, file: FileHandle, archive: PMTiles, about: OwnTiles) {
    this.#path = path;
    this.#file = file;
    this.#archive = archive;
    this.about = about;
  }
  get minZoom(): number {
    return this.about.minZoom;
  }
  get maxZoom(): number {
    return this.about.maxZoom;
  }
  version(): Promise<string> {
    return Promise.resolve(this.about.version);
  }
  async make(z: number, x: number, y: number): Promise<{ version: string; mvt: Uint8Array }> {
    const tile = await this.#archive.getZxy(z, x, y);
    return { version: this.about.version, mvt: tile ? new Uint8Array(tile.data) : new Uint8Array(0) };
  }
  /** Has the file been replaced or taken away since it was opened? */
  async changed(): Promise<boolean> {
    try {
      const { size, mtimeMs } = await stat(this.#path);
      return this.about.version !== `file.${size}.${Math.round(mtimeMs)}`;
    } catch {
      return true; // taken away
    }
  }
  async end(): Promise<void> {
    await this.#file.close();
  }
}
