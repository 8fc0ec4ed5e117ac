import { gzipSync } from 'node:zlib';

/**
 * A PMTiles archive of version 3 for tests (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md): one root directory, tiles
 * of one gzip each.
 */
export interface ArchiveInput {
  /** In any order. */
  readonly tiles: readonly { readonly z: number; readonly x: number; readonly y: number; readonly mvt: Uint8Array }[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** [west, south, east, north], degrees. */
  readonly bounds: readonly [number, number, number, number];
  /** 1 MVT, 2 PNG. */
  readonly tileType?: number;
}

const HEADER = 127;
const GZIP = 2;

export function pmtilesArchive({ tiles, metadata, bounds, tileType = 1 }: ArchiveInput): Buffer {
  const entries = tiles.map((t) => ({ id: tileId(t.z, t.x, t.y), body: gzipSync(t.mvt) })).sort((a, b) => a.id - b.id);
  let at = 0;
  const offsets = entries.map(({ body }) => {
    at += body.length;
    return at - body.length;
  });
  const directory = gzipSync(
    Buffer.from([
      ...varint(entries.length),
      ...entries.flatMap((e, i) => varint(e.id - (entries[i - 1]?.id ?? 0))),
      ...entries.flatMap(() => varint(1)),
      ...entries.flatMap((e) => varint(e.body.length)),
      ...offsets.flatMap((o) => varint(o + 1)),
    ]),
  );
  const about = gzipSync(JSON.stringify(metadata));
  const data = Buffer.concat(entries.map((e) => e.body));
  const header = Buffer.alloc(HEADER);
  header.write('PMTiles');
  header[7] = 3;
  const parts = [[HEADER, directory.length], [HEADER + directory.length, about.length], [0, 0], [HEADER + directory.length + about.length, data.length]] as const; // prettier-ignore
  parts.forEach(([offset, length], i) => {
    header.writeBigUInt64LE(BigInt(offset), 8 + i * 16);
    header.writeBigUInt64LE(BigInt(length), 16 + i * 16);
  });
  for (const place of [72, 80, 88]) header.writeBigUInt64LE(BigInt(entries.length), place);
  const zooms = tiles.map((t) => t.z);
  header.set([1, GZIP, GZIP, tileType, Math.min(...zooms), Math.max(...zooms)], 96);
  bounds.forEach((degrees, i) => header.writeInt32LE(Math.round(degrees * 1e7), 102 + i * 4));
  header[118] = Math.min(...zooms);
  header.writeInt32LE(Math.round(((bounds[0] + bounds[2]) / 2) * 1e7), 119);
  header.writeInt32LE(Math.round(((bounds[1] + bounds[3]) / 2) * 1e7), 123);
  return Buffer.concat([header, directory, about, data]);
}

function varint(n: number): number[] {
  const out: number[] = [];
  for (; n >= 128; n = Math.floor(n / 128)) out.push((n % 128) | 128);
  return [...out, n];
}

/** Tiles before this one on the Hilbert curves of all zooms. */
function tileId(z: number, x: number, y: number): number {
  let id = (4 ** z - 1) / 3;
  for (let s = 2 ** (z - 1), [tx, ty] = [x, y]; s >= 1; s /= 2) {
    const [rx, ry] = [(tx & s) > 0 ? 1 : 0, (ty & s) > 0 ? 1 : 0];
    id += s * s * ((3 * rx) ^ ry);
    if (ry === 0) {
      if (rx === 1) [tx, ty] = [s - 1 - (tx & (s - 1)), s - 1 - (ty & (s - 1))];
      [tx, ty] = [ty, tx];
    }
  }
  return id;
}
