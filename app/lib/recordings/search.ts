import { cityDay, DAY, localField, parseLocal, startOfDay, type Instant } from '#domain/time.ts';

export const ORDERS = ['newest', 'oldest', 'longest', 'shortest'] as const;
export type Order = (typeof ORDERS)[number];
const DIRECTIONS = ['in', 'out', 'internal'] as const;
/** One search looks at no more than a month: it shows people's numbers. */
const LONGEST_MS = 31 * DAY;

/** What a search form holds, as typed. */
export interface SearchForm {
  readonly from: string;
  readonly to: string;
  readonly number: string;
  readonly call: string;
  readonly seat: string;
  readonly queue: string;
  readonly direction: string;
  readonly min: string;
  readonly max: string;
  readonly order: Order;
}
export interface Search {
  readonly from: Instant;
  readonly to: Instant;
  readonly number?: string;
  readonly call?: string;
  readonly seat?: string;
  readonly queue?: string;
  readonly direction?: (typeof DIRECTIONS)[number];
  readonly minS?: number;
  readonly maxS?: number;
}

/** What the address asks for; without a period today. */
export function readForm(params: URLSearchParams, zone: string, now: Instant): SearchForm {
  const text = (name: string): string => (params.get(name) ?? '').trim().slice(0, 150);
  const today = startOfDay(cityDay(now, zone), zone);
  return {
    from: text('from') || localField(today, zone),
    to: text('to') || localField(today + DAY, zone),
    number: text('number').replace(/[\s-]/g, ''),
    call: text('call'),
    seat: text('seat'),
    queue: text('queue'),
    direction: text('direction'),
    min: text('min'),
    max: text('max'),
    order: ORDERS.find((o) => o === text('order')) ?? 'newest',
  };
}

/** @returns null when a field cannot be meant: a period that is too long or ends before it begins, too few digits */
export function searchOf(form: SearchForm, zone: string): Search | null {
  const from = parseLocal(form.from.replace('T', ' '), zone);
  const to = parseLocal(form.to.replace('T', ' '), zone);
  if (from === null || to === null || to <= from || to - from > LONGEST_MS) return null;
  if (form.number !== '' && !/^\+?\d{4,20}$/.test(form.number)) return null;
  if (form.seat !== '' && !/^[\w.@-]{1,40}$/.test(form.seat)) return null;
  const whole = (text: string): number | null => (/^\d{1,6}$/.test(text) ? Number(text) : null);
  const [minS, maxS] = [whole(form.min), whole(form.max)];
  if ((form.min !== '' && minS === null) || (form.max !== '' && maxS === null)) return null;
  const direction = DIRECTIONS.find((d) => d === form.direction);
  if (form.direction !== '' && !direction) return null;
  return {
    from,
    to,
    ...(form.number === '' ? {} : { number: form.number }),
    ...(form.call === '' ? {} : { call: form.call }),
    ...(form.seat === '' ? {} : { seat: form.seat }),
    ...(form.queue === '' ? {} : { queue: form.queue }),
    ...(direction ? { direction } : {}),
    ...(minS === null ? {} : { minS }),
    ...(maxS === null ? {} : { maxS }),
  };
}
