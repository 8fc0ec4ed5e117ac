import { tick, untrack } from 'svelte';
import type { LngLat } from '#domain/city/rows.ts';
import type { Covered } from '../free-room.ts';
import { boundsOf, circleRing } from '../geo.ts';
import { routeBounds } from '../layers/routes.ts';
import type { Stage } from '../stage.ts';
import type { Desk, Selected } from './desk.svelte.ts';

/** A house fills the screen no more than its block does, metres. */
const LEAST_RING_M = 150;
/** What is chosen in a list is looked at from so near at least; a thing of a found list from nearer. */
const CHOSEN_ZOOM = 13.5;
const MARKED_ZOOM = 14.5;

interface View {
  readonly desk: Desk;
  readonly stage: () => Stage | null;
  /** What the panels cover, pixels from each edge of the map. */
  readonly room: () => Covered;
  readonly zoom: () => number;
  readonly placeOf: (s: Selected) => LngLat | null;
}

/** Brings into view what somebody chooses or finds, beside the panels. Called once, while the page's component is made. */
export function bringIntoView({ desk, stage, room, zoom, placeOf }: View): void {
  function seen(on: Stage, at: LngLat): boolean {
    const { x, y } = on.map.project([at[0], at[1]]);
    const { clientWidth: w, clientHeight: h } = on.map.getContainer();
    const { left, right, top, bottom } = room();
    return x > left && x < w - right && y > top && y < h - bottom;
  }
  // what is chosen in a list comes into view; what was pressed on the map already is
  $effect(() => {
    const s = desk.selected;
    const on = stage();
    if (!s || s.kind === 'point' || !on) return;
    untrack(() => {
      const at = placeOf(s);
      if (at && !seen(on, at)) on.look(at, Math.max(zoom(), CHOSEN_ZOOM), room());
    });
  });
  // a thing of the list comes into view
  $effect(() => {
    const at = desk.around.marked ?? desk.reach.marked;
    const on = stage();
    if (at && on) untrack(() => on.look(at, Math.max(zoom(), MARKED_ZOOM), room()));
  });

  /** Shows a box whole, once: when the panels have the size that the answer gives them, which a frame later is known. */
  function shownWhole(box: () => Parameters<Stage['fit']>[0] | null): void {
    $effect(() => {
      const found = box();
      if (!found || !stage()) return;
      void tick().then(() => requestAnimationFrame(() => requestAnimationFrame(() => stage()?.fit(found, room()))));
    });
  }
  shownWhole(() => (desk.route.found ? routeBounds(desk.route.found) : null));
  shownWhole(() => {
    const points = desk.reach.found?.areas.at(-1)?.polygons.flatMap((p) => p[0] ?? []);
    return points ? boundsOf(points) : null;
  });
  shownWhole(() =>
    desk.found ? boundsOf(circleRing(desk.found.at, Math.max(desk.found.radiusM, LEAST_RING_M))) : null,
  );
  // rings are shown when the place is another one, and again when the panel has grown by the first answer
  const answered = $derived(desk.around.found !== null);
  shownWhole(() => {
    void answered;
    const from = desk.around.from;
    return from && untrack(() => boundsOf(circleRing(from.at, desk.around.radiiM.at(-1) ?? 1000)));
  });
}
