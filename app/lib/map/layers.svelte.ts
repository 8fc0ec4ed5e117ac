import { CASE_COLLECTIONS, type CaseRow, type HotIssueRow } from '#domain/cases/rows.ts';
import type { Camera } from '#domain/cameras/rows.ts';
import {
  CITY_COLLECTIONS,
  type CityEventRow,
  type FeedRow,
  type TrafficEventRow,
  type WarningRow,
} from '#domain/city/rows.ts';
import { INCIDENT_COLLECTIONS, type IncidentRow, type RouteRow } from '#domain/incidents/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { Live } from '#lib/live/live.svelte.ts';
import { collection, type Collection } from './geo.ts';
import type { GroundSource } from './ground.ts';
import { LAYERS, layerState, staleLayers, type LayerId, type LayerState } from './layer-list.ts';
import { caseMarks, type CaseLook } from './layers/cases.ts';
import { cameraMarks, cameraWedges } from './layers/cameras.ts';
import { cityEventMarks } from './layers/city-events.ts';
import { hotAreas, hotTags } from './layers/hot-issues.ts';
import { incidentTags } from './layers/incidents.ts';
import { readingTags, type ReadingValue } from './layers/readings.ts';
import { flows, type SpeedValue } from './layers/speeds.ts';
import { trafficLines, trafficMarks } from './layers/traffic.ts';
import { VehicleMarks, type VehicleValue } from './layers/vehicles.ts';
import { countIds, warningAreas } from './layers/warnings.ts';
import { NO_MARKS } from './marks.ts';
import type { Moving } from './stage.ts';

const NOTHING = collection([]);
const NO_FLOWS: ReadonlyMap<number, number> = new Map();
/** What only time changes (stale, over) is looked at in these steps: a second more or less is not seen on a map. */
const STEP_MS = 5000;
const SLOW_STEP_MS = 30_000;

export interface LayerInput {
  readonly live: Live;
  readonly now: () => Instant;
  readonly shown: () => ReadonlySet<LayerId>;
  /** Cases to draw, after a filter. */
  readonly cases: () => readonly (readonly [string, CaseRow])[];
  /** False: cases are drawn otherwise than as points (desk/case-areas.svelte.ts). */
  readonly casePoints?: () => boolean;
  readonly zoom: () => number;
  /** What is chosen, to be drawn larger. */
  readonly chosen: () => { readonly kind: string; readonly id: string } | null;
  /** Cameras on the map, and those whose pictures are open; a wall has none. */
  readonly cameras?: () => { readonly shown: ReadonlyMap<string, Camera>; readonly open: ReadonlySet<string> };
  /** Incidents that ended today stay on the map. */
  readonly endedToo: boolean;
}

/**
 * Everything that is drawn on a map of the city, each part computed anew only when its rows changed. The desk and the city's wall
 * use the same.
 */
export class CityLayers {
  readonly #in: LayerInput;
  constructor(input: LayerInput) {
    this.#in = input;
  }

