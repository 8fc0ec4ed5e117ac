import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A zip archive made while it is sent: no file is ever whole in memory (APPNOTE 6.3, sizes after the data). */

export interface ZipFile {
  readonly name: string;
  readonly text: Iterable<string> | AsyncIterable<string>;
}

interface Entry {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** Sizes follow the data; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1980-01-01, the first day that a zip can name: the same report gives the same file. */
const DOS_DATE = 0x21;

const fields = (...of: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer => {
  const out = Buffer.alloc(of.reduce((n, [bytes]) => n + bytes, 0));
  let at = 0;
  for (const [bytes, value] of of) at = bytes === 2 ? out.writeUInt16LE(value, at) : out.writeUInt32LE(value, at);
  return out;
};

/** @returns the bytes of the archive, in pieces */
export async function* zip(files: readonly ZipFile[]): AsyncGenerator<Buffer, undefined> {
  const entries: Entry[] = [];
  let at = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const begin = at;
    const head = Buffer.concat([
      fields([4, 0x04034b50], [2, 20], [2, FLAGS], [2, DEFLATED], [2, 0], [2, DOS_DATE], [4, 0], [4, 0], [4, 0]),
      fields([2, name.length], [2, 0]),
      name,
    ]);
    yield head;
    at += head.length;
    const sum = { crc: 0, size: 0 };
    let packed = 0;
    const deflate = createDeflateRaw();
    const fed = pipeline(Readable.from(summed(file.text, sum)), deflate).then(
      () => null,
      (e: unknown) => e,
    );
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      packed += chunk.length;
      yield chunk;
    }
    const failed = await fed;
    if (failed) throw failed;
    yield fields([4, 0x08074b50], [4, sum.crc], [4, packed], [4, sum.size]);
    at += packed + 16;
    entries.push({ name, at: begin, crc: sum.crc, packed, size: sum.size });
  }
  yield directory(entries, at);
}

const PIECE = 64 * 1024;

/** The text as bytes, in pieces that are worth compressing, with what the directory must know of them. */
async function* summed(text: ZipFile['text'], sum: { crc: number; size: number }): AsyncGenerator<Buffer> {
  let waiting: string[] = [];
  let length = 0;
  const take = (): Buffer => {
    const bytes = Buffer.from(waiting.join(''));
    [waiting, length] = [[], 0];
    sum.crc = crc32(bytes, sum.crc);
    sum.size += bytes.length;
    return bytes;
  };
  for await (const piece of text) {
    waiting.push(piece);
    length += piece.length;
    if (length >= PIECE) yield take();
  }
  yield take();
}

function directory(entries: readonly Entry[], at: number): Buffer {
  const list = Buffer.concat(
    entries.map((e) =>
      Buffer.concat([
        fields([4, 0x02014b50], [2, 20], [2, 20], [2, FLAGS], [2, DEFLATED], [2, 0], [2, DOS_DATE]),
        fields(
          [4, e.crc],
          [4, e.packed],
          [4, e.size],
          [2, e.name.length],
          [2, 0],
          [2, 0],
          [2, 0],
          [2, 0],
          [4, 0],
          [4, e.at],
        ),
        e.name,
      ]),
    ),
  );
  const n = entries.length;
  return Buffer.concat([
    list,
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, n], [2, n], [4, list.length], [4, at], [2, 0]),
  ]);
}
