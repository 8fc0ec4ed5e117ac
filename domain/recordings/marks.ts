import { endOf, type Journey, type JourneyItem } from '../calls/journey.ts';
import type { Instant } from '../time.ts';

/** Something of the call's journey at its place in a recording. */
export interface Mark {
  readonly item: JourneyItem;
  /** Seconds from the beginning of the recording, within it. */
  readonly atS: number;
}
/** A part of a recording. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What is heard as a change, or was done to the call; lasting things by their beginning. */
const MARKED: ReadonlySet<JourneyItem['kind']> = new Set([
  'setup',
  'step',
  'queue',
  'ring',
  'talk',
  'hold',
  'consult',
  'conference',
  'move',
  'command',
  'rating',
  'merged',
  'gap',
  'end',
]);

/** The journey's events inside a recording that began at `startAt` and lasts `seconds`. */
export function marksOf(journey: Journey, startAt: Instant, seconds: number): Mark[] {
  return journey.items
    .filter((item) => MARKED.has(item.kind))
    .map((item) => ({ item, atS: (item.from - startAt) / 1000 }))
    .filter(({ atS }) => atS >= -0.5 && atS <= seconds + 0.5)
    .map(({ item, atS }) => ({ item, atS: Math.min(seconds, Math.max(0, atS)) }));
}

/** Where the seat held the line. */
export function holdsIn(journey: Journey, startAt: Instant, seconds: number): Stretch[] {
  return journey.items
    .filter((item) => item.kind === 'hold')
    .map((item) => ({
      from: Math.max(0, (item.from - startAt) / 1000),
      to: Math.min(seconds, ((endOf(item) ?? item.from) - startAt) / 1000),
    }))
    .filter((s) => s.to > s.from);
}
