import type { Change, Tables } from './tables.ts';

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
function mix(text: string): readonly [number, number] {
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

const MODULUS = 2 ** 52;

/**
 * Digest of folded tables, kept up change by change: a sum over rows, so that the order in which rows came does not matter.
 * Two copies at the same cursor must agree; a signal (vehicle position, segment speed) is no part of it.
 */
export class Digest {
  readonly #rows = new Map<string, readonly [number, number]>();
  /** The newest change of each row since the value was last asked for: a seat that changed fifty times is mixed in once. */
  #pending = new Map<string, Change>();
  #a = 0;
  #b = 0;

  apply(changes: Iterable<Change>): void {
    for (const change of changes) this.#pending.set(`${change.c}\u0000${change.id}`, change);
  }

  #settle(): void {
    for (const [key, { row }] of this.#pending) {
      const old = this.#rows.get(key);
      if (old) {
        this.#a = (this.#a - old[0] + MODULUS) % MODULUS;
        this.#b = (this.#b - old[1] + MODULUS) % MODULUS;
      }
      if (row === null) {
        this.#rows.delete(key);
        continue;
      }
      const hash = mix(`${key}\u0000${canonical(row)}`);
      this.#rows.set(key, hash);
      this.#a = (this.#a + hash[0]) % MODULUS;
      this.#b = (this.#b + hash[1]) % MODULUS;
    }
    this.#pending = new Map();
  }

  /** `rows:aaaaaaaaaaaaa:bbbbbbbbbbbbb` */
  get value(): string {
    this.#settle();
    return `${this.#rows.size}:${this.#a.toString(16).padStart(13, '0')}:${this.#b.toString(16).padStart(13, '0')}`;
  }
}

/** The digest of tables as they stand, from nothing. */
export function digest(tables: Tables): string {
  const d = new Digest();
  d.apply(tables.everything());
  return d.value;
}
