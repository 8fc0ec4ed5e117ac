import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { PbfReader } from 'pbf';
import { NO_TAGS, OsmFileError, type OsmElement, type OsmMember, type Tags } from './element.ts';

/**
 * The PBF form of OpenStreetMap files (https://wiki.openstreetmap.org/wiki/PBF_Format): blocks of some thousand elements, each packed
 * by itself, so that a file of any size is read with the memory of one block.
 */
const MAX_HEADER = 64 * 1024;
const MAX_BLOB = 32 * 1024 * 1024;
/** What a file may require of its reader. */
const KNOWN_FEATURES = new Set(['OsmSchema-V0.6', 'DenseNodes']);

const unpack = promisify(inflate);

/** @yields the elements of one block after the other. @throws OsmFileError */
export async function* readPbf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<OsmElement[]> {
  const input = new Bytes(bytes);
  for (let first = true; ; first = false) {
    const size = await input.take(4);
    if (!size) {
      if (first) throw new OsmFileError('damaged', 'the file is empty');
      return;
    }
    const headerSize = new DataView(size.buffer, size.byteOffset).getUint32(0);
    if (headerSize > MAX_HEADER) throw new OsmFileError('damaged', `a block header of ${headerSize} bytes`);
    const { type, size: blobSize } = blobHeader(await input.need(headerSize));
    if (blobSize > MAX_BLOB) throw new OsmFileError('damaged', `a block of ${blobSize} bytes`);
    if (first && type !== 'OSMHeader') throw new OsmFileError('damaged', `begins with ${type.slice(0, 20)}`);
    const packed = await input.need(blobSize);
    if (type === 'OSMHeader') checkFeatures(await blobContent(packed));
    else if (type === 'OSMData') yield guarded(await blobContent(packed));
    // blocks of other kinds are to be left out
  }
}

/** When the database was read that a file is of, milliseconds since 1970; null: its head does not tell. @throws OsmFileError */
export async function pbfDate(bytes: AsyncIterable<Uint8Array>): Promise<number | null> {
  const input = new Bytes(bytes);
  const headerSize = new DataView((await input.need(4)).slice().buffer).getUint32(0);
  if (headerSize > MAX_HEADER) throw new OsmFileError('damaged', `a block header of ${headerSize} bytes`);
  const { size } = blobHeader(await input.need(headerSize));
  if (size > MAX_BLOB) throw new OsmFileError('damaged', `a block of ${size} bytes`);
  const pbf = new PbfReader(await blobContent(await input.need(size)));
  for (let field = pbf.nextField(); field !== 0; field = pbf.nextField())
    // osmosis_replication_timestamp, seconds
    if (field === 32) return pbf.readVarint() * 1000;
  return null;
}

/** Chunks of a stream as pieces of the wanted length. */
class Bytes {
  readonly #from: AsyncIterator<Uint8Array>;
  #have: Uint8Array = new Uint8Array(0);

  constructor(from: AsyncIterable<Uint8Array>) {
    this.#from = from[Symbol.asyncIterator]();
  }

