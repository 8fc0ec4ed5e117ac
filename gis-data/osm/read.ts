import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { OsmFileError, type OsmElement } from './element.ts';
import { pbfDate, readPbf } from './pbf.ts';
import { readXml } from './xml.ts';

/**
 * Reads an OpenStreetMap file: .osm.pbf, .osm, .osm.gz. What it is, its first bytes tell, whatever its name is.
 * @yields elements in the order of the file, some thousand at a time
 * @throws OsmFileError when the file is damaged or of a kind that is not read; the system's error when it cannot be opened
 */
export async function* readOsm(path: string): AsyncGenerator<OsmElement[]> {
  const kind = await kindOf(path);
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    if (kind === 'pbf') yield* readPbf(file);
    else if (kind === 'xml') yield* readXml(file);
    else {
      const plain = file.pipe(createGunzip());
      file.on('error', (e) => plain.destroy(e));
      yield* readXml(damagedOf(plain));
    }
  } finally {
    file.destroy();
  }
}

/**
 * As of when the data of an OpenStreetMap file are, milliseconds since 1970, where its head tells: the replication time of a PBF, the
 * `timestamp` or `osm_base` of an XML. Null otherwise; what a single element was changed at says nothing of the whole.
 */
export async function osmDate(path: string): Promise<number | null> {
  const kind = await kindOf(path);
  const file = createReadStream(path, { highWaterMark: 64 * 1024 });
  try {
    if (kind === 'pbf') return await pbfDate(file);
    for await (const part of kind === 'xml' ? file : damagedOf(file.pipe(createGunzip()))) {
      const head = (part as Buffer).toString('utf8', 0, 4096);
      const told = /<osm\b[^>]*\btimestamp=["']([^"']+)["']|\bosm_base=["']([^"']+)["']/.exec(head);
      const at = Date.parse(told?.[1] ?? told?.[2] ?? '');
      return Number.isNaN(at) ? null : at;
    }
    return null;
  } finally {
    file.destroy();
  }
}

/** What gunzip says of a damaged file, in our words. */
async function* damagedOf(from: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* from;
  } catch (e) {
    throw new OsmFileError('damaged', `it cannot be unpacked: ${(e as Error).message}`);
  }
}

async function kindOf(path: string): Promise<'pbf' | 'xml' | 'gzip'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
    if (head.includes('OSMHeader')) return 'pbf';
    const text = head
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart();
    if (text.startsWith('<')) return 'xml';
    throw new OsmFileError('unsupported', 'it is neither OSM PBF nor OSM XML');
  } finally {
    await file.close();
  }
}
