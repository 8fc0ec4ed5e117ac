import type { Instant } from '#domain/time.ts';

/**
 * An endless live stream out of a few parts (camera-media/): each part comes again and again, with the time that it has reached
 * written into it. Pure; a part is 2 s long.
 */

export const PART_MS = 2000;
/** Ticks of the parts: 10,240 a second (mdhd of init.mp4). */
const PART_TICKS = 20_480n;
/** Parts in a playlist. */
const WINDOW = 6;
/** Times are counted from here, so that a stream goes on where it was after the simulator was started again. */
const BEGAN = Date.UTC(2026, 0, 1);

/** Number of the newest whole part at an instant. */
export const newestPart = (now: Instant): number => Math.floor((now - BEGAN) / PART_MS) - 1;

/** The playlist of a live stream. @param nameOf address of a part */
export function livePlaylist(now: Instant, nameOf: (part: number) => string, init: string): string {
  const last = newestPart(now);
  const parts = Array.from({ length: WINDOW }, (_, i) => last - WINDOW + 1 + i);
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${PART_MS / 1000}`,
    `#EXT-X-MEDIA-SEQUENCE:${parts[0]!}`,
    `#EXT-X-MAP:URI="${init}"`,
    ...parts.flatMap((p) => [`#EXTINF:${(PART_MS / 1000).toFixed(3)},`, nameOf(p)]),
    '',
  ].join('\n');
}

/** One part with the time of its place in the stream. @throws when it is no fragment that ffmpeg wrote */
export function partAt(bytes: Uint8Array, part: number): Buffer {
  const out = Buffer.from(bytes);
  const time = BigInt(part) * PART_TICKS;
  // version and flags first; sidx has the stream's number and its ticks before its time
  out.writeBigUInt64BE(time, boxAt(out, 'sidx') + 12);
  out.writeBigUInt64BE(time, boxAt(out, 'tfdt') + 4);
  return out;
}

/** Where the content of a box begins, whose version says that its times have 64 bits. */
function boxAt(bytes: Buffer, name: string): number {
  const at = bytes.indexOf(name, 0, 'latin1') + 4;
  if (at < 4 || bytes[at] !== 1) throw new Error(`this part has no ${name} with times of 64 bits`);
  return at;
}
