import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { PbfWriter } from 'pbf';
import type { OsmElement, OsmMember, Tags } from '#gis-data/osm/element.ts';
import { readOsm } from '#gis-data/osm/read.ts';

/** OpenStreetMap's binary format, written for engines that read nothing else (https://wiki.openstreetmap.org/wiki/PBF_Format). */

/** Texts of one block, each once. */
export class Strings {
  readonly all: string[] = [''];
  readonly #at = new Map<string, number>([['', 0]]);
  at(text: string): number {
    const have = this.#at.get(text) ?? this.all.push(text) - 1;
    this.#at.set(text, have);
    return have;
  }
}

export function header(): Uint8Array[] {
  const w = new PbfWriter();
  for (const feature of ['OsmSchema-V0.6', 'DenseNodes']) w.writeStringField(4, feature);
  return blob('OSMHeader', w.finish());
}

export function block<T>(
  strings: Strings,
  items: readonly T[],
  write: (item: T, w: PbfWriter) => void,
  field: number,
): Uint8Array[] {
  const w = new PbfWriter();
  w.writeMessage(1, (_: null, table) => strings.all.forEach((s) => table.writeBytesField(1, Buffer.from(s))), null);
  w.writeMessage(2, (_: null, group) => items.forEach((item) => group.writeMessage(field, write, item)), null);
  return blob('OSMData', w.finish());
}

function blob(type: string, raw: Uint8Array): Uint8Array[] {
  const body = new PbfWriter();
  body.writeBytesField(1, raw);
  const bytes = body.finish();
  const header = new PbfWriter();
  header.writeStringField(1, type);
  header.writeVarintField(3, bytes.length);
  const head = header.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return [length, head, bytes];
}

const WAY = 3;
const RELATION = 4;
const NODE = 1;
const MEMBER: Readonly<Record<OsmMember['type'], number>> = { node: 0, way: 1, relation: 2 };
const deltas = (ids: readonly number[]): number[] => ids.map((id, i) => id - (ids[i - 1] ?? 0));

function write(e: OsmElement, w: PbfWriter, strings: Strings): void {
  const tags = Object.entries(e.tags satisfies Tags);
  if (e.type === 'node') w.writeSVarintField(1, e.id);
  else w.writeVarintField(1, e.id);
  w.writePackedVarint(2, tags.map(([k]) => strings.at(k))); // prettier-ignore
  w.writePackedVarint(3, tags.map(([, v]) => strings.at(v))); // prettier-ignore
  if (e.type === 'node') {
    w.writeSVarintField(8, Math.round(e.lat * 1e7));
    w.writeSVarintField(9, Math.round(e.lng * 1e7));
  } else if (e.type === 'way') w.writePackedSVarint(8, deltas(e.refs));
  else {
    w.writePackedVarint(8, e.members.map((m) => strings.at(m.role))); // prettier-ignore
    w.writePackedSVarint(9, deltas(e.members.map((m) => m.ref)));
    w.writePackedVarint(10, e.members.map((m) => MEMBER[m.type])); // prettier-ignore
  }
}

/** Any OpenStreetMap file, as .osm.pbf: all its elements with all their tags, in its order. */
export async function convertToPbf(from: string, to: string): Promise<void> {
  async function* blobs(): AsyncGenerator<Uint8Array> {
    yield* header();
    for await (const batch of readOsm(from))
      for (const [type, field] of [['node', NODE], ['way', WAY], ['relation', RELATION]] as const) {
        const items = batch.filter((e) => e.type === type);
        if (items.length === 0) continue;
        const strings = new Strings();
        // the texts stand before the elements
        for (const e of items) write(e, new PbfWriter(), strings);
        yield* block(strings, items, (e, w) => write(e, w, strings), field);
      } // prettier-ignore
  }
  await pipeline(blobs, createWriteStream(to));
}
