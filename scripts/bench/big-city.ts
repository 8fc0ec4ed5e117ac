import { osmCity } from '#gis-data/osm/city.ts';
import { readOsm } from '#gis-data/osm/read.ts';
import type { LngLat } from '#store/gis.ts';
import type { CityData } from '#store/gis-load.ts';

/**
 * A city larger than any extract that is at hand: one extract laid beside itself k × k times. What a tile is made of is then as real
 * as the extract, and only the number of tiles is invented.
 * @param file an OpenStreetMap file
 * @param k copies along each side
 */
export async function multipliedCity(file: string, k: number): Promise<CityData> {
  const { data } = await osmCity(() => readOsm(file), { id: 'big', name: '大城', nameEn: 'Big City', number: 2047 });
  const [w, s, e, n] = data.city.bbox;
  const [width, height] = [e - w, n - s];
  const copies = Array.from({ length: k * k }, (_, i) => copyOf(data, i, (i % k) * width, Math.floor(i / k) * height));
  const all = <K extends keyof Content>(key: K): Content[K][number][] =>
    copies.flatMap((c) => c[key] as readonly Content[K][number][]);
  const bbox = [w, s, w + k * width, s + k * height] as const;
  return {
    city: {
      ...data.city,
      bbox,
      centre: [(bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2],
      version: `${data.city.version}x${k}`,
    },
    boundaries: all('boundaries'),
    nodes: all('nodes'),
    edges: all('edges'),
    areas: all('areas'),
    lines: all('lines'),
    places: all('places'),
  };
}

type Content = Pick<CityData, 'boundaries' | 'nodes' | 'edges' | 'areas' | 'lines' | 'places'>;

function copyOf(data: CityData, i: number, dx: number, dy: number): Content {
  // numbers of OpenStreetMap leave room below 2⁵³ for a few dozen copies
  const id = (n: number): number => n - (i + 1) * 2 ** 46;
  const at = (p: LngLat): LngLat => [p[0] + dx, p[1] + dy];
  const polygons = (ps: CityData['areas'][number]['polygons']): LngLat[][][] =>
    ps.map((rs) => rs.map((r) => r.map(at)));
  return {
    boundaries: data.boundaries.map((b) => ({
      ...b,
      code: `${b.code}-${i}`,
      label: at(b.label),
      polygons: polygons(b.polygons),
    })),
    nodes: data.nodes.map((x) => ({ id: id(x.id), at: at(x.at) })),
    edges: data.edges.map((x) => ({
      ...x,
      id: id(x.id),
      from: id(x.from),
      to: id(x.to),
      line: x.line.map(at),
    })),
    areas: data.areas.map((a) => ({ ...a, polygons: polygons(a.polygons) })),
    lines: data.lines.map((l) => ({ ...l, line: l.line.map(at) })),
    places: data.places.map((p) => ({ ...p, id: id(p.id), at: at(p.at) })),
  };
}
