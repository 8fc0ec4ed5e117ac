import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Row } from './tables.ts';

/**
 * Fixed forms for the rows that change most: seats and vehicles. Lossless: unpack(pack(row)) equals the row,
 * else a client's digest would differ from the gateway's.
 */
export interface Packer {
  pack(w: ByteWriter, row: Row): void;
  unpack(r: ByteReader): Row;
}

export const PACKERS: { readonly [collectionOrLane: string]: Packer | undefined } = {};
