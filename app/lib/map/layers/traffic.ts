import type { TrafficEventRow, TrafficKind } from '#domain/city/rows.ts';
import { trafficPhase } from '#domain/city/view.ts';
import type { Instant } from '#domain/time.ts';
import { mix, rgb, type ColourName } from '../colours.ts';
import { collection, middleOf, type Collection, type Feature } from '../geo.ts';
import { markSet, type MarkInput, type MarkSet } from '../marks.ts';

export const TRAFFIC_LOOK: Record<TrafficKind, { colour: ColourName; icon: string }> = {
  accident: { colour: 'busy', icon: 'traffic-accident' },
  closure: { colour: 'bad', icon: 'traffic-closure' },
  obstruction: { colour: 'busy', icon: 'traffic-obstruction' },
  congestion: { colour: 'wrap', icon: 'traffic-congestion' },
  roadworks: { colour: 'break', icon: 'traffic-roadworks' },
  weather: { colour: 'outbound', icon: 'traffic-weather' },
  publicEvent: { colour: 'break', icon: 'traffic-event' },
  management: { colour: 'unknown', icon: 'traffic-other' },
  other: { colour: 'unknown', icon: 'traffic-other' },
};

export type TrafficLine = { id: string; look: 'closed' | 'lanes' | 'slow' | 'works' | 'other'; upcoming: boolean };

function lookOf(e: TrafficEventRow): TrafficLine['look'] {
  if (e.closed) return 'closed';
  if (e.kind === 'congestion') return 'slow';
  if (e.kind === 'roadworks') return 'works';
  return e.lanesClosed ? 'lanes' : 'other';
}

/** Stretches of road that events lie on, at `now`; what is over is left out. */
export function trafficLines(rows: ReadonlyMap<string, TrafficEventRow>, now: Instant): Collection<TrafficLine> {
  const features: Feature<TrafficLine>[] = [];
  for (const [id, e] of rows) {
    const phase = trafficPhase(e, now);
    if (phase === 'over' || e.geometry?.type !== 'LineString' || e.geometry.coordinates.length < 2) continue;
    features.push({
      type: 'Feature',
      properties: { id, look: lookOf(e), upcoming: phase === 'upcoming' },
      geometry: { type: 'LineString', coordinates: e.geometry.coordinates },
    });
  }
  return collection(features);
}

/** Signs of traffic events: at their point, or half way along their stretch. Upcoming ones are faded. */
export function trafficMarks(
  rows: ReadonlyMap<string, TrafficEventRow>,
  now: Instant,
  chosen: string | null = null,
): MarkSet {
  const marks: MarkInput[] = [];
  for (const [id, e] of rows) {
    const phase = trafficPhase(e, now);
    const at =
      e.geometry?.type === 'Point' ? e.geometry.coordinates : e.geometry ? middleOf(e.geometry.coordinates) : null;
    if (phase === 'over' || !at) continue;
    const look = e.closed ? TRAFFIC_LOOK.closure : TRAFFIC_LOOK[e.kind];
    const colour = phase === 'upcoming' ? mix(rgb(look.colour), rgb('ground'), 0.5) : rgb(look.colour);
    marks.push({
      id,
      at,
      radius: id === chosen ? 12 : 10,
      fill: [...rgb('ground'), 235],
      line: id === chosen ? [...rgb('ink'), 255] : [...colour, 255],
      icon: look.icon,
      ink: [...colour, 255],
    });
  }
  return markSet(marks);
}
