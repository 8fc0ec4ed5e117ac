/**
 * What fits into `room` places when the last place tells how many more there are: nothing is silently left out.
 * @returns the first items, and how many do not stand among them
 */
export function fit<T>(items: readonly T[], room: number): { readonly shown: readonly T[]; readonly more: number } {
  const places = Math.max(1, Math.floor(room));
  if (items.length <= places) return { shown: items, more: 0 };
  return { shown: items.slice(0, places - 1), more: items.length - places + 1 };
}
