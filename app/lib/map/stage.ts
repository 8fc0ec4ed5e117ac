import { MapLibreOverlay } from '@deck.gl/maplibre';
import type { GeoJSONSource, Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl';
import type { LngLat } from '#domain/city/rows.ts';
import { markLayers, type NamedMarks } from './deck.ts';
import { collection, type Collection } from './geo.ts';
import { Glide } from './glide.ts';
import { groundLayers, GROUND_SOURCES, type GroundSource } from './ground.ts';
import { leaveFree, type Covered } from './free-room.ts';
import { glides, isDue, LEAST_MS, nextPace, screenFrame } from './pace.ts';
import { Placement } from './placement.ts';
import { FIRST_LABEL } from './style.ts';

/** Marks that glide between their positions: when each position was measured. */
export type Moving = NamedMarks & { readonly ats?: ArrayLike<number> };

/** What a click hit: the marks' name and the id, or nothing. */
export interface Hit {
  readonly name: string;
  readonly id: string;
}

/** A picture is drawn in the frame in which it was asked for or in the next. */
const DRAWN_WITHIN = 2;
/** A frame of a common screen, until it is known of this one. */
const SCREEN_MS = 1000 / 60;
/** A click may miss a mark by so many pixels. */
const PICK_RADIUS = 5;
/** Opacity of ground whose source is silent. */
const FADED = 0.22;

/** Marks whose size follows the zoom; heads of groups keep theirs, because their counts are written in them. */
const SIZED: ReadonlySet<string> = new Set(['vehicles', 'police', 'urban', 'traffic', 'cameras']);
/** 0.7 where the whole city is seen, 1 where single streets are. */
export const sizeAt = (zoom: number): number => Math.min(1, Math.max(0.7, 0.7 + (zoom - 11) * 0.12));

/**
 * One map with everything that is drawn on it: ground (areas and lines under the labels), marks on the graphics card, and elements of
 * the page that stand at places. It draws differences only: whoever gives the same object twice costs nothing.
 */
export class Stage {
  readonly map: MapLibreMap;
  readonly placement: Placement;
  readonly #overlay: MapLibreOverlay;
  readonly #shown = new Map<GroundSource, Collection>();
  readonly #flows = new Map<number, number>();
  #marks: readonly Moving[] = [];
  readonly #glides = new Map<string, { glide: Glide; marks: Moving; positions: Float64Array; moved: boolean }>();
  #frame: number | null = null;
  /** Something is to be drawn that is not. */
  #wanted = false;
  #drawnAt = -Infinity;
  /** Frames that may still be those of the last picture. */
  #drawing = 0;
  #lastFrame: number | null = null;
  #everyMs = LEAST_MS;
  #screenMs = SCREEN_MS;
  #ended = false;
  readonly #still: boolean;

  /**
   * @param map its style must be loaded
   * @param still nothing glides (people who asked for less motion, tests on a software renderer)
   */
  constructor(map: MapLibreMap, { placement, still }: { placement: Placement; still: boolean }) {
    this.map = map;
    this.placement = placement;
    this.#still = still;
    // labels stay readable above everything that lies on the ground
    const firstLabel = map.getLayer(FIRST_LABEL) ? FIRST_LABEL : undefined;
    for (const id of GROUND_SOURCES) map.addSource(id, { type: 'geojson', data: collection([]) as never });
    for (const layer of groundLayers('dark')) map.addLayer(layer, firstLabel);
    this.#overlay = new MapLibreOverlay({ interleaved: false, layers: [], pickingRadius: PICK_RADIUS });
    map.addControl(this.#overlay);
    placement.bind(map);
    map.on('move', () => placement.moved());
    map.on('zoomend', () => this.#want());
    map.on('resize', () => placement.moved());
  }

  /** Replaces what lies on the ground under one name. */
  setGround(source: GroundSource, data: Collection): void {
    if (this.#ended || this.#shown.get(source) === data) return;
    this.#shown.set(source, data);
    this.map.getSource<GeoJSONSource>(source)?.setData(data as never);
  }

  /** Sources whose feeds are silent look old. */
  setFaded(faded: ReadonlySet<GroundSource>): void {
    if (this.#ended) return;
    for (const layer of groundLayers('dark')) {
      if (layer.type !== 'line' && layer.type !== 'fill') continue;
      const paint = layer.paint as Record<string, unknown> | undefined;
      const property = `${layer.type}-opacity`;
      const value = faded.has(layer.source as GroundSource) ? FADED : (paint?.[property] ?? 1);
      if (this.map.getPaintProperty(layer.id, property as never) !== value)
        this.map.setPaintProperty(layer.id, property as never, value as never);
    }
  }

  /** The road lines that speeds are painted on; features carry their edge as id. */
  setRoads(roads: Collection): void {
    if (this.#ended) return;
    this.setGround('speeds', roads);
    for (const [edge, flow] of this.#flows) this.map.setFeatureState({ source: 'speeds', id: edge }, { flow });
  }

  /** Flow 0–1 per road edge (measured over free speed). Only what changed is given on; edges that are gone lose their colour. */
  setFlows(flows: ReadonlyMap<number, number>): void {
    if (this.#ended) return;
    for (const edge of this.#flows.keys())
      if (!flows.has(edge)) {
        this.#flows.delete(edge);
        this.map.removeFeatureState({ source: 'speeds', id: edge }, 'flow');
      }
    for (const [edge, flow] of flows)
      if (this.#flows.get(edge) !== flow) {
        this.#flows.set(edge, flow);
        this.map.setFeatureState({ source: 'speeds', id: edge }, { flow });
      }
  }

  /** All marks, in the order of drawing. */
  setMarks(marks: readonly Moving[]): void {
    if (this.#ended) return;
    this.#marks = marks;
    const now = performance.now();
    for (const m of marks) {
      if (!m.ats || this.#still || !glides(this.#everyMs)) {
        this.#glides.delete(m.name);
        continue;
      }
      let g = this.#glides.get(m.name);
      if (g?.marks.marks === m.marks) continue;
      if (!g)
        this.#glides.set(m.name, (g = { glide: new Glide(), marks: m, positions: m.marks.positions, moved: true }));
      g.marks = m;
      g.moved = true;
      g.glide.take(m.marks.ids, m.marks.positions, m.ats, now);
    }
    for (const name of this.#glides.keys()) if (!marks.some((m) => m.name === name)) this.#glides.delete(name);
    this.#want();
  }

  /** Asks for a picture. What comes before it is due is gathered in one: the rate follows what the machine can (pace.ts). */
  #want(): void {
    if (this.#ended) return;
    this.#wanted = true;
    // a hidden page gets no frames until it is seen again
    if (document.hidden) this.#draw(performance.now());
    this.#frame ??= requestAnimationFrame(this.#onFrame);
  }

  readonly #onFrame = (): void => {
    this.#frame = null;
    if (this.#ended) return;
    const now = performance.now();
    if (this.#lastFrame !== null) {
      const gap = now - this.#lastFrame;
      if (this.#drawing > 0) this.#everyMs = nextPace(this.#everyMs, gap);
      this.#screenMs = screenFrame(this.#screenMs, gap);
    }
    this.#drawing--;
    if (this.#wanted && isDue(now, this.#drawnAt, this.#everyMs, this.#screenMs)) this.#draw(now);
    // frames are looked at one after the other while there is something to draw
    const on = this.#wanted || this.#drawing > 0;
    this.#lastFrame = on ? now : null;
    if (on) this.#frame = requestAnimationFrame(this.#onFrame);
  };

  #draw(now: number): void {
    this.#drawnAt = now;
    this.#drawing = DRAWN_WITHIN;
    let moving = false;
    const layers = this.#marks.flatMap((m) => {
      const g = this.#glides.get(m.name);
      const size = SIZED.has(m.name) ? sizeAt(this.map.getZoom()) : 1;
      if (!g) return markLayers({ ...m, size });
      // the card compares by identity: what moves comes as a new array, what stands as the same
      if (g.moved) g.positions = new Float64Array(m.marks.positions.length);
      if (g.moved) g.glide.sample(now, g.positions);
      g.moved = g.glide.moving(now);
      moving ||= g.moved;
      return markLayers({ ...m, positions: g.positions, size });
    });
    this.#overlay.setProps({ layers });
    this.#wanted = moving;
  }

  /** The mark under a point of the screen, the topmost first. */
  hit(point: { x: number; y: number }): Hit | null {
    const picked = this.#overlay.pickObject({ x: point.x, y: point.y, radius: PICK_RADIUS });
    const name = picked?.layer?.id;
    if (!picked || name === undefined || picked.index < 0) return null;
    const marks = this.#marks.find((m) => m.name === name);
    const id = marks?.marks.ids[picked.index];
    return id === undefined ? null : { name, id };
  }

  /** Clicks on the map: what was hit, and where. @returns what ends it */
  onClick(work: (hit: Hit | null, at: LngLat) => void): () => void {
    const listen = (e: MapMouseEvent): void => work(this.hit(e.point), [e.lngLat.lng, e.lngLat.lat]);
    this.map.on('click', listen);
    return () => this.map.off('click', listen);
  }

  /** Shows a box whole. @param padding pixels that panels cover */
  fit(box: readonly [number, number, number, number], covered: Covered, maxZoom = 15.5): void {
    const [west, south, east, north] = box;
    const { clientWidth, clientHeight } = this.map.getContainer();
    this.map.fitBounds([west, south, east, north], {
      padding: leaveFree(covered, clientWidth, clientHeight),
      maxZoom,
      duration: this.#still ? 0 : 900,
      essential: true,
    });
  }

  /** Brings a place into view, in the middle of what the panels leave free. */
  look(at: LngLat, zoom: number, padding: Covered): void {
    // an offset, because a padding given here would stay with the map
    const offset: [number, number] = [(padding.left - padding.right) / 2, (padding.top - padding.bottom) / 2];
    this.map.easeTo({ center: [at[0], at[1]], zoom, offset, duration: this.#still ? 0 : 700, essential: true });
  }

  end(): void {
    this.#ended = true;
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.placement.bind(null);
    this.map.removeControl(this.#overlay);
  }
}
