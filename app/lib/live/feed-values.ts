import { CITY_LANES } from '#domain/city/rows.ts';

interface Value {
  readonly body: Readonly<Record<string, unknown>>;
}

/** Feed whose values fill a lane alone. */
const WHOLE_LANE: Readonly<Record<string, string>> = { [CITY_LANES.vehicles]: 'vehicle-positions' };
/** Lanes whose values each name their feed. */
const NAMED: readonly string[] = [CITY_LANES.segments, CITY_LANES.readings];

/** Lanes whose values leave the screens together with their feed. */
export const LANES_OF_FEEDS: readonly string[] = [...Object.keys(WHOLE_LANE), ...NAMED];

/**
 * The values of a lane that a screen may show: those of feeds that are there. A lane tells new values and never that one is gone;
 * that a feed was removed is a fact, and it takes the feed's values with it.
 * @param feeds rows of the collection `feed`; null: this screen does not follow them, and shows what it is sent
 */
export function ofKnownFeeds<T extends Value>(
  lane: string,
  values: ReadonlyMap<string, T>,
  feeds: ReadonlyMap<string, unknown> | null,
): ReadonlyMap<string, T> {
  if (feeds === null || !LANES_OF_FEEDS.includes(lane)) return new Map(values);
  const whole = WHOLE_LANE[lane];
  if (whole !== undefined) return feeds.has(whole) ? new Map(values) : new Map<string, T>();
  return new Map([...values].filter(([, v]) => feeds.has(String(v.body.feed))));
}
