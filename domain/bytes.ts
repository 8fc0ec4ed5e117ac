/** Growing byte writer and bounds-checked reader for our binary frames. Numbers are little-endian, texts UTF-8 behind a varint length. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #room(n: number): number {
    if (this.#at + n > this.#bytes.length) {
      const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + n));
      bigger.set(this.#bytes.subarray(0, this.#at));
      this.#bytes = bigger;
      this.#view = new DataView(bigger.buffer);
    }
    const at = this.#at;
    this.#at += n;
    return at;
  }

  u8(x: number): this {
    const at = this.#room(1);
    this.#view.setUint8(at, x);
    return this;
  }
  u16(x: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, x, true);
    return this;
  }
  i32(x: number): this {
    const at = this.#room(4);
    this.#view.setInt32(at, x, true);
    return this;
  }
  f64(x: number): this {
    const at = this.#room(8);
    this.#view.setFloat64(at, x, true);
    return this;
  }
  /** Unsigned whole number, 7 bits a byte: exact up to 2^53. */
  varint(x: number): this {
    while (x >= 0x80) {
      this.u8((x % 0x80) | 0x80);
      x = Math.floor(x / 0x80);
    }
    return this.u8(x);
  }
  /** Signed whole number (zigzag). */
  svarint(x: number): this {
    return this.varint(x < 0 ? -x * 2 - 1 : x * 2);
  }
  text(s: string): this {
    // ASCII, the usual case, without an intermediate array
    const n = s.length;
    if (n < 0x80) {
      const at = this.#room(n + 1);
      let ascii = true;
      for (let i = 0; i < n; i++) {
        const c = s.charCodeAt(i);
        if (c > 0x7f) {
          ascii = false;
          break;
        }
        this.#bytes[at + 1 + i] = c;
      }
      if (ascii) {
        this.#bytes[at] = n;
        return this;
      }
      this.#at = at;
    }
    return this.bytes(encoder.encode(s));
  }
  bytes(b: Uint8Array): this {
    this.varint(b.length);
    const at = this.#room(b.length);
    this.#bytes.set(b, at);
    return this;
  }
  /** What was written, as a copy of its own. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at) as Uint8Array<ArrayBuffer>;
  }
  reset(): this {
    this.#at = 0;
    return this;
  }
}

/** @throws RangeError when the bytes end early, TypeError when a text is not UTF-8 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }
  #take(n: number): number {
    const at = this.#at;
    if (at + n > this.#bytes.length) throw new RangeError(`frame ends at ${this.#bytes.length}, wanted ${at + n}`);
    this.#at += n;
    return at;
  }
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }
  varint(): number {
    let x = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const b = this.u8();
      x += (b & 0x7f) * scale;
      if (b < 0x80) return x;
      scale *= 0x80;
    }
    throw new RangeError('varint longer than 8 bytes');
  }
  svarint(): number {
    const x = this.varint();
    return x % 2 ? -(x + 1) / 2 : x / 2;
  }
  /** A view of the frame's own bytes, not a copy. */
  bytes(): Uint8Array {
    const n = this.varint();
    const at = this.#take(n);
    return this.#bytes.subarray(at, at + n);
  }
  text(): string {
    const n = this.varint();
    const at = this.#take(n);
    if (n < 24) {
      let s = '';
      for (let i = at; i < at + n; i++) {
        const c = this.#bytes[i]!;
        if (c > 0x7f) return decoder.decode(this.#bytes.subarray(at, at + n));
        s += String.fromCharCode(c);
      }
      return s;
    }
    return decoder.decode(this.#bytes.subarray(at, at + n));
  }
}