  readonly #step = $derived.by(() => Math.floor(this.#in.now() / STEP_MS) * STEP_MS);
  readonly #slowStep = $derived.by(() => Math.floor(this.#in.now() / SLOW_STEP_MS) * SLOW_STEP_MS);
  #on(layer: LayerId): boolean {
    return this.#in.shown().has(layer);
  }
  #chosenOf(kind: string): string | null {
    const c = this.#in.chosen();
    return c?.kind === kind ? c.id : null;
  }
  readonly #city = <T extends FeedRow | WarningRow | TrafficEventRow | CityEventRow>(c: string) =>
    this.#in.live.rows<T>('city', c);

  /** Freshness of each layer. */
  readonly states: Readonly<Record<LayerId, LayerState>> = $derived.by(() => {
    const feeds = this.#city<FeedRow>(CITY_COLLECTIONS.feed);
    const figures = this.#in.live.signals('feeds');
    return Object.fromEntries(LAYERS.map((l) => [l, layerState(l, feeds, figures, this.#step)])) as Record<
      LayerId,
      LayerState
    >;
  });

  // ── elements at places ──────────────────────────────────────────────────────────────────────────────────────────────
  readonly incidents = $derived.by(() =>
    this.#on('incidents')
      ? incidentTags(this.#in.live.rows<IncidentRow>('incidents', INCIDENT_COLLECTIONS.incident), {
          over: this.#in.endedToo,
        })
      : [],
  );
  readonly #hotRows = $derived.by(() => this.#in.live.rows<HotIssueRow>('cases', CASE_COLLECTIONS.hotIssue));
  readonly hot = $derived.by(() => (this.#on('hotIssues') ? hotTags(this.#hotRows) : []));
  /** Also those without a place. */
  readonly hotRanked = $derived.by(() => [...this.#hotRows].sort(([, a], [, b]) => a.rank - b.rank));
  readonly readings = $derived.by(() =>
    this.#on('readings')
      ? readingTags(this.#in.live.signals('readings') as unknown as ReadonlyMap<string, ReadingValue>, this.#slowStep)
      : [],
  );
  readonly routes = $derived.by(() => this.#in.live.rows<RouteRow>('incidents', INCIDENT_COLLECTIONS.route));

  // ── ground ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  readonly hotGround: Collection = $derived.by(() => (this.#on('hotIssues') ? hotAreas(this.#hotRows) : NOTHING));
  readonly warnings: Collection = $derived.by(() =>
    this.#on('warnings') ? warningAreas(this.#city<WarningRow>(CITY_COLLECTIONS.warning), this.#slowStep) : NOTHING,
  );
  readonly traffic: Collection = $derived.by(() =>
    this.#on('traffic')
      ? trafficLines(this.#city<TrafficEventRow>(CITY_COLLECTIONS.trafficEvent), this.#slowStep)
      : NOTHING,
  );
  readonly flows: ReadonlyMap<number, number> = $derived.by(() =>
    this.#on('speeds')
      ? flows(this.#in.live.signals('segments') as unknown as ReadonlyMap<string, SpeedValue>, this.#slowStep)
      : NO_FLOWS,
  );
  /** Sources of the ground whose feeds are all late or away. */
  readonly faded: ReadonlySet<GroundSource> = $derived.by(() =>
    staleLayers(['warnings', 'traffic', 'speeds'], this.states),
  );

  // ── marks ───────────────────────────────────────────────────────────────────────────────────────────────────────────
  readonly cases: CaseLook = $derived.by(() =>
    this.#on('cases') && this.#in.casePoints?.() !== false
      ? caseMarks(this.#in.cases(), Math.floor(this.#in.zoom()), this.#chosenOf('case'))
      : { marks: NO_MARKS, groups: [] },
  );
  readonly #police = $derived.by(() => this.#events('police', 'police'));
  readonly #urban = $derived.by(() => this.#events('urban', 'urbanManagement'));
  #events(layer: LayerId, partner: 'police' | 'urbanManagement'): Moving {
    const marks = this.#on(layer)
      ? cityEventMarks(
          this.#city<CityEventRow>(CITY_COLLECTIONS.cityEvent),
          partner,
          this.#slowStep,
          this.#chosenOf('cityEvent'),
        )
      : NO_MARKS;
    return { name: layer, marks, faded: this.states[layer].stale };
  }
  readonly #traffic = $derived.by((): Moving => {
    const rows = this.#city<TrafficEventRow>(CITY_COLLECTIONS.trafficEvent);
    const marks = this.#on('traffic') ? trafficMarks(rows, this.#slowStep, this.#chosenOf('traffic')) : NO_MARKS;
    return { name: 'traffic', marks, faded: this.states.traffic.stale };
  });
  readonly #vehicleMarks = new VehicleMarks();
  readonly #vehicles = $derived.by((): Moving => {
    if (!this.#on('vehicles')) return { name: 'vehicles', marks: NO_MARKS, faded: false };
    const values = this.#in.live.signals('vehicles') as unknown as ReadonlyMap<string, VehicleValue>;
    const { marks, ats } = this.#vehicleMarks.of(values, this.#step, this.#chosenOf('vehicle'));
    return { name: 'vehicles', marks, ats, faded: this.states.vehicles.stale };
  });
  readonly #cameras = $derived.by((): Moving => {
    const c = this.#in.cameras?.();
    const marks = c ? cameraMarks(c.shown.values(), this.#chosenOf('camera'), c.open) : NO_MARKS;
    return { name: 'cameras', marks, faded: false };
  });
  readonly cameraGround: Collection = $derived.by(() => {
    const c = this.#in.cameras?.();
    return c && c.shown.size > 0 ? cameraWedges(c.shown.values(), c.open) : NOTHING;
  });
  /** All marks in the order of drawing. */
  readonly marks: readonly Moving[] = $derived.by(() => [
    { name: 'cases', marks: this.cases.marks, faded: false },
    this.#cameras,
    this.#urban,
    this.#police,
    this.#traffic,
    this.#vehicles,
  ]);

  /** How many things each layer has on the map: shown beside its name. */
  readonly counts: Readonly<Partial<Record<LayerId, number>>> = $derived.by(() => ({
    incidents: this.incidents.length,
    cases: this.#in.cases().length,
    hotIssues: this.hot.length,
    warnings: countIds(this.warnings),
    traffic: this.#traffic.marks.ids.length,
    speeds: this.flows.size,
    police: this.#police.marks.ids.length,
    urban: this.#urban.marks.ids.length,
    readings: this.readings.length,
    vehicles: this.#vehicles.marks.ids.length,
    cameras: this.#cameras.marks.ids.length,
  }));
}
