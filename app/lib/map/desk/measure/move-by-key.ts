import type { Map as MapLibreMap } from 'maplibre-gl';

/** Pixels of a step. */
const STEP = 60;
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** Arrow keys move the map under the cross, + and − zoom: where points are set without a mouse. @returns whether the key was one of them */
export function moveByKey(map: MapLibreMap, key: string): boolean {
  const step = STEPS[key];
  if (step) map.panBy([...step], { animate: false });
  else if (key === '+' || key === '=') map.zoomTo(map.getZoom() + 1, { animate: false });
  else if (key === '-') map.zoomTo(map.getZoom() - 1, { animate: false });
  else return false;
  return true;
}
