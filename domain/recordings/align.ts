import type { CallStory, RecordedSpan } from '../calls/journey.ts';
import type { Instant } from '../time.ts';

/**
 * When the first second of a recording was. Dial plans record from the beginning of the channel, or (MixMonitor's option b) only
 * while the caller talks to somebody, and the switch does not say which: the length of the file does.
 */
export type Alignment =
  /** As long as the switch said it recorded. */
  | { readonly by: 'told'; readonly startAt: Instant }
  /** As long as the conversations of the call. */
  | { readonly by: 'answered'; readonly startAt: Instant }
  /** As long as the call. */
  | { readonly by: 'setup'; readonly startAt: Instant }
  /** It was last written to as the call ended: counted back from there. */
  | { readonly by: 'written'; readonly startAt: Instant }
  /** Its place in the call is not known: no event is marked in it. */
  | { readonly by: 'unknown'; readonly startAt: null };

/** Lengths that differ by no more than this are one length. */
const same = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(2, 0.03 * Math.max(a, b));
/** A file is closed some seconds after its channel at the latest. */
const WRITTEN_WITHIN_S = 30;

/**
 * @param seconds length of the file
 * @param span what the switch told of it
 * @param writtenAt when the file was last changed; null: not known
 */
export function align(
  seconds: number,
  span: RecordedSpan | null,
  story: Pick<CallStory, 'call' | 'segments'>,
  writtenAt: Instant | null,
): Alignment {
  const { t_setup, t_end } = story.call;
  const talks = story.segments.filter((s) => s.t_answer !== null);
  const firstAnswer = Math.min(...talks.map((s) => s.t_answer!));
  const lastHangup = Math.max(...talks.map((s) => s.t_hangup));
  const from = span?.from ?? null;
  // the switch tells the end of a recording that was stopped; with the channel it ends without a word
  const to = span?.to ?? t_end;
  if (from !== null && to !== null && same(seconds, (to - from) / 1000)) return { by: 'told', startAt: from };
  if (talks.length > 0 && same(seconds, (lastHangup - firstAnswer) / 1000))
    return { by: 'answered', startAt: firstAnswer };
  if (t_end !== null && same(seconds, (t_end - t_setup) / 1000)) return { by: 'setup', startAt: t_setup };
  // still being written: it began when the switch said so
  if (from !== null && to === null) return { by: 'told', startAt: from };
  if (writtenAt !== null && t_end !== null && Math.abs(writtenAt - t_end) / 1000 <= WRITTEN_WITHIN_S) {
    const startAt = writtenAt - seconds * 1000;
    if (startAt >= t_setup - 2000) return { by: 'written', startAt };
  }
  return { by: 'unknown', startAt: null };
}

/** Shorter than this share of what it should hold, a recording is called partial. */
const WHOLE_FROM = 0.9;

/**
 * How many seconds of the conversations a recording lacks; null when it holds them, or nobody can tell.
 * @param parts lengths of all parts of the call that were found, seconds
 */
export function missingSeconds(parts: readonly number[], story: Pick<CallStory, 'call' | 'segments'>): number | null {
  if (story.call.t_end === null) return null;
  const talks = story.segments.filter((s) => s.t_answer !== null);
  if (talks.length === 0) return null;
  const talked = (Math.max(...talks.map((s) => s.t_hangup)) - Math.min(...talks.map((s) => s.t_answer!))) / 1000;
  const held = parts.reduce((a, b) => a + b, 0);
  return held < talked * WHOLE_FROM && talked - held > 2 ? talked - held : null;
}
