import type { FloorCommandRow } from '#domain/steer/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { Words } from '#lib/i18n/locale.ts';
import { shownState } from './view.ts';

/** How a command stands, in words: what it did when it is done, else its state and why. */
export function resultText(c: FloorCommandRow, now: Instant, words: Words): string {
  const state = shownState(c, now);
  if (state === 'confirmed') return words.steer.done[c.kind];
  if (c.code === null) return words.steer.states[state];
  return `${words.steer.states[state]} · ${words.steer.codes[c.code]}`;
}
