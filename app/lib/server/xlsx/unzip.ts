import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/** Files of a zip archive by its directory, unpacked one by one and only up to a size: a small file may hold a huge one. */

const inflate = promisify(inflateRaw);
const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** The end of the directory, with the longest comment. */
const END_AT_MOST = 22 + 0xffff;
const FILES_AT_MOST = 1000;
const ENCRYPTED = 1;

export interface Archive {
  /**
   * @returns the file's bytes; null: there is none of this name
   * @throws RangeError when it is larger than `atMost` bytes, Error when it cannot be unpacked
   */
  read(name: string, atMost: number): Promise<Buffer | null>;
}

/** @returns null when the bytes are no archive that can be read */
export function archive(zip: Buffer): Archive | null {
  let end = zip.length - 22;
  while (end >= 0 && end >= zip.length - END_AT_MOST && zip.readUInt32LE(end) !== END) end--;
  if (end < 0 || zip.readUInt32LE(end) !== END) return null;
  const count = Math.min(zip.readUInt16LE(end + 10), FILES_AT_MOST);
  const entries = new Map<string, number>();
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== ENTRY) return null;
    const length = zip.readUInt16LE(at + 28);
    entries.set(zip.toString('utf8', at + 46, at + 46 + length), at);
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return {
    read: async (name, atMost) => {
      const entry = entries.get(name);
      if (entry === undefined) return null;
      const flags = zip.readUInt16LE(entry + 8);
      const method = zip.readUInt16LE(entry + 10);
      const packed = zip.readUInt32LE(entry + 20);
      const local = zip.readUInt32LE(entry + 42);
      if (flags & ENCRYPTED) throw new Error(`${name} is encrypted`);
      const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      if (data + packed > zip.length) throw new Error(`${name} breaks off`);
      const bytes = zip.subarray(data, data + packed);
      if (method === 0 && bytes.length <= atMost) return bytes;
      if (method === 0) throw new RangeError(`${name} is too large`);
      if (method !== 8) throw new Error(`${name} is packed by method ${method}`);
      return await inflate(bytes, { maxOutputLength: atMost });
    },
  };
}
