import { createContext } from 'svelte';
import type { LngLat } from '#domain/city/rows.ts';
import { MAX_LAYERS } from '#domain/map-layers/rows.ts';
import type { RouteEnd, ReportSource } from '#domain/incidents/rows.ts';
import { ALL_CASES, type CaseFilter } from '../layers/cases.ts';
import { CASE_VIEWS, isCaseView, type CaseView } from '../layers/case-views.ts';
import { isTheme, type Theme } from '../palette.ts';
import { FIRST_LAYERS, isLayer, layerSet, toggled, type LayerId } from '../layer-list.ts';
import type { FoundAddress } from './requests.ts';
import { idSet } from '../own-layers/features.ts';
import type { OwnLayers } from '../own-layers/own-layers.svelte.ts';
import { AroundDraft } from './around/around.svelte.ts';
import { DeskCameras } from './cameras.svelte.ts';
import { MeasureDraft } from './measure/measure.svelte.ts';
import { ReachDraft } from './reach/reach.svelte.ts';
import { RouteDraft, type HandPurpose } from './route/draft.svelte.ts';
import { VehicleTrail } from './trail.svelte.ts';

export type SelectedKind =
  | 'incident'
  | 'case'
  | 'vehicle'
  | 'camera'
  | 'traffic'
  | 'cityEvent'
  | 'warning'
  | 'hotIssue'
  | 'reading'
  | 'route'
  | 'point'
  | 'place'
  | 'own'
  | 'cases';

/** What the details panel is about. `at` for a bare point, a found place, or where a layer's feature was pressed; `ids` for a group of cases. */
export interface Selected {
  readonly kind: SelectedKind;
  readonly id: string;
  readonly at?: LngLat;
  readonly name?: string;
  readonly ids?: readonly string[];
  /** Of a point that an address led to. */
  readonly found?: FoundAddress;
}

/** The form of an incident that is being recorded, confirmed or corrected. */
export interface IncidentDraft {
  readonly purpose: 'open' | 'confirm' | 'correct';
  /** The incident that is confirmed or corrected. */
  readonly id: string | null;
  readonly source: ReportSource;
  readonly sourceRef: string | null;
  class: string;
  level: number;
  title: string;
  place: string;
  at: LngLat | null;
  sensitive: boolean;
  drill: boolean;
  text: string;
}

/** A draft of an incident that nothing is known of yet. */
export const emptyDraft = (over: Partial<IncidentDraft> = {}): IncidentDraft => ({
  purpose: 'open',
  id: null,
  source: 'desk',
  sourceRef: null,
  class: '',
  level: 4,
  title: '',
  place: '',
  at: null,
  sensitive: false,
  drill: false,
  text: '',
  ...over,
});

export type Picking = 'from' | 'to' | 'form' | null;

const STORED = 'wf_map_layers';
const STORED_THEME = 'wf_map_theme';
const STORED_CASES = 'wf_map_cases';
const STORED_LEGEND = 'wf_map_legend';
const STORED_OWN = 'wf_map_own_off';

/** The state of one desk: what is chosen, shown and being done. Records stay in the live tables; here are only their ids. */
export class Desk {
  tab = $state<'incidents' | 'cases' | 'layers'>('incidents');
  selected = $state.raw<Selected | null>(null);
  shown = $state.raw<ReadonlySet<LayerId>>(layerSet(FIRST_LAYERS));
  theme = $state<Theme>('dark');
  caseView = $state<CaseView>('points');
  legend = $state(false);
  filter = $state.raw<CaseFilter>(ALL_CASES);
  draft = $state<IncidentDraft | null>(null);
  picking = $state<Picking>(null);
  readonly route = new RouteDraft();
  readonly reach = new ReachDraft();
  readonly cameras = new DeskCameras();
  readonly around = new AroundDraft();
  readonly trail = new VehicleTrail();
  readonly measure = new MeasureDraft();

