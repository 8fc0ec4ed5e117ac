import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat, VehicleSignal } from '#domain/city/rows.ts';
import type { IncidentRow } from '#domain/incidents/rows.ts';
import type { FoundAddress } from './requests.ts';

export interface Hit {
  readonly kind: 'incident' | 'case' | 'vehicle' | 'place' | 'address';
  readonly id: string;
  readonly name: string;
  readonly sub: string;
  readonly at: LngLat | null;
  /** Of an address: how near, and why. */
  readonly found?: FoundAddress;
}

/** At most so many of each kind, so that no kind hides the others. */
const OF_EACH = 4;

/**
 * What the live tables hold under a text: incidents, vehicles and cases by number or name, numbers first. No request is needed.
 * @param fold makes texts alike for matching (domain/text-fold.ts)
 */
export function liveHits(
  text: string,
  fold: (text: string) => string,
  language: string,
  from: {
    incidents: ReadonlyMap<string, IncidentRow>;
    cases: ReadonlyMap<string, CaseRow>;
    vehicles: ReadonlyMap<string, { readonly body: VehicleSignal }>;
  },
): Hit[] {
  const key = fold(text);
  if (key === '') return [];
  const rank = (id: string, name: string): number =>
    fold(id).endsWith(key) || fold(id).startsWith(key)
      ? 0
      : fold(name).startsWith(key)
        ? 1
        : fold(name).includes(key)
          ? 2
          : 9;
  const best = <T>(rows: ReadonlyMap<string, T>, name: (row: T) => string, hit: (id: string, row: T) => Hit): Hit[] => {
    const found: { r: number; hit: Hit }[] = [];
    for (const [id, row] of rows) {
      const r = rank(id, name(row));
      if (r < 9) found.push({ r, hit: hit(id, row) });
    }
    return found
      .sort((a, b) => a.r - b.r || (a.hit.id < b.hit.id ? 1 : -1))
      .slice(0, OF_EACH)
      .map((f) => f.hit);
  };
  return [
    ...best(
      from.incidents,
      (r) => `${r.title} ${r.place ?? ''}`,
      (id, r) => ({ kind: 'incident', id, name: r.title, sub: `${id} ${r.place ?? ''}`, at: r.at }),
    ),
    ...best(
      from.vehicles,
      (v) => `${v.body.zh} ${v.body.en ?? ''} ${v.body.plate ?? ''}`,
      (id, v) => ({
        kind: 'vehicle',
        id,
        name: (language === 'en' ? v.body.en : null) ?? v.body.zh,
        sub: v.body.plate ?? id,
        at: v.body.at,
      }),
    ),
    ...best(
      from.cases,
      (r) => r.title,
      (id, r) => ({ kind: 'case', id, name: r.title, sub: `${id} ${r.district ?? ''}${r.place ?? ''}`, at: r.at }),
    ),
  ];
}

/**
 * Hits of all kinds in the order of the list: what needs somebody first, then places, then cases, whose texts hold most words of
 * the city. Digits are said over the telephone to find a case: then its number comes first.
 */
export function ordered(hits: readonly Hit[], text: string): Hit[] {
  const kinds: readonly Hit['kind'][] = /\d{3}/.test(text)
    ? ['incident', 'case', 'vehicle', 'address', 'place']
    : ['incident', 'vehicle', 'address', 'place', 'case'];
  return [...hits].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}