  /** @returns null when the stream ended before the first byte */
  async take(count: number): Promise<Uint8Array | null> {
    const pieces = [this.#have];
    let length = this.#have.length;
    while (length < count) {
      const next = await this.#from.next();
      if (next.done) {
        if (length === 0) return null;
        throw new OsmFileError('damaged', 'the file is cut off');
      }
      pieces.push(next.value);
      length += next.value.length;
    }
    const all = pieces.length === 1 ? this.#have : Buffer.concat(pieces);
    this.#have = all.subarray(count);
    return all.subarray(0, count);
  }

  async need(count: number): Promise<Uint8Array> {
    const bytes = count === 0 ? new Uint8Array(0) : await this.take(count);
    if (!bytes) throw new OsmFileError('damaged', 'the file is cut off');
    return bytes;
  }
}

function blobHeader(bytes: Uint8Array): { type: string; size: number } {
  const pbf = new PbfReader(bytes);
  let type = '';
  let size = -1;
  for (let field = pbf.nextField(); field !== 0; field = pbf.nextField())
    if (field === 1) type = pbf.readString();
    else if (field === 3) size = pbf.readVarint();
  if (size < 0) throw new OsmFileError('damaged', 'a block without its size');
  return { type, size };
}

async function blobContent(bytes: Uint8Array): Promise<Uint8Array> {
  const pbf = new PbfReader(bytes);
  for (let field = pbf.nextField(); field !== 0; field = pbf.nextField()) {
    if (field === 1) return pbf.readBytes();
    if (field === 3)
      try {
        return await unpack(pbf.readBytes(), { maxOutputLength: MAX_BLOB });
      } catch (e) {
        throw new OsmFileError('damaged', `a block cannot be unpacked: ${(e as Error).message}`);
      }
    if (field >= 4) throw new OsmFileError('unsupported', 'a block is packed in a way other than zlib');
  }
  throw new OsmFileError('damaged', 'an empty block');
}

function checkFeatures(bytes: Uint8Array): void {
  const pbf = new PbfReader(bytes);
  for (let field = pbf.nextField(); field !== 0; field = pbf.nextField())
    if (field === 4) {
      const feature = pbf.readString();
      if (!KNOWN_FEATURES.has(feature)) throw new OsmFileError('unsupported', `the file requires ${feature}`);
    }
}

/** Damaged bytes make the decoder read beyond the end, or strings that are not there. */
function guarded(bytes: Uint8Array): OsmElement[] {
  try {
    return new Block(bytes).elements;
  } catch (e) {
    throw new OsmFileError('damaged', `a block cannot be read: ${(e as Error).message}`);
  }
}

class Block {
  readonly elements: OsmElement[] = [];
  #strings: string[] = [];
  #granularity = 100;
  #latOffset = 0;
  #lngOffset = 0;

  constructor(bytes: Uint8Array) {
    const pbf = new PbfReader(bytes);
    // the scale of coordinates may stand behind the elements
    const groups: number[] = [];
    for (let field = pbf.nextField(); field !== 0; field = pbf.nextField())
      if (field === 1) this.#strings = stringTable(pbf);
      else if (field === 2) groups.push(pbf.pos);
      else if (field === 17) this.#granularity = pbf.readVarint();
      else if (field === 19) this.#latOffset = pbf.readVarint(true);
      else if (field === 20) this.#lngOffset = pbf.readVarint(true);
    for (const at of groups) {
      pbf.pos = at;
      this.#group(pbf, pbf.readVarint() + pbf.pos);
    }
  }

  #group(pbf: PbfReader, end: number): void {
    for (let field = next(pbf, end); field !== 0; field = next(pbf, end)) {
      const to = pbf.readVarint() + pbf.pos;
      if (field === 1) this.#node(pbf, to);
      else if (field === 2) this.#dense(pbf, to);
      else if (field === 3) this.#way(pbf, to);
      else if (field === 4) this.#relation(pbf, to);
      pbf.pos = to;
    }
  }

  #degrees(value: number, offset: number): number {
    // whole nanodegrees first, so that the same place is the same number in every file
    return Math.round(offset + this.#granularity * value) / 1e9;
  }

