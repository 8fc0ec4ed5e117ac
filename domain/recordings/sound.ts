import { accept, refuse, type Result } from '../result.ts';
import { ALAW, ULAW } from './companding.ts';

/** Samples that we turn into linear PCM for the browser: of a WAV file, or of a file without a header. */
export interface Sound {
  readonly coding: 'pcm8' | 'pcm16' | 'alaw' | 'ulaw';
  /** Samples per second and channel. */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** Where the samples begin in the file, and how many bytes of them there are. */
  readonly dataAt: number;
  readonly dataBytes: number;
  /** The header promises more than the file holds, or never was completed: the recorder was cut off, or still writes. */
  readonly cut: boolean;
}

export type SoundRefusal =
  /** No sound file, or one whose header is broken. */
  | 'no-sound'
  /** A coding that is not decoded here: GSM, G.729, G.722 … */
  | 'coding';

/** Bytes of a file that are enough to find its samples; recorders write small headers. */
export const HEAD_BYTES = 4096;

/** Files without a header, by their extension: Asterisk's own names. */
const RAW: Readonly<Record<string, Pick<Sound, 'coding' | 'rate'>>> = {
  alaw: { coding: 'alaw', rate: 8000 },
  al: { coding: 'alaw', rate: 8000 },
  ulaw: { coding: 'ulaw', rate: 8000 },
  ul: { coding: 'ulaw', rate: 8000 },
  pcm: { coding: 'ulaw', rate: 8000 },
  sln: { coding: 'pcm16', rate: 8000 },
  raw: { coding: 'pcm16', rate: 8000 },
  sln16: { coding: 'pcm16', rate: 16_000 },
};
const FORMATS: Readonly<Record<number, (bits: number) => Sound['coding'] | null>> = {
  1: (bits) => (bits === 16 ? 'pcm16' : bits === 8 ? 'pcm8' : null),
  6: () => 'alaw',
  7: () => 'ulaw',
};
const EXTENSIBLE = 0xfffe;
const STREAMED = 0xffffffff;

export const extensionOf = (name: string): string => /\.(\w{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? '';
const bytesOf = (coding: Sound['coding']): number => (coding === 'pcm16' ? 2 : 1);

/**
 * What the samples of a file are.
 * @param head its first bytes, {@link HEAD_BYTES} or all there are
 * @param size of the whole file, bytes
 */
export function soundOf(name: string, head: Uint8Array, size: number): Result<Sound, SoundRefusal> {
  const raw = RAW[extensionOf(name)];
  if (raw) {
    const whole = size - (size % bytesOf(raw.coding));
    return accept({ ...raw, channels: 1, dataAt: 0, dataBytes: whole, cut: false });
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const tag = (at: number): string => String.fromCharCode(...head.subarray(at, at + 4));
  if (head.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE')
    return refuse(['gsm', 'g729', 'g722', 'g723', 'g726'].includes(extensionOf(name)) ? 'coding' : 'no-sound', name);
  let format: Pick<Sound, 'coding' | 'rate' | 'channels'> | null = null;
  for (let at = 12; at + 8 <= head.length;) {
    const id = tag(at);
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === 'fmt ') {
      if (length < 16 || body + Math.min(length, 26) > head.length) return refuse('no-sound', 'fmt');
      const read = formatAt(view, body, length);
      if (!read.ok) return read;
      format = read.value;
    } else if (id === 'data') {
      if (!format) return refuse('no-sound', 'data before fmt');
      const there = Math.max(0, size - body);
      const open = length === 0 || length === STREAMED;
      const frame = bytesOf(format.coding) * format.channels;
      const bytes = open ? there : Math.min(length, there);
      return accept({
        ...format,
        dataAt: body,
        dataBytes: bytes - (bytes % frame),
        cut: (open && there > 0) || (!open && length > there),
      });
    }
    // chunks begin at even places
    at = body + length + (length % 2);
  }
  return refuse('no-sound', 'no data');
}

function formatAt(
  view: DataView,
  at: number,
  length: number,
): Result<Pick<Sound, 'coding' | 'rate' | 'channels'>, SoundRefusal> {
  const tag = view.getUint16(at, true);
  const kind = tag === EXTENSIBLE && length >= 26 ? view.getUint16(at + 24, true) : tag;
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const coding = FORMATS[kind]?.(view.getUint16(at + 14, true));
  if (!coding) return refuse('coding', `format ${kind}`);
  if ((channels !== 1 && channels !== 2) || rate < 4000 || rate > 96_000)
    return refuse('no-sound', `${channels} channels, ${rate} Hz`);
  return accept({ coding, rate, channels });
}

/** Samples per channel. */
export const framesOf = (s: Sound): number => s.dataBytes / (bytesOf(s.coding) * s.channels);
/** Length in seconds. */
export const secondsOf = (s: Sound): number => framesOf(s) / s.rate;
export const frameBytes = (s: Sound): number => bytesOf(s.coding) * s.channels;

/** Linear samples of bytes of the file; a byte too few for a sample at the end is left out. */
export function linear(coding: Sound['coding'], bytes: Uint8Array): Int16Array {
  if (coding === 'pcm16') {
    const out = new Int16Array(bytes.length >> 1);
    // whatever machine this is: the file's order is little-endian
    for (let i = 0; i < out.length; i++) out[i] = ((bytes[2 * i]! | (bytes[2 * i + 1]! << 8)) << 16) >> 16;
    return out;
  }
  const out = new Int16Array(bytes.length);
  if (coding === 'pcm8') for (let i = 0; i < out.length; i++) out[i] = (bytes[i]! - 128) << 8;
  else {
    const table = coding === 'alaw' ? ALAW : ULAW;
    for (let i = 0; i < out.length; i++) out[i] = table[bytes[i]!]!;
  }
  return out;
}

/** Bytes of the header that {@link wavHead} writes. */
export const WAV_HEAD_BYTES = 44;
/** Bytes of the WAV file of 16-bit PCM that stands for this sound. */
export const wavBytes = (s: Sound): number => WAV_HEAD_BYTES + framesOf(s) * s.channels * 2;

/** The header of that file. */
export function wavHead(s: Pick<Sound, 'rate' | 'channels'>, dataBytes: number): Uint8Array {
  const out = new Uint8Array(WAV_HEAD_BYTES);
  const view = new DataView(out.buffer);
  const text = (at: number, t: string): void => {
    for (let i = 0; i < t.length; i++) out[at + i] = t.charCodeAt(i);
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + dataBytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, s.channels, true);
  view.setUint32(24, s.rate, true);
  view.setUint32(28, s.rate * s.channels * 2, true);
  view.setUint16(32, s.channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
  return out;
}

/** 16-bit samples as bytes of a WAV file. */
export function samplesToBytes(samples: Int16Array): Uint8Array {
  const out = new Uint8Array(samples.length * 2);
  for (let i = 0; i < samples.length; i++) {
    out[2 * i] = samples[i]! & 0xff;
    out[2 * i + 1] = (samples[i]! >> 8) & 0xff;
  }
  return out;
}
