import type { Tables } from './tables.ts';

/** JSON with sorted keys, so that a row that went through jsonb, a socket or a snapshot reads the same. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const o = value as Record<string, unknown>;
    const parts: string[] = [];
    for (const k of Object.keys(o).sort())
      if (o[k] !== undefined) parts.push(`${JSON.stringify(k)}:${canonical(o[k])}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Two independent 32-bit mixes of a text (multiply-xorshift); not cryptographic: it finds mistakes, not attackers. */
function mix(text: string): [number, number] {
  let a = 0x9e3779b1;
  let b = 0x85ebca77;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    a ^= a >>> 13;
    b = Math.imul(b + c, 0xc2b2ae35);
    b ^= b >>> 15;
  }
  return [Math.imul(a ^ (a >>> 16), 0x7feb352d) >>> 0, Math.imul(b ^ (b >>> 16), 0x846ca68b) >>> 0];
}

/**
 * Digest of the state: a sum over rows, so that the order in which rows came does not matter.
 * Two copies at the same cursor must agree; a signal (vehicle position, segment speed) is no part of it.
 * @returns `rows:aaaaaaaaaaaaaa:bbbbbbbbbbbbbb`
 */
export function digest(tables: Tables): string {
  let rows = 0;
  let a = 0;
  let b = 0;
  for (const { c, id, row } of tables.everything()) {
    const [x, y] = mix(`${c}\u0000${id}\u0000${canonical(row)}`);
    a = (a + x) % 0x1fffffffffffff;
    b = (b + y) % 0x1fffffffffffff;
    rows++;
  }
  return `${rows}:${a.toString(16).padStart(14, '0')}:${b.toString(16).padStart(14, '0')}`;
}
