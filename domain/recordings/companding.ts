/**
 * A-law and µ-law, one byte a sample, as 16-bit linear samples.
 * @source ITU-T G.711 (1988)
 */
function alawToLinear(byte: number): number {
  const a = byte ^ 0x55;
  const segment = (a & 0x70) >> 4;
  let t = (a & 0x0f) << 4;
  t += segment === 0 ? 8 : 0x108;
  if (segment > 1) t <<= segment - 1;
  return a & 0x80 ? t : -t;
}
function ulawToLinear(byte: number): number {
  const u = ~byte & 0xff;
  const t = (((u & 0x0f) << 3) + 0x84) << ((u & 0x70) >> 4);
  return u & 0x80 ? 0x84 - t : t - 0x84;
}
const table = (of: (byte: number) => number): Int16Array => Int16Array.from({ length: 256 }, (_, byte) => of(byte));

export const ALAW: Int16Array = table(alawToLinear);
export const ULAW: Int16Array = table(ulawToLinear);

/** The A-law byte of a 16-bit sample, for those who write recordings. */
export function alawOf(sample: number): number {
  const sign = sample >= 0 ? 0xd5 : 0x55;
  const x = Math.min(sample >= 0 ? sample : -sample - 1, 32_635) >> 3;
  // the segment is the place of the highest bit above the lowest eight
  const segment = x < 32 ? 0 : 27 - Math.clz32(x);
  const mantissa = segment < 2 ? (x >> 1) & 0x0f : (x >> segment) & 0x0f;
  return ((segment << 4) | mantissa) ^ sign;
}
