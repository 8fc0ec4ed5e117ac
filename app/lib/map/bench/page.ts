/** The page of `npm run bench -- objects`: moving vehicles drawn by the product, or by what somebody would write first. */
import type { MapLibreOverlay } from '@deck.gl/maplibre';
import { Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { startNaive } from './naive.ts';
import { startProduct } from './product.svelte.ts';

setWorkerUrl(workerUrl);

/** Where vehicle i is at an instant: it began at `from` and drives east. Told by the bench. */
interface Course {
  readonly startedAt: number;
  /** lng, lat and degrees east per second, of each vehicle. */
  readonly from: readonly (readonly [number, number, number])[];
}

export interface Counted {
  draws: number;
  frames: number;
  /** Ages of drawn positions, ms. */
  ages: number[];
  /** Longest time between two draws, ms. */
  worstGapMs: number;
}

declare global {
  interface Window {
    bench: { ready: boolean; begin(course: Course): void; end(): Counted; drawn(): Record<string, [number, number]> };
  }
}

/** Of so many vehicles one is looked at after each draw. */
const SAMPLE = 50;

const asked = new URLSearchParams(location.search);
const way = asked.get('way');
if (asked.get('card') === 'none') {
  // the commands that draw are swallowed: everything else happens, and what is left is what the code costs, whatever the card
  const context = WebGL2RenderingContext.prototype as unknown as Record<string, () => void>;
  for (const name of [
    'drawArrays',
    'drawElements',
    'drawArraysInstanced',
    'drawElementsInstanced',
    'drawRangeElements',
  ])
    context[name] = () => {};
}
const map = new MapLibreMap({
  container: 'map',
  style: { version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#101214' } }] },
  center: [118.8, 32.05],
  zoom: 11,
  attributionControl: false,
}); // prettier-ignore

/** The overlay that the marks are drawn with: it is asked to tell when it has drawn. */
function overlayOf(of: MapLibreMap): MapLibreOverlay {
  const found = (of as unknown as { _controls: unknown[] })._controls.find(
    (c) => typeof c === 'object' && c !== null && '_deck' in c,
  );
  if (!found) throw new Error('the map has no overlay');
  return found as unknown as MapLibreOverlay;
}

map.once('load', () => {
  const drawn = way === 'product' ? startProduct(map) : startNaive(map);
  let counted: Counted | null = null;
  let course: Course | null = null;
  let last = 0;
  const look = (): void => {
    if (!counted || !course) return;
    counted.draws++;
    const mono = performance.now();
    if (last > 0) counted.worstGapMs = Math.max(counted.worstGapMs, mono - last);
    last = mono;
    const now = Date.now();
    const { ids, positions } = drawn();
    for (let i = counted.draws % SAMPLE; i < ids.length; i += SAMPLE) {
      const [lng, , perS] = course.from[Number(ids[i]!.slice(1))]!;
      // it drives at an even speed: where it is drawn tells of when that is
      counted.ages.push(now - course.startedAt - ((positions[2 * i]! - lng) / perS) * 1000);
    }
  };
  overlayOf(map).setProps({ onAfterRender: look });
  const frame = (): void => {
    if (counted) counted.frames++;
    requestAnimationFrame(frame);
  };
  frame();
  window.bench = {
    ready: true,
    begin(c) {
      course = c;
      last = 0;
      counted = { draws: 0, frames: 0, ages: [], worstGapMs: 0 };
    },
    end() {
      const c = counted!;
      counted = null;
      return c;
    },
    drawn() {
      const { ids, positions } = drawn();
      return Object.fromEntries(ids.map((id, i) => [id, [positions[2 * i]!, positions[2 * i + 1]!]]));
    },
  };
});
