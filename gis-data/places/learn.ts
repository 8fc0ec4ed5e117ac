import type { NameDraft, Seen } from '#store/gis-places-write.ts';
import type { LngLat } from '#store/gis.ts';
import { placeKey } from './fold.ts';
import { crossingKey, keysOf } from './keys.ts';
import { parseAddress, type Divisions, type ParsedAddress } from './parse.ts';

/** What an address whose position is known teaches the gazetteer. Pure. */

export interface LocatedAddress {
  /** Tells it from others; the same one again replaces what it taught. */
  readonly source: string;
  readonly text: string;
  /** Its own word on the district, as written; null: none. */
  readonly ownDistrict: string | null;
  /** The district that the position lies in, as written; null: unknown. */
  readonly districtAt: string | null;
  readonly at: LngLat;
}

export type Unlearned = 'no-name' | 'other-district' | 'several';

const name = (kind: NameDraft['kind'], key: string, shown: string, district: string): NameDraft => ({
  kind,
  key,
  district,
  name: shown,
  nameEn: null,
  placeKind: null,
  rank: 4,
  at: null,
  spreadM: 0,
  keys: keysOf(kind, key),
});

/** A landmark that is learned is a name, not a sentence. */
const MAX_LANDMARK = 14;

/** @returns what is seen, or why nothing is to be learned: it names nothing, lies in another district than it says, names several */
export function learned(a: LocatedAddress, divisions: Divisions): Seen | Unlearned {
  const p = parseAddress(a.text, divisions);
  const at = a.districtAt === null ? null : placeKey(a.districtAt);
  const said = p.district ?? (a.ownDistrict === null ? null : placeKey(a.ownDistrict));
  // a position in another district than the address says is somebody's mistake
  if (said !== null && at !== null && said !== at && divisions.districts.has(said)) return 'other-district';
  const seen = (n: NameDraft, w?: ParsedAddress['ways'][number]): Seen => ({
    source: a.source,
    name: n,
    lane: w?.lane ?? 0,
    alley: w?.alley ?? 0,
    number: w?.number ?? 0,
    sub: w?.sub ?? 0,
    at: a.at,
  });
  const district = at ?? said ?? '';
  const [way, other] = p.ways;
  if (way && (p.ways.length === 1 || way.number > 0))
    return seen(name(way.kind, way.names[0]!, way.names[0]!, district), way);
  if (way && other) {
    const [a0, b0] = [way.names[0]!, other.names[0]!];
    if (p.ways.length > 2 || way.lane > 0 || other.lane > 0 || other.number > 0 || a0 === b0) return 'several';
    return seen(name('crossing', crossingKey(a0, b0), `${a0}/${b0}`, district));
  }
  const landmark = p.landmarks[0];
  if (landmark === undefined || landmark.length > MAX_LANDMARK) return 'no-name';
  return seen(name('landmark', landmark, landmark, district));
}
