/** What of a body a Range header asks for. `whole`: no or an unreadable header (RFC 9110 §14.2 lets us answer with all). */
export type Range =
  | { readonly kind: 'whole' }
  /** First and last byte, both included. */
  | { readonly kind: 'part'; readonly from: number; readonly to: number }
  | { readonly kind: 'unsatisfiable' };

/**
 * Reads a Range header for a body of `size` bytes. Of several ranges none is served: players ask for one.
 */
export function rangeOf(header: string | null, size: number): Range {
  const m = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!m || (m[1] === '' && m[2] === '')) return { kind: 'whole' };
  if (m[1] === '') {
    const last = Number(m[2]);
    return last === 0 || size === 0
      ? { kind: 'unsatisfiable' }
      : { kind: 'part', from: Math.max(0, size - last), to: size - 1 };
  }
  const from = Number(m[1]);
  const to = m[2] === '' ? size - 1 : Math.min(Number(m[2]), size - 1);
  if (m[2] !== '' && Number(m[2]) < from) return { kind: 'whole' };
  return from >= size ? { kind: 'unsatisfiable' } : { kind: 'part', from, to };
}
