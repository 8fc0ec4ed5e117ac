/** What a row of results is sorted by in a column; null: unknown. */
export type SortValue = string | number | null;

/** Rows in the order of one column: what is unknown last whichever way, of equals the smaller key first. */
export function inOrder<T>(
  rows: readonly T[],
  of: { readonly value: (row: T) => SortValue; readonly key: (row: T) => string },
  down: boolean,
  language: 'zh-CN' | 'en',
): T[] {
  const least = (a: SortValue, b: SortValue): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), language);
    return down ? -order : order;
  };
  return rows
    .map((row) => ({ row, value: of.value(row), key: of.key(row) }))
    .sort((a, b) => least(a.value, b.value) || (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}
