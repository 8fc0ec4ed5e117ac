import type { CaseRow } from '#domain/cases/rows.ts';

/** Cases by the district that they name, also those without a place; those that name none are nowhere. */
export function districtCounts(rows: readonly (readonly [string, CaseRow])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, { district }] of rows) if (district !== null) counts.set(district, (counts.get(district) ?? 0) + 1);
  return counts;
}
