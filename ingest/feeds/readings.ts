import * as v from 'valibot';
import { MAX_ITEM_ID, type CityEventItem, type ReadingItem } from '#domain/city/items.ts';
import { isMetric, METRICS } from '#domain/city/metrics.ts';
import type { CityEventRow, LngLat } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { MINUTE, type Instant } from '#domain/time.ts';
import type { ParseContext } from './contract.ts';
import { Id, Point, Str, Time, Words, wrong } from './json.ts';

/**
 * How far a source's clock may run ahead of ours. A measurement from further in the future is set aside: as the newest
 * of its key it would hide every true one until then.
 */
export const AHEAD = 5 * MINUTE;

/** A station and what it measured; names and units of `values` are those of domain/city/metrics.ts, null is “not measured”. */
export const Station = v.looseObject({
  id: Id,
  name: Words,
  position: v.optional(v.nullable(Point), null),
  /** Time of the measurement; the message's own when absent. */
  time: v.optional(v.nullable(Time), null),
  values: v.record(v.string(), v.nullable(v.pipe(v.number(), v.finite()))),
});

export function readStation(raw: unknown, head: { time: Instant }, context: ParseContext): Result<ReadingItem> {
  const r = v.safeParse(Station, raw);
  if (!r.success) return refuse('format', wrong(r.issues));
  const s = r.output;
  const at = s.time ?? head.time;
  if (at > context.receivedAt + AHEAD)
    return refuse('future', `measured ${Math.round((at - context.receivedAt) / 1000)} s from now`);
  const values: Record<string, number | null> = {};
  for (const [name, value] of Object.entries(s.values)) {
    if (!isMetric(name)) continue; // a station may measure more than we show
    const m = METRICS[name];
    if (value !== null && (value < m.min || value > m.max))
      return refuse('range', `${name} is ${value} ${m.unit}, possible is ${m.min} to ${m.max}`);
    values[name] = value;
  }
  if (Object.keys(values).length === 0) return refuse('format', 'no value of a known name');
  return accept({
    type: 'reading',
    id: `${context.feed}:${s.id}`,
    at,
    body: {
      feed: context.feed,
      partner: context.partner,
      station: s.id,
      zh: s.name.zh ?? s.name.en ?? s.id,
      en: s.name.en,
      at: s.position === null ? null : context.toWgs84(s.position),
      values,
    },
  });
}

/** What police and urban management say about one happening, in either of their formats. */
export const Happening = v.looseObject({
  kind: Str(60),
  title: Words,
  place: v.optional(v.nullable(Str(300)), null),
  severity: v.optional(v.nullable(v.picklist([1, 2, 3, 4])), null),
  status: v.optional(v.picklist(['open', 'handling', 'closed']), 'open'),
  occurredAt: Time,
  updatedAt: v.optional(v.nullable(Time), null),
  endsAt: v.optional(v.nullable(Time), null),
  drill: v.optional(v.boolean(), false),
});

export function readHappening(
  rawId: unknown,
  position: LngLat | null,
  raw: unknown,
  context: ParseContext,
): Result<CityEventItem> {
  const id = v.safeParse(Id, rawId);
  if (!id.success) return refuse('missing', `id: ${wrong(id.issues)}`);
  const r = v.safeParse(Happening, raw);
  if (!r.success) return refuse('format', wrong(r.issues));
  const h = r.output;
  if (Math.max(h.updatedAt ?? 0, h.occurredAt) > context.receivedAt + AHEAD)
    return refuse('future', 'it is dated in the future');
  const key = `${context.feed}:${id.output}`;
  if (key.length > MAX_ITEM_ID) return refuse('id', `the id is longer than ${MAX_ITEM_ID}`);
  const row: CityEventRow = {
    feed: context.feed,
    partner: context.partner,
    kind: h.kind,
    title: h.title,
    place: h.place,
    at: position === null ? null : context.toWgs84(position),
    severity: h.severity,
    status: h.status,
    occurredAt: h.occurredAt,
    // without a time of its own a happening was not changed by being told again
    updatedAt: h.updatedAt ?? h.occurredAt,
    endsAt: h.endsAt,
    drill: h.drill,
  };
  return accept({ type: 'cityEvent', id: key, row, ended: h.status === 'closed' ? 'ended' : null });
}
