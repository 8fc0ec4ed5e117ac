import type { LngLat, TrafficEventRow, TrafficGeometry } from '#domain/city/rows.ts';
import { thin } from '../feeds/geometry.ts';
import { descendants, kid, ownText, textIn, type Xml } from '../feeds/xml.ts';

export interface Location {
  readonly geometry: TrafficGeometry | null;
  readonly placeRef: string | null;
  readonly road: string | null;
  readonly direction: TrafficEventRow['direction'];
}

const LINE_POINTS = 300;

function valid(lng: number, lat: number): LngLat | null {
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? [lng, lat] : null; // false for NaN too
}

/** <latitude> and <longitude> side by side. */
function pointIn(xml: Xml): LngLat | null {
  const [lat, lng] = [textIn(xml, 'latitude'), textIn(xml, 'longitude')];
  return lat === null || lng === null ? null : valid(Number(lng), Number(lat));
}

/** GML position list of DATEX II 2.3: “lat lon lat lon …”. */
function posList(text: string): LngLat[] {
  const n = text.trim().split(/\s+/).map(Number);
  const out: LngLat[] = [];
  for (let i = 0; i + 1 < n.length; i += 2) {
    const p = valid(n[i + 1]!, n[i]!);
    if (!p) return [];
    out.push(p);
  }
  return out;
}

function geometryIn(group: Xml): TrafficGeometry | null {
  for (const line of descendants(group, 'posList')) {
    const points = posList(ownText(line));
    if (points.length >= 2) return { type: 'LineString', coordinates: points };
  }
  // Linear locations name their ends: 'from' and 'to' of TPEG, primary and secondary points, or a list of coordinates.
  const ends: LngLat[] = [];
  for (const name of ['from', 'to']) {
    for (const end of descendants(group, name)) {
      const p = [...descendants(end, 'pointCoordinates')].map(pointIn).find((x) => x !== null);
      if (p) ends.push(p);
    }
  }
  if (ends.length >= 2) return { type: 'LineString', coordinates: ends.slice(0, 2) };
  for (const name of ['pointCoordinates', 'locationForDisplay']) {
    const points = [...descendants(group, name)].map(pointIn).filter((x) => x !== null);
    if (points.length > 0) return { type: 'Point', coordinates: points[0]! };
  }
  return null;
}

/** Alert-C codes stay as they are: their table is the partner's, and a wrong place is worse than none. */
function alertC(group: Xml): string | null {
  const codes = [...descendants(group, 'specificLocation')].flatMap((x) => textIn(x) ?? []);
  if (codes.length === 0) return null;
  const table = ['alertCLocationCountryCode', 'alertCLocationTableNumber'].map(
    (n) => [...descendants(group, n)].map((x) => textIn(x))[0] ?? '?',
  );
  return `Alert-C ${table.join('/')}: ${codes.slice(0, 4).join(' – ')}`;
}

function directionIn(group: Xml): TrafficEventRow['direction'] {
  for (const name of ['alertCDirectionCoded', 'directionRelativeOnLinearSection', 'tpegDirection', 'directionBound']) {
    const d = [...descendants(group, name)].map((x) => textIn(x))[0];
    if (d === undefined || d === null) continue;
    if (/both/i.test(d)) return 'both';
    if (/^(positive|aligned)$/i.test(d)) return 'forward';
    if (/^(negative|opposite)$/i.test(d)) return 'backward';
  }
  return null;
}

function roadIn(group: Xml): string | null {
  for (const name of ['roadName', 'roadNumber', 'roadIdentifier']) {
    for (const r of descendants(group, name)) {
      const t = textIn(r) ?? textIn(r, 'values', 'value');
      if (t) return t.slice(0, 200);
    }
  }
  for (const n of descendants(group, 'name')) {
    const kind = textIn(n, 'tpegOtherPointDescriptorType') ?? textIn(n, 'tpegDescriptorType');
    const t = textIn(n, 'descriptor', 'values', 'value');
    if (t && kind && /road|linkName/i.test(kind)) return t.slice(0, 200);
  }
  return null;
}

/** Where a situation record lies. `toWgs84` comes from the feed's declared system. */
export function readLocation(record: Xml, toWgs84: (p: LngLat) => LngLat): Location {
  const group = kid(record, 'groupOfLocations');
  if (group === undefined) return { geometry: null, placeRef: null, road: null, direction: null };
  const g = geometryIn(group);
  const geometry: TrafficGeometry | null =
    g === null
      ? null
      : g.type === 'Point'
        ? { type: 'Point', coordinates: toWgs84(g.coordinates) }
        : { type: 'LineString', coordinates: thin(g.coordinates.map(toWgs84), LINE_POINTS) };
  return { geometry, placeRef: alertC(group), road: roadIn(group), direction: directionIn(group) };
}
