import { setImmediate as breathe } from 'node:timers/promises';
import { PeakMeter, type Waveform } from '#domain/recordings/peaks.ts';
import { framesOf } from '#domain/recordings/sound.ts';
import { samplesOf, type Media } from './media.ts';

/** As many as a wide screen has columns for. */
const BUCKETS = 1200;
/** Waveforms kept in memory; one is some 10 kB. */
const KEPT_AT_MOST = 300;
/** Computed at once; more would starve the other requests of this process. */
const AT_ONCE = 2;

const kept = new Map<string, Waveform>();
let running = 0;
const waiting: (() => void)[] = [];

async function turn(signal: AbortSignal): Promise<void> {
  if (running < AT_ONCE) {
    running++;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const go = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = (): void => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(signal.reason as Error);
    };
    waiting.push(go);
    signal.addEventListener('abort', leave);
  });
}
function done(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

/**
 * The waveform of an open recording; null for a format that only the browser reads.
 * @throws what the signal was aborted with: nobody waits for it any more
 */
export async function waveformOf(media: Media, signal: AbortSignal): Promise<Waveform | null> {
  const { sound, handle, version } = media;
  if (!sound) return null;
  const known = kept.get(version);
  if (known) return known;
  signal.throwIfAborted();
  await turn(signal);
  try {
    const meter = new PeakMeter({
      channels: sound.channels,
      rate: sound.rate,
      frames: framesOf(sound),
      buckets: BUCKETS,
    });
    for await (const samples of samplesOf(handle, sound)) {
      signal.throwIfAborted();
      meter.take(samples);
      await breathe();
    }
    const waveform = meter.result();
    kept.set(version, waveform);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_AT_MOST) break;
      kept.delete(oldest);
    }
    return waveform;
  } finally {
    done();
  }
}