  readonly #englishNames: Readonly<Record<string, string>>;
  readonly #english: boolean;
  /** The house's own layers. */
  readonly own: OwnLayers;
  /** @param englishNames of districts and streets by their own names; empty where the screen speaks Chinese */
  constructor(own: OwnLayers, englishNames: readonly (readonly [string, string])[] = []) {
    this.own = own;
    this.#englishNames = Object.fromEntries(englishNames);
    this.#english = englishNames.length > 0;
  }
  /** A district or a street in the screen's language; as it is where there is no name in it. */
  nameOf(boundary: string): string {
    return this.#englishNames[boundary] || boundary;
  }
  /** A street of a district as people write it; empty where neither is known. */
  areaName(district: string | null, street: string | null): string {
    if (!this.#english) return `${district ?? ''}${street ?? ''}`;
    return [street, district].flatMap((name) => (name === null ? [] : [this.nameOf(name)])).join(', ');
  }

  /** The address whose ring is drawn: of the chosen point, or a candidate for a case without a position. */
  found = $state.raw<FoundAddress | null>(null);

  select(selected: Selected | null): void {
    this.selected = selected;
    this.found = selected?.found ?? null;
    if (selected) this.draft = null;
  }

  toggle(layer: LayerId): void {
    this.shown = toggled(this.shown, layer);
    this.#store(STORED, [...this.shown].join(','));
  }

  toggleOwn(id: string): void {
    this.own.toggle(id);
    this.#store(STORED_OWN, [...this.own.off].slice(-MAX_LAYERS).join(','));
  }

  /** Cases as points, hexagons, heat or districts; whoever chooses one wants to see it. */
  showCases(view: CaseView): void {
    this.caseView = view;
    if (!this.shown.has('cases')) this.toggle('cases');
    this.#store(STORED_CASES, view);
  }
  nextCaseView(): void {
    this.showCases(CASE_VIEWS[(CASE_VIEWS.indexOf(this.caseView) + 1) % CASE_VIEWS.length]!);
  }

  /** Light for an office by day, dark for the room with the wall. */
  changeTheme(): void {
    this.theme = this.theme === 'dark' ? 'light' : 'dark';
    this.#store(STORED_THEME, this.theme);
  }

  /** The legend beside the map. */
  toggleLegend(): void {
    this.legend = !this.legend;
    this.#store(STORED_LEGEND, this.legend ? '1' : '');
  }

  /** Opens the closures of the route tool. */
  startClosures(): void {
    this.picking = null;
    this.route.open = true;
    this.route.tab = 'closures';
  }
  /** Starts the route tool; the end that is missing is picked next. */
  startRoute(ends: { from?: RouteEnd; to?: RouteEnd } = {}): void {
    this.route.open = true;
    this.route.hand.stop();
    if (ends.from) this.route.set('from', ends.from);
    if (ends.to) this.route.set('to', ends.to);
    this.pickNext();
  }
  pickNext(): void {
    this.route.tab = 'route';
    this.picking = !this.route.from ? 'from' : !this.route.to ? 'to' : null;
  }

  // ── drawing by hand: one shape at a time, of whichever tool ───────────────────────────────────────────────────────────
  /** Corners so far of a shape that is kept; null: none is drawn. */
  get shape(): readonly LngLat[] | null {
    return this.route.hand.corners ?? this.around.drawing;
  }
  /** Corners so far of whatever is drawn; null: nothing. A line that is measured waits while a place is picked. */
  get drawing(): readonly LngLat[] | null {
    return this.shape ?? (this.picking === null ? this.measure.drawing : null);
  }
  corner(at: LngLat): void {
    if (this.route.hand.corners) this.route.hand.corner(at);
    else if (this.around.drawing) this.around.corner(at);
    else this.measure.corner(at);
  }
  /** @param middle where the map looks @returns whether the key was one of drawing */
  drawKey(key: string, middle: LngLat | null): boolean {
    if (!this.drawing) return false;
    const { hand } = this.route;
    if (!hand.corners) return (this.around.drawing ? this.around : this.measure).key(key, middle);
    const taken = hand.key(key, middle);
    if (hand.corners === null && this.route.open && this.route.tab === 'route') this.pickNext();
    return taken;
  }
  /** Begins to draw for the surroundings, to measure, or for the roads what is named. */
  draw(what: 'around' | 'around-line' | 'measure' | HandPurpose): void {
    this.picking = null;
    this.route.hand.stop();
    this.around.drawing = null;
    this.measure.stop();
    if (what === 'around') this.around.draw('area');
    else if (what === 'around-line') this.around.draw('line');
    else if (what === 'measure') this.measure.start();
    else this.route.hand.start(what);
  }
  /** The key of the tool begins to measure, or closes what is measured. */
  toggleMeasure(): void {
    if (this.measure.open) this.measure.clear();
    else this.draw('measure');
  }

  /** Esc: the innermost thing that is going on ends. @returns whether there was one */
  cancel(): boolean {
    if (this.picking === 'form') this.picking = null;
    else if (this.picking !== null && this.route[this.picking] === null && (this.route.from || this.route.to))
      this.#undoEnd();
    else if (this.picking === null && this.measure.open) this.measure.clear();
    else if (this.route.open && this.route.closures.drawn) this.route.closures.drawn = null;
    else if (this.route.open) {
      this.route.clear();
      this.picking = null;
    } else if (this.reach.from) this.reach.clear();
    else if (this.around.from) this.around.clear();
    else if (this.cameras.from) this.cameras.clear();
    else if (this.draft) this.draft = null;
    else if (this.selected) this.select(null);
    else return false;
    return true;
  }
  /** Takes back the end that was set last, so that a wrong click costs one key. */
  #undoEnd(): void {
    this.route.set(this.route.to ? 'to' : 'from', null);
    this.pickNext();
  }

  #memory: Storage | null = null;
  /** Which layers and which theme this browser had; from here on it remembers them. */
  restore(memory: Storage): void {
    this.#memory = memory;
    const text = memory.getItem(STORED);
    const theme = memory.getItem(STORED_THEME);
    if (isTheme(theme)) this.theme = theme;
    const view = memory.getItem(STORED_CASES);
    if (isCaseView(view)) this.caseView = view;
    this.legend = memory.getItem(STORED_LEGEND) === '1';
    this.own.off = idSet((memory.getItem(STORED_OWN) ?? '').split(',').filter((id) => id !== ''));
    if (text !== null) this.shown = layerSet(text.split(',').filter(isLayer));
  }
  #store(key: string, text: string): void {
    try {
      this.#memory?.setItem(key, text);
    } catch (e) {
      // a browser whose memory is full or forbidden still has its choice, only not next time
      console.warn(`${key} is not remembered:`, (e as Error).message);
    }
  }
}

export const [getDesk, setDesk] = createContext<Desk>();
