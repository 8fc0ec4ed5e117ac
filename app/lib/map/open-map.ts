import { Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Language, Words } from '#lib/i18n/locale.ts';
import { mapFontFaces, pageFaces } from './font-faces.ts';
import type { OwnSchema } from './schemas.ts';
import type { Theme } from './palette.ts';
import { mapStyle, type StyleOptions } from './style.ts';

/** The city as the pages get it from the server (store/gis.ts). */
export interface CityMap {
  readonly bbox: readonly [number, number, number, number];
  readonly id: string;
  /** Of its tiles. */
  readonly tileVersion: string;
  /** Tiles of the user's own; null: ours. */
  readonly tiles: { readonly schema: 'own' | OwnSchema; readonly minZoom: number; readonly maxZoom: number } | null;
  /** Why the user's own are not drawn, a code of gis-data/own-tiles.ts; null: nothing was refused. */
  readonly refused: keyof Words['map']['tilesRefused'] | null;
  /** Whom the map's data must name, as their licence asks: always on the map. */
  readonly attribution: string;
  readonly name: string;
  readonly nameEn: string;
  /** An invented city: the map says so. */
  readonly simulated: boolean;
}

export interface OpenOptions {
  readonly city: CityMap;
  readonly language: Language;
  readonly interactive: boolean;
  readonly theme: Theme;
  /** Pixels of the card per pixel of the layout, beside the screen's own. */
  readonly scale: number;
  readonly padding: { top: number; right: number; bottom: number; left: number };
}

setWorkerUrl(workerUrl);

export const tilesUrl = (): string => `${location.origin}/tiles/{z}/{x}/{y}`;

/** Zooms beyond which a city's map shows nothing more. */
const MIN_ZOOM = 8;
const MAX_ZOOM = 18;

/** Opens a map of the whole city, north up and flat. @returns null where the browser has no WebGL 2 */
export function openMap(
  container: HTMLElement,
  { city, language, interactive, theme, scale, padding }: OpenOptions,
): { map: MapLibreMap; style: Omit<StyleOptions, 'theme'>; whenLoaded: (work: () => void) => void } | null {
  const [west, south, east, north] = city.bbox;
  const fontFaces = mapFontFaces(pageFaces(document));
  const style: Omit<StyleOptions, 'theme'> = {
    lang: language === 'en' ? 'en' : 'zh',
    tilesUrl: tilesUrl(),
    version: city.tileVersion,
    bounds: city.bbox,
    attribution: city.attribution,
    ...(fontFaces ? { fontFaces } : {}),
    ...(city.tiles ? { own: city.tiles } : {}),
  };
  let map: MapLibreMap;
  try {
    map = new MapLibreMap({
      container,
      style: mapStyle({ ...style, theme }),
      interactive,
      bounds: [west, south, east, north],
      fitBoundsOptions: { padding },
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      pixelRatio: scale * devicePixelRatio,
      // north stays up: a turned map is read wrongly by whoever comes next
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      // MapView shows it itself: a line that fits a wall, and says also that a city is invented
      attributionControl: false,
      // the desk's own keys
      keyboard: false,
    });
  } catch (e) {
    console.warn('no map:', (e as Error).message);
    return null;
  }
  map.touchZoomRotate.disableRotation();
  return { map, style, whenLoaded: (work) => void map.once('load', work) };
}
