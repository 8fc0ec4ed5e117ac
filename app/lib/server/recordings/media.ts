import type { FileHandle } from 'node:fs/promises';
import type { Range } from '#domain/recordings/range.ts';
import {
  extensionOf,
  frameBytes,
  framesOf,
  HEAD_BYTES,
  linear,
  samplesToBytes,
  secondsOf,
  soundOf,
  WAV_HEAD_BYTES,
  wavBytes,
  wavHead,
  type Sound,
} from '#domain/recordings/sound.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Part, PartRefusal } from './find.ts';
import { openFile } from './folder.ts';
import { openFetched, type RecorderRefusal } from './recorder.ts';

/** Why a part cannot be opened or played. `coding`: only downloaded; `no-sound`: no sound file, or a broken one. */
export type MediaRefusal = PartRefusal | RecorderRefusal | 'coding' | 'no-sound';

/** Formats that browsers play as they are. */
const NATIVE: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  m4a: 'audio/mp4',
  flac: 'audio/flac',
};

/** An open recording; whoever opened it closes it. */
export interface Media {
  readonly handle: FileHandle;
  readonly name: string;
  readonly bytes: number;
  /** On this machine; the key of what is computed from it. */
  readonly version: string;
  /** Samples that we decode, or the browser's own format. */
  readonly sound: Sound | null;
  readonly mime: string;
  /** Why it is not played; null: it is. */
  readonly unplayable: 'coding' | 'no-sound' | null;
}

/** Opens one part of a recording and reads what it is. */
export async function openMedia(part: Part): Promise<Result<Media, MediaRefusal>> {
  if (!part.place) return refuse(part.refused ?? 'missing', part.name);
  const file = part.place.at === 'folder' ? await openFile(part.place.path) : await openFetched(part.place.address);
  if (!file.ok) return refuse(file.code, file.reason);
  const { handle, bytes, real } = file.value;
  try {
    const { mtimeMs } = await handle.stat();
    const common = { handle, name: part.name, bytes, version: `${real} ${bytes} ${Math.round(mtimeMs)}` };
    const native = NATIVE[extensionOf(part.name)];
    if (native) return accept({ ...common, sound: null, mime: native, unplayable: null });
    const head = Buffer.alloc(Math.min(HEAD_BYTES, bytes));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const sound = soundOf(part.name, head.subarray(0, bytesRead), bytes);
    return accept(
      sound.ok
        ? { ...common, sound: sound.value, mime: 'audio/wav', unplayable: null }
        : { ...common, sound: null, mime: 'application/octet-stream', unplayable: sound.code },
    );
  } catch (e) {
    await handle.close();
    return refuse('unreadable', (e as Error).message);
  }
}

/** Length in seconds; null where only the browser knows. */
export const mediaSeconds = (m: Media): number | null => (m.sound ? secondsOf(m.sound) : null);
/** Bytes of what the browser is given. */
export const playedBytes = (m: Media): number => (m.sound ? wavBytes(m.sound) : m.bytes);

/** Bytes of the file that are read at once. */
const CHUNK = 64 * 1024;

/** Bytes of a file as they are, [from, to] both included; ends early when the file does. */
export async function* fileBytes(handle: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(CHUNK);
  for (let at = from; at <= to;) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK, to - at + 1), at);
    if (bytesRead === 0) return;
    yield Uint8Array.prototype.slice.call(chunk, 0, bytesRead);
    at += bytesRead;
  }
}

/** Linear samples of the whole sound, in portions of whole frames. */
export async function* samplesOf(handle: FileHandle, s: Sound): AsyncGenerator<Int16Array> {
  for await (const bytes of aligned(fileBytes(handle, s.dataAt, s.dataAt + s.dataBytes - 1), frameBytes(s)))
    yield linear(s.coding, bytes);
}

/** The same bytes in portions that are multiples of `unit`; a rest at the very end is left out. */
async function* aligned(chunks: AsyncIterable<Uint8Array>, unit: number): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = all.length - (all.length % unit);
    rest = all.subarray(whole);
    if (whole > 0) yield all.subarray(0, whole);
  }
}

/**
 * What the browser is given of a sound: the WAV file of 16-bit PCM that stands for it, decoded as it is read, and of that
 * exactly the bytes [from, to]. A file that has become shorter meanwhile is filled up with silence, because the length is promised.
 */
export async function* wavPart(handle: FileHandle, s: Sound, from: number, to: number): AsyncGenerator<Uint8Array> {
  const head = wavHead(s, framesOf(s) * s.channels * 2);
  if (from < WAV_HEAD_BYTES) yield head.subarray(from, Math.min(to + 1, WAV_HEAD_BYTES));
  if (to < WAV_HEAD_BYTES) return;
  const width = s.coding === 'pcm16' ? 2 : 1;
  const firstByte = Math.max(from, WAV_HEAD_BYTES) - WAV_HEAD_BYTES;
  const firstSample = firstByte >> 1;
  const lastSample = (to - WAV_HEAD_BYTES) >> 1;
  let skip = firstByte % 2;
  let left = to - Math.max(from, WAV_HEAD_BYTES) + 1;
  const source = fileBytes(handle, s.dataAt + firstSample * width, s.dataAt + (lastSample + 1) * width - 1);
  for await (const bytes of aligned(source, width)) {
    const out = samplesToBytes(linear(s.coding, bytes)).subarray(skip, skip + left);
    skip = 0;
    left -= out.length;
    if (out.length > 0) yield out;
  }
  for (; left > 0; left -= Math.min(left, CHUNK)) yield new Uint8Array(Math.min(left, CHUNK));
}

/** A body that closes its file when it is over or nobody listens any more. */
export function bodyOf(chunks: AsyncGenerator<Uint8Array>, handle: FileHandle): ReadableStream<Uint8Array> {
  const close = async (): Promise<void> => {
    await chunks.return(undefined);
    await handle.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          if (!next.done) return controller.enqueue(next.value);
          await handle.close();
          controller.close();
        } catch (e) {
          await handle.close().catch(() => {});
          controller.error(e);
        }
      },
      cancel: close,
    },
    { highWaterMark: 1 },
  );
}

/** Status and headers of an answer with this range of `size` bytes. Private recordings are kept by no cache. */
export function rangeHeaders(range: Range, size: number, mime: string): { status: number; headers: Headers } {
  const headers = new Headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    'content-type': mime,
    'x-content-type-options': 'nosniff',
    // the file may come from a recorder that nobody checked: it is sound and nothing else
    'content-security-policy': "default-src 'none'; sandbox",
  });
  if (range.kind === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`);
    return { status: 416, headers };
  }
  if (range.kind === 'whole') {
    headers.set('content-length', String(size));
    return { status: 200, headers };
  }
  headers.set('content-range', `bytes ${range.from}-${range.to}/${size}`);
  headers.set('content-length', String(range.to - range.from + 1));
  return { status: 206, headers };
}
