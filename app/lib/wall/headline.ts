import type { Lasting } from './floor/thresholds.ts';

/** One of the big figures at the top of a scene, ready to be drawn. */
export interface Headline {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly sub: string;
  /** Whether its goal is met; null: no goal, or nothing to hold against it yet. */
  readonly met: boolean | null;
  readonly lasting: Lasting;
  /** The line under the number asks for somebody. */
  readonly calls: boolean;
  /** It counts today, and a part of today was not heard. */
  readonly gap: boolean;
}

/** A figure without goal, limit or gap. */
export const plain = (key: string, label: string, value: string, sub: string): Headline => ({
  key,
  label,
  value,
  unit: '',
  sub,
  met: null,
  lasting: 'fine',
  calls: false,
  gap: false,
});
