import { MARKS } from '#lib/ui/marks.ts';
import type { BandState } from './shift.ts';

/**
 * How a state looks in a band: by height and texture as well as by hue, so that none hangs on its colour alone (decision 0008).
 * `high`: share of the band's height, from its foot.
 */
export interface BandLook {
  readonly colour: string;
  readonly high: number;
  readonly texture: 'full' | 'hatch' | 'dots' | 'bars' | 'none';
}

export const LOOKS: Readonly<Record<BandState, BandLook>> = {
  offline: { colour: 'var(--offline)', high: 0.06, texture: 'full' },
  idle: { colour: MARKS.idle.colour, high: 0.3, texture: 'full' },
  ringing: { colour: MARKS.ringing.colour, high: 0.62, texture: 'full' },
  talking: { colour: MARKS.talking.colour, high: 1, texture: 'full' },
  outbound: { colour: MARKS.outbound.colour, high: 1, texture: 'bars' },
  wrap: { colour: MARKS.wrap.colour, high: 0.78, texture: 'dots' },
  break: { colour: MARKS.break.colour, high: 0.5, texture: 'hatch' },
  busy: { colour: MARKS.busy.colour, high: 0.5, texture: 'full' },
  other: { colour: MARKS.other.colour, high: 0.4, texture: 'bars' },
  gap: { colour: 'var(--line-strong)', high: 1, texture: 'hatch' },
  unknown: { colour: 'var(--line)', high: 0.06, texture: 'dots' },
};

/** Texture behind the strokes of a hatched, dotted or barred band: how much of the hue is left. */
export const GROUND = 0.3;
