/** One figure of the truth and ours. */
export interface Figure {
  /** The kind that it is counted under. */
  readonly kind: string;
  readonly name: string;
  readonly want: unknown;
  readonly got: unknown;
  /** How far a number may be off, in its own unit; 0 where absent. */
  readonly within?: number;
  /** Why the truth itself may differ here; such a difference is shown and fails nothing. */
  readonly explained?: string;
}

/** Whether ours is what the truth says. */
export function isEqual({ want, got, within }: Figure): boolean {
  if (within !== undefined && typeof want === 'number' && typeof got === 'number')
    return Math.abs(want - got) <= within + 1e-9;
  return JSON.stringify(want) === JSON.stringify(got);
}
