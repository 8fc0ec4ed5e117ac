import { createHash } from 'node:crypto';
import { chooseMap } from '#ingest/cases-import/file-map.ts';
import { parseRow } from '#ingest/cases-import/parse.ts';
import { columnsOfFile, csvRows, jsonRows, readText } from '#ingest/cases-import/read.ts';
import { toWgs84 } from '#gis-data/crs.ts';
import { placeKey } from '#gis-data/places/fold.ts';
import { parseAddress, type Divisions } from '#gis-data/places/parse.ts';
import type { LngLat } from '#store/gis.ts';

/** Cases with an address and a published position, and the parts they are divided into. */

export interface KnownCase {
  readonly id: string;
  readonly address: string;
  readonly district: string | null;
  readonly at: LngLat;
}

/** @throws when the file or the map cannot be used */
export async function readCases(file: string, mapName: string | null, now: number): Promise<KnownCase[]> {
  const map = chooseMap(mapName, await columnsOfFile(file));
  if (!map.ok) throw new TypeError(map.reason);
  const { text } = await readText(file);
  const out: KnownCase[] = [];
  for await (const row of map.value.format === 'csv' ? csvRows(text, map.value) : jsonRows(text)) {
    if (row.error) continue;
    const { mapping } = map.value;
    const meaning = parseRow(mapping, row.cell, (at) => toWgs84([at[0], at[1]], mapping.crs), now);
    if (!meaning.ok || meaning.value.kind !== 'case') continue;
    const { record: r } = meaning.value;
    if (r.at && r.place) out.push({ id: r.externalId, address: r.place, district: r.district, at: r.at });
  }
  return out;
}

/**
 * What makes two texts the same address: way, lane, alley and number, whatever the district, the writing and the sub-number; of a
 * text without a way its landmark. Addresses of one key never lie in different parts.
 */
export function addressKey(text: string, divisions: Divisions): string {
  const p = parseAddress(text, divisions);
  const [way] = p.ways;
  if (way && p.ways.length === 1) return `${way.names[0]} ${way.lane} ${way.alley} ${way.number}`;
  if (way && way.number > 0) return `${way.names[0]} ${way.lane} ${way.alley} ${way.number}`;
  if (way) return p.ways.map((w) => w.names[0]).sort().join(' × '); // prettier-ignore
  return p.landmarks[0] ?? placeKey(text);
}

/** A share of 0 … 1 that an address key falls on, even over all keys. */
export function shareOf(key: string, seed: string): number {
  return createHash('sha256').update(`${seed} ${key}`).digest().readUInt32BE(0) / 2 ** 32;
}
