import { METRICS, isMetric, type MetricName } from '#domain/city/metrics.ts';
import type { LngLat, Partner, ReadingSignal } from '#domain/city/rows.ts';
import { HOUR, MINUTE, type Instant } from '#domain/time.ts';

/** Which value of a station stands on the map: the first of these that it measures. */
const FIRST: readonly MetricName[] = [
  'waterLevel',
  'aqi',
  'pm25',
  'temperature',
  'rain1h',
  'windSpeed',
  'wellGas',
  'noise',
  'dust',
  'binFill',
  'lampsLit',
];
/** Older than this is faded; older than the second is not drawn: nobody may take it for now. */
const STALE = 90 * MINUTE;
const GONE = 6 * HOUR;

export interface ReadingTag {
  readonly id: string;
  readonly at: LngLat;
  readonly partner: Partner;
  readonly station: ReadingSignal;
  readonly metric: MetricName;
  readonly value: number;
  readonly measuredAt: Instant;
  readonly stale: boolean;
}

export interface ReadingValue {
  readonly at: Instant;
  readonly body: ReadingSignal;
}

/** Stations with their foremost value. A station without a place or without a value is on no map. */
export function readingTags(values: ReadonlyMap<string, ReadingValue>, now: Instant): ReadingTag[] {
  const out: ReadingTag[] = [];
  for (const [id, v] of values) {
    const { at, values: measured } = v.body;
    const age = now - v.at;
    const metric =
      FIRST.find((m) => measured[m] != null) ?? Object.keys(measured).find((m) => isMetric(m) && measured[m] != null);
    if (!at || metric === undefined || !isMetric(metric) || age > GONE) continue;
    out.push({
      id,
      at,
      partner: v.body.partner,
      station: v.body,
      metric,
      value: measured[metric]!,
      measuredAt: v.at,
      stale: age > STALE,
    });
  }
  return out.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A value with its unit, as precise as the metric is told. */
export function readingText(metric: MetricName, value: number): string {
  const m = METRICS[metric];
  return `${value.toFixed(m.digits)}${m.unit === '' ? '' : m.unit === '°C' || m.unit === '%' || m.unit === '°' ? m.unit : ` ${m.unit}`}`;
}

/** Mean over the stations that measure a metric and are fresh; null when none does. */
export function cityMean(values: ReadonlyMap<string, ReadingValue>, metric: MetricName, now: Instant): number | null {
  let n = 0;
  let sum = 0;
  for (const v of values.values()) {
    const x = v.body.values[metric];
    if (x == null || now - v.at > STALE) continue;
    sum += x;
    n++;
  }
  return n === 0 ? null : sum / n;
}

/** The largest fresh value of a metric, and where; null when nobody measures it. */
export function cityMost(
  values: ReadonlyMap<string, ReadingValue>,
  metric: MetricName,
  now: Instant,
): { readonly value: number; readonly station: ReadingSignal } | null {
  let best: { value: number; station: ReadingSignal } | null = null;
  for (const v of values.values()) {
    const x = v.body.values[metric];
    if (x == null || now - v.at > STALE || (best !== null && x <= best.value)) continue;
    best = { value: x, station: v.body };
  }
  return best;
}

/** From these values on a reading is worth a place on a wall; air quality always is, being one station per district. */
const WORTH: Readonly<Partial<Record<MetricName, number>>> = {
  aqi: 0,
  waterLevel: 5,
  rain1h: 10,
  wellGas: 10,
  noise: 75,
  binFill: 95,
};

/** What a wall shows of the stations: a city full of ordinary values hides the one that matters. */
export const notable = (tags: readonly ReadingTag[]): ReadingTag[] =>
  tags.filter((t) => t.value >= (WORTH[t.metric] ?? Number.POSITIVE_INFINITY));
