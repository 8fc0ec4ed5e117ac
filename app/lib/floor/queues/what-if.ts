import type { StaffingInputs } from '#domain/staffing/advice.ts';
import { SEATS_AT_MOST } from '#domain/staffing/erlang.ts';

/** The fields of the what-if form as they are typed: shares in percent, an empty patience is not known. */
export type Typed = Readonly<Record<keyof StaffingInputs | 'seats', string>>;
export const FIELDS = [
  'calls',
  'handleS',
  'ringS',
  'patienceS',
  'goal',
  'withinS',
  'maxOccupancy',
  'shrinkage',
  'seats',
] as const satisfies readonly (keyof Typed)[];

const RANGES: Readonly<Record<keyof Typed, readonly [least: number, most: number]>> = {
  calls: [0, 20_000],
  handleS: [1, 7200],
  ringS: [0, 600],
  patienceS: [1, 86_400],
  goal: [1, 99.9],
  withinS: [0, 3600],
  maxOccupancy: [10, 100],
  shrinkage: [0, 90],
  seats: [0, SEATS_AT_MOST],
};
const PERCENT: ReadonlySet<string> = new Set(['goal', 'maxOccupancy', 'shrinkage']);
export const rangeOf = (field: keyof Typed): { min: number; max: number } => ({
  min: RANGES[field][0],
  max: RANGES[field][1],
});

const round = (n: number): string => String(Math.round(n * 10) / 10);

/** What the form shows for real inputs. @param seats whole */
export function toTyped(i: StaffingInputs, seats: number): Typed {
  return {
    calls: round(i.calls),
    handleS: round(i.handleS),
    ringS: round(i.ringS),
    patienceS: i.patienceS === null ? '' : round(i.patienceS),
    goal: round(i.goal * 100),
    withinS: round(i.withinS),
    maxOccupancy: round(i.maxOccupancy * 100),
    shrinkage: round(i.shrinkage * 100),
    seats: String(seats),
  };
}

/** Reads the form; null where a number is missing or out of range. */
export function fromTyped(t: Typed): { inputs: StaffingInputs; seats: number } | null {
  const value = {} as Record<keyof Typed, number | null>;
  for (const f of FIELDS) {
    const text = t[f].trim();
    if (text === '' && f === 'patienceS') {
      value[f] = null;
      continue;
    }
    const n = text === '' ? Number.NaN : Number(text);
    const [least, most] = RANGES[f];
    if (!(n >= least && n <= most) || (f === 'seats' && !Number.isInteger(n))) return null;
    value[f] = PERCENT.has(f) ? n / 100 : n;
  }
  const { seats, ...inputs } = value as Record<keyof Typed, number>;
  return { inputs: { ...inputs, patienceS: value.patienceS }, seats };
}
