import { accept, refuse, type Result } from '../result.ts';
import type { Instant } from '../time.ts';
import { BAR_DIRECTIONS, type Bar, type BarDirection } from './rows.ts';

export type BarRefusal =
  | 'bar-number'
  | 'bar-emergency'
  | 'bar-direction'
  | 'reason-needed'
  | 'bar-from'
  | 'bar-until'
  | 'bar-exists'
  | 'bar-missing';

export const MAX_BAR_REASON = 200;
const NUMBER = /^\d{3,20}$/;
/** Nobody may keep an officer from calling for help, or them from calling back. */
const EMERGENCY = new Set(['110', '119', '120', '122', '999']);

/** '+86 138-0000-0000' → '13800000000': as a trunk tells it and the dial plan looks it up. */
export function barNumber(text: string): string {
  const digits = text.normalize('NFKC').replace(/[\s\-()–—]/g, '');
  return digits.replace(/^(\+|00)86(?=\d{5,})/, '').replace(/^\+/, '');
}

/** One line without control characters. */
export const barReason = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, MAX_BAR_REASON);

export interface BarInput {
  readonly number: string;
  readonly direction: string;
  readonly reason: string;
  /** Null: from now on. */
  readonly from: Instant | null;
  /** Null: until it is lifted. */
  readonly until: Instant | null;
}

/** May this number be barred so? Whether it is on the list already only the store knows. */
export function decideBar(input: BarInput, now: Instant): Result<Bar, BarRefusal> {
  const number = barNumber(input.number);
  if (!NUMBER.test(number)) return refuse('bar-number', number);
  if (EMERGENCY.has(number)) return refuse('bar-emergency', number);
  if (!BAR_DIRECTIONS.includes(input.direction as BarDirection)) return refuse('bar-direction', input.direction);
  const reason = barReason(input.reason);
  if (reason === '') return refuse('reason-needed', 'a bar has a reason');
  const from = input.from ?? now;
  if (!Number.isSafeInteger(from)) return refuse('bar-from', String(input.from));
  if (input.until !== null && !(Number.isSafeInteger(input.until) && input.until > Math.max(from, now)))
    return refuse('bar-until', String(input.until));
  return accept({ number, direction: input.direction as BarDirection, reason, from, until: input.until });
}
