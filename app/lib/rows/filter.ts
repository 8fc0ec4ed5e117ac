import type { Instant } from '#domain/time.ts';

/**
 * The filter behind a figure, as the query part of /rows/<list>. The page that shows a figure builds the address here,
 * and the list reads it here: what is counted and what is listed are the same words.
 */
export interface VisitQuery {
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome?: 'answered' | 'abandoned' | 'other';
  readonly withinS?: number;
  readonly queue?: string;
}
export interface CaseQuery {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly phase?: 'open' | 'done';
  readonly overdueAt?: Instant;
  readonly urgent?: boolean;
  readonly type?: string;
  readonly category?: string;
  readonly district?: string;
  readonly channel?: string;
  readonly state?: string;
  readonly numbers?: readonly string[];
}
const MAX_NUMBERS = 100;
const MAX_KEY = 100;

function address(list: string, query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, unknown][])
    if (value !== undefined && value !== false)
      params.set(name, Array.isArray(value) ? value.join(',') : String(value));
  return `/rows/${list}?${params}`;
}
export const visitsAddress = (q: VisitQuery): string => address('visits', q);
export const casesAddress = (q: CaseQuery): string => address('cases', q);

class Reader {
  readonly #params: URLSearchParams;
  bad = false;
  constructor(params: URLSearchParams) {
    this.#params = params;
  }
  text(name: string): string | undefined {
    const v = this.#params.get(name);
    if (v === null) return undefined;
    if (v.length > MAX_KEY) this.bad = true;
    return v;
  }
  int(name: string): number | undefined {
    const v = this.#params.get(name);
    if (v === null) return undefined;
    if (!/^\d{1,15}$/.test(v)) this.bad = true;
    return Number(v);
  }
  one<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const v = this.#params.get(name);
    if (v === null) return undefined;
    const found = choices.find((c) => c === v);
    if (found === undefined) this.bad = true;
    return found;
  }
  list(name: string): string[] | undefined {
    const v = this.#params.get(name);
    if (v === null) return undefined;
    const items = v.split(',').filter(Boolean);
    if (items.length > MAX_NUMBERS || items.some((i) => i.length > MAX_KEY)) this.bad = true;
    return items;
  }
}

const present = <T extends object>(o: T): T =>
  Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as T;

/** @returns null when the address is no filter of this list */
export function readVisits(params: URLSearchParams): VisitQuery | null {
  const r = new Reader(params);
  const q = {
    from: r.int('from'),
    to: r.int('to'),
    outcome: r.one('outcome', ['answered', 'abandoned', 'other']),
    withinS: r.int('withinS'),
    queue: r.text('queue'),
  };
  if (r.bad || q.from === undefined || q.to === undefined || q.to < q.from) return null;
  return present(q) as VisitQuery;
}

/** @returns null when the address is no filter of this list */
export function readCases(params: URLSearchParams): CaseQuery | null {
  const r = new Reader(params);
  const q = {
    from: r.int('from'),
    to: r.int('to'),
    phase: r.one('phase', ['open', 'done']),
    overdueAt: r.int('overdueAt'),
    urgent: r.one('urgent', ['true']) === 'true' || undefined,
    type: r.text('type'),
    category: r.text('category'),
    district: r.text('district'),
    channel: r.text('channel'),
    state: r.text('state'),
    numbers: r.list('numbers'),
  };
  return r.bad ? null : (present(q) as CaseQuery);
}
