/**
 * A part by half-hour or day over a month as bytes, so that years of them are a few rows of the database. The first byte says how
 * wide a number is, the second whether each number has its place before it (few that are not 0) or they stand one after the other
 * from a first place; then, from byte 4, how many or from where, then places, then numbers.
 */

const HEAD = 8;
const WIDTHS = [1, 2, 4, 8] as const;
type Width = (typeof WIDTHS)[number];
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;
const DENSE = 0;
const SPARSE = 1;
/** Places of sparse numbers are half-words. */
const PLACES = 0x1_0000;

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

/** Places before numbers take up whole doubles, so that numbers of any width lie on their boundaries. */
const placesLength = (n: number): number => Math.ceil((n * 2) / 8) * 8;

/** @returns null when all are 0 */
export function packNumbers(numbers: Float64Array): Uint8Array | null {
  const first = numbers.findIndex((n) => n !== 0);
  if (first < 0) return null;
  const last = numbers.findLastIndex((n) => n !== 0);
  let largest = 0;
  let whole = true;
  let count = 0;
  for (let i = first; i <= last; i++) {
    const n = numbers[i]!;
    if (n === 0) continue;
    count++;
    if (!(Number.isInteger(n) && n >= 0)) whole = false;
    if (n > largest) largest = n;
  }
  const width = whole ? WIDTHS.find((w) => largest <= LARGEST[w])! : 8;
  const span = last - first + 1;
  const sparse = last < PLACES && placesLength(count) + count * width < span * width;
  const buffer = new ArrayBuffer(HEAD + (sparse ? placesLength(count) + count * width : span * width));
  const head = new DataView(buffer);
  head.setUint8(0, width);
  head.setUint8(1, sparse ? SPARSE : DENSE);
  head.setUint32(4, sparse ? count : first, true);
  if (!sparse) view(width, buffer, HEAD, span).set(numbers.subarray(first, last + 1));
  else {
    const places = new Uint16Array(buffer, HEAD, count);
    const values = view(width, buffer, HEAD + placesLength(count), count);
    for (let i = first, k = 0; i <= last; i++)
      if (numbers[i] !== 0) {
        places[k] = i;
        values[k++] = numbers[i]!;
      }
  }
  return new Uint8Array(buffer);
}

/** Numbers as they were packed: each at its place, or from `first` on one after the other; elsewhere is 0. */
export interface Unpacked {
  readonly numbers: Numbers;
  readonly places: Uint16Array | null;
  readonly first: number;
}

/** @throws RangeError when these bytes were not packed by packNumbers */
export function unpackNumbers(bytes: Uint8Array): Unpacked {
  const own = new Uint8Array(bytes).buffer; // its own place, so that numbers lie on their boundaries
  const width = WIDTHS.find((w) => w === bytes[0]);
  if (width === undefined || own.byteLength <= HEAD)
    throw new RangeError(`${bytes.length} bytes are no packed numbers`);
  const n = new DataView(own).getUint32(4, true);
  if (bytes[1] === SPARSE)
    return { places: new Uint16Array(own, HEAD, n), first: 0, numbers: view(width, own, HEAD + placesLength(n), n) };
  return { places: null, first: n, numbers: view(width, own, HEAD, (own.byteLength - HEAD) / width) };
}
