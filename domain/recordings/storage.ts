/** Bytes that a second of a recording takes, one channel, by coding. */
export const CODING_RATES = {
  /** 16-bit linear, 8 kHz. */
  pcm16: 16_000,
  /** 8 bits at 8 kHz: 64 kbit/s (G.711). */
  alaw: 8000,
  /** The figure of the city's own specification for A-law: half of what A-law takes. */
  seed: 4000,
  /** 33 bytes each 20 ms (GSM 06.10). */
  gsm: 1650,
  /** 24 kbit/s, telephone band. */
  opus: 3000,
  /** 10 bytes each 10 ms (G.729). */
  g729: 1000,
} as const;
export type StorageCoding = keyof typeof CODING_RATES;

export interface StorageInput {
  readonly phones: number;
  /** Hours that each talks in a day. */
  readonly hours: number;
  readonly bytesPerS: number;
  readonly channels: 1 | 2;
}

/** Bytes a day of recordings (录音存储容量): phones × hours × 3600 s × bytes each second × channels. */
export const bytesPerDay = (i: StorageInput): number => i.phones * i.hours * 3600 * i.bytesPerS * i.channels;

/** The specification's own example: 10 telephones of 8 hours. */
export const SEED_EXAMPLE = { phones: 10, hours: 8, bytesPerS: CODING_RATES.seed, channels: 1 } as const;

export interface StoragePlan {
  readonly perDay: number;
  /** Bytes that the retention needs; null without one. */
  readonly needed: number;
  /** Days until the disk is full at this rate, with what is there; null: nothing is recorded, it never is. */
  readonly daysLeft: number | null;
  /** The oldest would have to go after so many days for the rest to fit, keeping a tenth of the disk free. */
  readonly daysThatFit: number | null;
}

/** A full disk stops every program on it: this share stays free. */
const KEEP_FREE = 0.1;

/**
 * @param perDay bytes a day
 * @param keepDays proposed retention
 * @param disk what the folder holds now, and the free and whole size of its disk, bytes
 */
export function planStorage(
  perDay: number,
  keepDays: number,
  disk: { readonly used: number; readonly free: number; readonly size: number } | null,
): StoragePlan {
  const spare = disk === null ? 0 : Math.max(0, disk.free - disk.size * KEEP_FREE);
  return {
    perDay,
    needed: perDay * keepDays,
    daysLeft: disk === null || perDay <= 0 ? null : disk.free / perDay,
    daysThatFit: disk === null || perDay <= 0 ? null : Math.floor((disk.used + spare) / perDay),
  };
}
