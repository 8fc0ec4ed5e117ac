import * as v from 'valibot';
import { ByteReader, ByteWriter } from './bytes.ts';
import { PACKERS } from './packers.ts';
import type { Change, Row } from './tables.ts';
import { ChangeItem, Down, Signals } from './wire.ts';

/**
 * The two messages that carry the load, as binary frames: rows with a packer (packers.ts) are packed, the others are JSON.
 *
 *   changes:  1, topic, upTo f64, json items (bytes), then groups: collection, count, count × (id, gone?, packed row)
 *   signals:  2, lane, skipped varint, json items (bytes), then count × (key, at svarint, packed body)
 *
 * Everything else travels as JSON text.
 */
const CHANGES = 1;
const SIGNALS = 2;
const utf8 = new TextEncoder();
const writer = new ByteWriter(64 * 1024);

export function encodeChanges(topic: string, upTo: number, items: readonly Change[]): Uint8Array<ArrayBuffer> {
  const w = writer.reset().u8(CHANGES).text(topic).f64(upTo);
  const packed = new Map<string, Change[]>();
  const plain: Change[] = [];
  for (const item of items) {
    if (!PACKERS[item.c]) plain.push(item);
    else {
      const group = packed.get(item.c);
      if (group) group.push(item);
      else packed.set(item.c, [item]);
    }
  }
  w.bytes(plain.length === 0 ? EMPTY : utf8.encode(JSON.stringify(plain)));
  for (const [c, group] of packed) {
    const packer = PACKERS[c]!;
    w.text(c).varint(group.length);
    for (const { id, row } of group) {
      w.text(id).u8(row ? 1 : 0);
      if (row) packer.pack(w, row);
    }
  }
  return w.done();
}

export interface SignalItem {
  readonly key: string;
  readonly at: number;
  readonly body: Row;
}

export function encodeSignals(lane: string, skipped: number, items: readonly SignalItem[]): Uint8Array<ArrayBuffer> {
  const w = writer.reset().u8(SIGNALS).text(lane).varint(skipped);
  const packer = PACKERS[`lane:${lane}`];
  if (!packer) return w.bytes(utf8.encode(JSON.stringify(items))).done();
  w.bytes(EMPTY).varint(items.length);
  for (const { key, at, body } of items) packer.pack(w.text(key).svarint(at), body);
  return w.done();
}

const EMPTY = new Uint8Array(0);
const Items = v.array(ChangeItem);
const decoder = new TextDecoder('utf-8', { fatal: true });
const readJson = (r: ByteReader): unknown => {
  const bytes = r.bytes();
  return bytes.length === 0 ? [] : JSON.parse(decoder.decode(bytes));
};

function decodeBinary(bytes: Uint8Array): Down {
  const r = new ByteReader(bytes);
  const kind = r.u8();
  const name = r.text();
  if (kind === CHANGES) {
    const upTo = r.f64();
    const items: Change[] = v.parse(Items, readJson(r));
    while (!r.ended) {
      const c = r.text();
      const packer = PACKERS[c];
      if (!packer) throw new RangeError(`no packer for ${c}`);
      for (let n = r.varint(); n > 0; n--) {
        const id = r.text();
        items.push({ c, id, row: r.u8() ? packer.unpack(r) : null });
      }
    }
    return { type: 'changes', topic: name, upTo, items } as Down;
  }
  if (kind === SIGNALS) {
    const skipped = r.varint();
    const plain = readJson(r);
    const packer = PACKERS[`lane:${name}`];
    if (!packer) return v.parse(Signals, { type: 'signals', lane: name, skipped, items: plain });
    const items: SignalItem[] = [];
    for (let n = r.varint(); n > 0; n--) items.push({ key: r.text(), at: r.svarint(), body: packer.unpack(r) });
    return { type: 'signals', lane: name, skipped, items } as Down;
  }
  throw new RangeError(`no frame of kind ${kind}`);
}

/**
 * Reads one message of the gateway.
 * @throws with a reason, when it is none: the client closes and comes back
 */
export function decodeDown(data: string | Uint8Array): Down {
  return typeof data === 'string' ? v.parse(Down, JSON.parse(data)) : decodeBinary(data);
}