  #string(i: number): string {
    const s = this.#strings[i];
    if (s === undefined) throw new Error(`string ${i} of ${this.#strings.length}`);
    return s;
  }

  #tags(keys: readonly number[], values: readonly number[]): Tags {
    if (keys.length === 0) return NO_TAGS;
    const tags: Record<string, string> = {};
    keys.forEach((k, i) => (tags[this.#string(k)] = this.#string(values[i]!)));
    return tags;
  }

  #node(pbf: PbfReader, end: number): void {
    let [id, lat, lng] = [0, 0, 0];
    const keys: number[] = [];
    const values: number[] = [];
    for (let field = next(pbf, end); field !== 0; field = next(pbf, end))
      if (field === 1) id = pbf.readSVarint();
      else if (field === 2) pbf.readPackedVarint(keys);
      else if (field === 3) pbf.readPackedVarint(values);
      else if (field === 8) lat = pbf.readSVarint();
      else if (field === 9) lng = pbf.readSVarint();
    this.#putNode(id, lat, lng, this.#tags(keys, values));
  }

  #putNode(id: number, lat: number, lng: number, tags: Tags): void {
    this.elements.push({
      type: 'node',
      id,
      lng: this.#degrees(lng, this.#lngOffset),
      lat: this.#degrees(lat, this.#latOffset),
      tags,
    });
  }

  #dense(pbf: PbfReader, end: number): void {
    let ids: number[] = [];
    let lats: number[] = [];
    let lngs: number[] = [];
    let words: number[] = [];
    for (let field = next(pbf, end); field !== 0; field = next(pbf, end))
      if (field === 1) ids = pbf.readPackedSVarint();
      else if (field === 8) lats = pbf.readPackedSVarint();
      else if (field === 9) lngs = pbf.readPackedSVarint();
      else if (field === 10) words = pbf.readPackedVarint();
    if (lats.length !== ids.length || lngs.length !== ids.length) throw new Error('nodes without coordinates');
    let [id, lat, lng, w] = [0, 0, 0, 0];
    for (let i = 0; i < ids.length; i++) {
      id += ids[i]!;
      lat += lats[i]!;
      lng += lngs[i]!;
      let tags: Record<string, string> | null = null;
      // keys and values in turn, 0 between nodes; nothing at all when no node of the block has any
      while (w < words.length && words[w] !== 0) {
        tags ??= {};
        tags[this.#string(words[w]!)] = this.#string(words[w + 1] ?? -1);
        w += 2;
      }
      w++;
      this.#putNode(id, lat, lng, tags ?? NO_TAGS);
    }
  }

  #way(pbf: PbfReader, end: number): void {
    let id = 0;
    const keys: number[] = [];
    const values: number[] = [];
    let refs: number[] = [];
    for (let field = next(pbf, end); field !== 0; field = next(pbf, end))
      if (field === 1) id = pbf.readVarint(true);
      else if (field === 2) pbf.readPackedVarint(keys);
      else if (field === 3) pbf.readPackedVarint(values);
      else if (field === 8) refs = pbf.readPackedSVarint();
    this.elements.push({ type: 'way', id, refs: summed(refs), tags: this.#tags(keys, values) });
  }

  #relation(pbf: PbfReader, end: number): void {
    let id = 0;
    const keys: number[] = [];
    const values: number[] = [];
    let roles: number[] = [];
    let refs: number[] = [];
    let types: number[] = [];
    for (let field = next(pbf, end); field !== 0; field = next(pbf, end))
      if (field === 1) id = pbf.readVarint(true);
      else if (field === 2) pbf.readPackedVarint(keys);
      else if (field === 3) pbf.readPackedVarint(values);
      else if (field === 8) roles = pbf.readPackedVarint();
      else if (field === 9) refs = pbf.readPackedSVarint();
      else if (field === 10) types = pbf.readPackedVarint();
    const members = summed(refs).map((ref, i): OsmMember => {
      const type = (['node', 'way', 'relation'] as const)[types[i] ?? -1];
      if (!type) throw new Error(`member of kind ${types[i]}`);
      return { type, ref, role: this.#string(roles[i] ?? -1) };
    });
    this.elements.push({ type: 'relation', id, members, tags: this.#tags(keys, values) });
  }
}

/** The next field of a message within another. */
function next(pbf: PbfReader, end: number): number {
  if (pbf.pos > end) throw new Error('a message longer than told');
  return pbf.nextField(end);
}

function stringTable(pbf: PbfReader): string[] {
  const end = pbf.readVarint() + pbf.pos;
  const strings: string[] = [];
  for (let field = next(pbf, end); field !== 0; field = next(pbf, end)) if (field === 1) strings.push(pbf.readString());
  return strings;
}

/** Numbers that were told as differences. */
function summed(deltas: readonly number[]): number[] {
  let sum = 0;
  return deltas.map((d) => (sum += d));
}
