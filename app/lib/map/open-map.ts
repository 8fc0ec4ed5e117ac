import { Map as MapLibreMap, setWorkerUrl, type StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Language } from '#lib/i18n/locale.ts';
import { COLOURS } from './colours.ts';

/** The city as the pages get it from the server (store/gis.ts). */
export interface CityMap {
  readonly bbox: readonly [number, number, number, number];
  readonly mapVersion: string;
}

export interface OpenOptions {
  readonly city: CityMap;
  readonly language: Language;
  readonly interactive: boolean;
  readonly scale: number;
  readonly padding: { top: number; right: number; bottom: number; left: number };
}

setWorkerUrl(workerUrl);

/** Opens a map of the whole city. @returns null where the browser has no WebGL 2 */
export function openMap(
  container: HTMLElement,
  { city, interactive, scale, padding }: OpenOptions,
): { map: MapLibreMap; whenLoaded: (work: () => void) => void } | null {
  const style: StyleSpecification = {
    version: 8,
    sources: {},
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': COLOURS.ground } }],
  };
  const [west, south, east, north] = city.bbox;
  let map: MapLibreMap;
  try {
    map = new MapLibreMap({
      container,
      style,
      interactive,
      bounds: [west, south, east, north],
      fitBoundsOptions: { padding },
      pixelRatio: scale * devicePixelRatio,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
    });
  } catch (e) {
    console.warn('no map:', (e as Error).message);
    return null;
  }
  return { map, whenLoaded: (work) => void map.once('load', work) };
}
