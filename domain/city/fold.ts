import { startOfDay, DAY, type Instant } from '../time.ts';
import type { Fact } from '../fact.ts';
import type { Tables } from '../tables.ts';
import {
  CITY_COLLECTIONS as C,
  type CityEventRow,
  OWN_LAYERS_ROW,
  type FeedRow,
  type OwnLayersRow,
  type TrafficEventRow,
  type WarningRow,
} from './rows.ts';

/** An item without a known end leaves with the second day after it was last heard of. */
const KEEP_OPEN_ENDED = 2 * DAY;

/**
 * Folds the facts of the city into `feed`, `warning`, `trafficEvent` and `cityEvent`, and notes that layers of the house changed.
 * Bounded: items leave with the fact that ends them, and on day.opened when their end has passed.
 */
export function foldCity(tables: Tables, fact: Fact, zone: string): void {
  switch (fact.kind) {
    case 'feed.linked': {
      const { feed, ...row } = fact.body;
      const before = tables.get<FeedRow>(C.feed, feed);
      const since = before?.link === row.link ? before.since : fact.at;
      tables.put<FeedRow>(C.feed, feed, { ...row, since });
      return;
    }
    case 'feed.removed':
      tables.delete(C.feed, fact.body.feed);
      return;
    case 'warning.issued':
      for (const id of fact.body.replaces) tables.delete(C.warning, id);
      tables.put<WarningRow>(C.warning, fact.body.id, fact.body.warning);
      return;
    case 'warning.ended':
      for (const id of fact.body.ids) tables.delete(C.warning, id);
      return;
    case 'traffic.reported':
      tables.put<TrafficEventRow>(C.trafficEvent, fact.body.id, fact.body.event);
      return;
    case 'traffic.ended':
      for (const id of fact.body.ids) tables.delete(C.trafficEvent, id);
      return;
    case 'cityEvent.reported':
      tables.put<CityEventRow>(C.cityEvent, fact.body.id, fact.body.event);
      return;
    case 'cityEvent.ended':
      for (const id of fact.body.ids) tables.delete(C.cityEvent, id);
      return;
    case 'map.layer-added':
    case 'map.layer-changed':
    case 'map.layer-withdrawn':
      tables.put<OwnLayersRow>(C.ownLayers, OWN_LAYERS_ROW, { change: fact.n });
      return;
    case 'day.opened':
      sweep(tables, startOfDay(fact.body.day, zone));
      return;
    default:
      return;
  }
}

function sweep(tables: Tables, dayStart: Instant): void {
  const over = (endsAt: Instant | null, heardAt: Instant): boolean => (endsAt ?? heardAt + KEEP_OPEN_ENDED) < dayStart;
  for (const [id, w] of [...tables.all<WarningRow>(C.warning)])
    if (over(w.expiresAt, w.sentAt)) tables.delete(C.warning, id);
  for (const [id, e] of [...tables.all<TrafficEventRow>(C.trafficEvent)])
    if (over(e.endsAt, e.sentAt)) tables.delete(C.trafficEvent, id);
  for (const [id, e] of [...tables.all<CityEventRow>(C.cityEvent)])
    if (over(e.endsAt, e.updatedAt)) tables.delete(C.cityEvent, id);
}
