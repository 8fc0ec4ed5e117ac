import type { CaseRecord } from '#domain/cases/case.ts';
import { mapCase, type CaseMapping, type MappingRefusal } from '#domain/cases/mapping.ts';
import { recordFrom, type CaseRefusal } from '#domain/cases/record.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { accept, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';

export type RowMeaning =
  { readonly kind: 'case'; readonly record: CaseRecord } | { readonly kind: 'withdrawn'; readonly externalId: string };

/** What one row of a file or of a pull means. Pure and total. */
export function parseRow(
  mapping: CaseMapping,
  cell: (name: string) => string | undefined,
  toWgs84: (at: LngLat) => LngLat,
  now: Instant,
): Result<RowMeaning, MappingRefusal | CaseRefusal> {
  const mapped = mapCase(mapping, cell, toWgs84);
  if (!mapped.ok) return mapped;
  if (mapped.value.kind === 'withdrawn') return accept(mapped.value);
  const record = recordFrom(mapped.value.fields, { origin: mapping.origin, simulated: false, now });
  return record.ok ? accept({ kind: 'case', record: record.value }) : record;
}
