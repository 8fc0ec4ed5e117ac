import type { RecordedSpan } from '../calls/journey.ts';
import type { Instant } from '../time.ts';

/** What the switch told: a recording began or ended on a leg, or the file of the next or the one just begun has this name. */
export const RECORDING_STATES = ['named', 'began', 'ended'] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

export interface RecordingWord {
  readonly at: Instant;
  readonly leg: string;
  readonly state: RecordingState;
  readonly file: string | null;
}

/**
 * Beginnings and ends of a call's recordings, paired per leg. Several may run on one leg at once (the dial plan's and a
 * supervisor's); the switch does not say which of them ended, so that one with the same file or else the oldest is closed.
 * @param words in any order
 */
export function spansOf(words: readonly RecordingWord[]): RecordedSpan[] {
  const out: { leg: string; from: Instant | null; to: Instant | null; file: string | null }[] = [];
  const named = new Map<string, string>();
  const inOrder = [...words].sort(
    (a, b) => a.at - b.at || RECORDING_STATES.indexOf(a.state) - RECORDING_STATES.indexOf(b.state),
  );
  for (const w of inOrder) {
    const open = out.filter((s) => s.leg === w.leg && s.to === null);
    if (w.state === 'named') {
      if (w.file === null) continue;
      const unnamed = open.find((s) => s.file === null);
      if (unnamed) unnamed.file = w.file;
      else named.set(w.leg, w.file);
    } else if (w.state === 'began') {
      out.push({ leg: w.leg, from: w.at, to: null, file: w.file ?? named.get(w.leg) ?? null });
      named.delete(w.leg);
    } else {
      const span = (w.file !== null && open.find((s) => s.file === w.file)) || open[0];
      if (!span) out.push({ leg: w.leg, from: null, to: w.at, file: w.file });
      else {
        span.to = w.at;
        span.file ??= w.file;
      }
    }
  }
  return out;
}
