/**
 * A part by half-hour over a month or a day as bytes, so that years of them are a few rows of the database: the width of a
 * number, where the first that is not 0 stands, and from there to the last as bytes, half-words, words or doubles.
 */

const HEAD = 8;
const WIDTHS = [1, 2, 4, 8] as const;
type Width = (typeof WIDTHS)[number];
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const LARGEST: Readonly<Record<Width, number>> = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff, 8: Infinity };

function view(width: Width, buffer: ArrayBuffer, at: number, length: number): Numbers {
  switch (width) {
    case 1:
      return new Uint8Array(buffer, at, length);
    case 2:
      return new Uint16Array(buffer, at, length);
    case 4:
      return new Uint32Array(buffer, at, length);
    case 8:
      return new Float64Array(buffer, at, length);
  }
}

/** @returns null when all are 0 */
export function packNumbers(numbers: Float64Array): Uint8Array | null {
  const first = numbers.findIndex((n) => n !== 0);
  if (first < 0) return null;
  const last = numbers.findLastIndex((n) => n !== 0);
  let largest = 0;
  let whole = true;
  for (let i = first; i <= last; i++) {
    const n = numbers[i]!;
    if (!(Number.isInteger(n) && n >= 0)) whole = false;
    if (n > largest) largest = n;
  }
  const width = whole ? WIDTHS.find((w) => largest <= LARGEST[w])! : 8;
  const buffer = new ArrayBuffer(HEAD + (last - first + 1) * width);
  const head = new DataView(buffer);
  head.setUint8(0, width);
  head.setUint32(4, first, true);
  view(width, buffer, HEAD, last - first + 1).set(numbers.subarray(first, last + 1));
  return new Uint8Array(buffer);
}

/**
 * The numbers as they were packed, and the place of the first; before and behind them is 0.
 * @throws RangeError when these bytes were not packed by packNumbers
 */
export function unpackNumbers(bytes: Uint8Array): { first: number; numbers: Numbers } {
  const own = new Uint8Array(bytes).buffer; // its own place, so that numbers lie on their boundaries
  const width = WIDTHS.find((w) => w === bytes[0]);
  if (width === undefined || own.byteLength < HEAD || (own.byteLength - HEAD) % width !== 0)
    throw new RangeError(`${bytes.length} bytes are no packed numbers`);
  const first = new DataView(own).getUint32(4, true);
  return { first, numbers: view(width, own, HEAD, (own.byteLength - HEAD) / width) };
}
