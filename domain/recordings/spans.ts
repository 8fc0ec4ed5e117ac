import type { RecordedSpan } from '../calls/journey.ts';
import type { Instant } from '../time.ts';

/** What the switch told: a recording began or ended on a leg. */
export interface RecordingWord {
  readonly at: Instant;
  readonly leg: string;
  readonly state: 'began' | 'ended';
  readonly file: string | null;
}

/**
 * Beginnings and ends of a call's recordings, paired per leg. Several may run on one leg at once (the dial plan's and a
 * supervisor's); the switch does not say which of them ended, so that one with the same file or else the oldest is closed.
 * @param words in order of time
 */
export function spansOf(words: readonly RecordingWord[]): RecordedSpan[] {
  const out: { leg: string; from: Instant | null; to: Instant | null; file: string | null }[] = [];
  for (const w of words) {
    if (w.state === 'began') {
      out.push({ leg: w.leg, from: w.at, to: null, file: w.file });
      continue;
    }
    const open = out.filter((s) => s.leg === w.leg && s.to === null);
    const span = (w.file !== null && open.find((s) => s.file === w.file)) || open[0];
    if (!span) out.push({ leg: w.leg, from: null, to: w.at, file: w.file });
    else {
      span.to = w.at;
      span.file ??= w.file;
    }
  }
  return out;
}
