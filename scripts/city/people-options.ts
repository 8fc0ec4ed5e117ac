import { SYSTEMS } from '#gis-data/crs.ts';
import type { PeopleOptions } from '#gis-data/people/import.ts';

/** Options of `city:import` for a population grid. */
export const PEOPLE_OPTIONS = {
  population: { type: 'string' },
  'population-source': { type: 'string' },
  'population-date': { type: 'string' },
  'population-error': { type: 'string' },
  'population-cell': { type: 'string' },
  'population-crs': { type: 'string' },
  'population-remove': { type: 'boolean', default: false },
} as const;

type Values = { readonly [K in keyof typeof PEOPLE_OPTIONS]?: string | boolean | undefined };

/**
 * What must be told of a grid: nothing of it is assumed.
 * @throws TypeError that names the option
 */
export function peopleOptions(values: Values): Omit<PeopleOptions, 'city'> {
  const text = (name: keyof Values): string => {
    const value = values[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const number = (name: keyof Values, least: number, most: number): number => {
    const value = text(name) === '' ? NaN : Number(text(name));
    if (!(value >= least && value <= most)) throw new TypeError(`--${name} is a number of ${least} to ${most}`);
    return value;
  };
  const source = text('population-source');
  if (source === '') throw new TypeError('--population-source says who counted');
  const asOf = text('population-date');
  if (!/^\d{4}(-\d\d-\d\d)?$/.test(asOf) || Number.isNaN(Date.parse(asOf)))
    throw new TypeError('--population-date is YYYY or YYYY-MM-DD');
  const crs = SYSTEMS.find((s) => s === text('population-crs')) ?? null;
  if (text('population-crs') !== '' && !crs) throw new TypeError(`--population-crs is one of ${SYSTEMS.join(', ')}`);
  return {
    ...{ source: source.slice(0, 200), asOf, crs, errorPct: number('population-error', 0, 100) },
    cellM: text('population-cell') === '' ? null : number('population-cell', 1, 20_000),
  };
}
