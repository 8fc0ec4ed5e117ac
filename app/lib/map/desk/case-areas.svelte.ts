import type { CaseRow } from '#domain/cases/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { collection, type Box, type Collection } from '../geo.ts';
import {
  casesOfDistrict,
  districtAreas,
  districtAt,
  heatGround,
  hexAreas,
  type CaseView,
  type DistrictShape,
} from '../layers/case-views.ts';
import { districtCounts } from '../layers/districts.ts';
import { heat } from '../layers/heat.ts';
import { casesOfHex, hexCounts, hexKey, hexWidthM } from '../layers/hexagons.ts';
import { rankDistricts, rankHexes, type RankedArea } from '../layers/case-ranking.ts';
import type { Stage } from '../stage.ts';
import type { Selected } from './desk.svelte.ts';

const NOTHING = collection([]);
/** Areas in the list beside the map. */
const RANKED = 12;
/** What the map shows, of a box with half as much around it. */
const inner = ([w, s, e, n]: Box): Box => [w + (e - w) / 4, s + (n - s) / 4, e - (e - w) / 4, n - (n - s) / 4];

interface AreasInput {
  /** Null: the layer of cases is off. */
  readonly view: () => CaseView | null;
  /** After the filter. */
  readonly cases: () => readonly (readonly [string, CaseRow])[];
  readonly english: boolean;
  readonly say: {
    number: (n: number) => string;
    rate: (n: number) => string;
    area: (district: string | null, street: string | null) => string;
  };
}

/** Cases as hexagons, heat or coloured districts: computed anew when the cases, the whole zoom or what is seen changed. */
export class CaseAreas {
  readonly #in: AreasInput;
  /** What the map shows with half as much around it, and its whole zoom; moves only when the map has come to rest. */
  #seen = $state.raw<{ box: Box; z: number } | null>(null);
  #shapes = $state.raw<readonly DistrictShape[] | null>(null);
  /** Why there are no districts. */
  failed = $state(false);
  #asking = false;

  constructor(input: AreasInput) {
    this.#in = input;
  }

  readonly #hexes = $derived.by(() => {
    if (this.#in.view() !== 'hexagons' || !this.#seen) return null;
    const { box, z } = this.#seen;
    return hexAreas(hexCounts(this.#in.cases(), z), z, box, this.#in.say.number);
  });
  readonly #heat = $derived.by(() =>
    this.#in.view() === 'heat' && this.#seen ? heat(this.#in.cases(), this.#seen.z, this.#seen.box) : null,
  );
  readonly #districts = $derived.by(() =>
    this.#in.view() === 'districts' && this.#shapes
      ? districtAreas(this.#shapes, districtCounts(this.#in.cases()), this.#in.say)
      : null,
  );

  readonly ground: Collection = $derived(this.#hexes?.ground ?? this.#districts?.ground ?? NOTHING);
  readonly heatGround: Collection = $derived(this.#heat ? heatGround(this.#heat) : NOTHING);
  /** Least values of the classes. */
  readonly limits: readonly number[] = $derived(this.#hexes?.limits ?? this.#districts?.limits ?? []);
  /** Districts are coloured by cases per 10,000 residents. */
  readonly rates = $derived(this.#districts?.rates ?? false);
  readonly topPerKm2 = $derived(this.#heat?.topPerKm2 ?? 0);
  /** From side to side of a hexagon, metres. */
  readonly hexM = $derived(this.#seen ? hexWidthM(this.#seen.z, (this.#seen.box[1] + this.#seen.box[3]) / 2) : 0);
  /** Cases that the view cannot show: without a place, or without a district. */
  readonly left = $derived.by(() => {
    const view = this.#in.view();
    if (view === null || view === 'points') return 0;
    let n = 0;
    for (const [, r] of this.#in.cases()) if (view === 'districts' ? r.district === null : r.at === null) n++;
    return n;
  });

  /** The fullest hexagons (also behind the heat) or districts that are in view: what the map shows in colours, for the keyboard. */
  readonly ranked: readonly RankedArea[] = $derived.by(() => {
    const [view, seen, rows] = [this.#in.view(), this.#seen, this.#in.cases()];
    if (view === null || view === 'points' || !seen) return [];
    const view_ = inner(seen.box);
    if (view === 'districts')
      return rankDistricts(this.#shapes ?? [], districtCounts(rows), view_, this.#in.english).slice(0, RANKED);
    return rankHexes(rows, seen.z, view_, RANKED, this.#in.say.area);
  });
  /** The cases behind one of them. */
  open(area: RankedArea): Selected | null {
    const rows = this.#in.cases();
    const ids = area.hex ? casesOfHex(rows, area.hex.key, area.hex.z) : casesOfDistrict(rows, area.id);
    if (ids.length === 0) return null;
    const id = area.hex ? `hex ${area.hex.z} ${area.hex.key}` : `district ${area.id}`;
    return { kind: 'cases', id, ids, at: area.at, ...(area.name === null ? {} : { name: area.name }) };
  }

  /** Follows what a map shows. @returns what ends it */
  follow({ map }: Stage): () => void {
    const look = (): void => {
      const [[west, south], [east, north]] = map.getBounds().toArray() as [LngLat, LngLat];
      const [dx, dy] = [(east - west) / 2, (north - south) / 2];
      this.#seen = { box: [west - dx, south - dy, east + dx, north + dy], z: Math.floor(map.getZoom()) };
    };
    map.on('moveend', look);
    look();
    return () => map.off('moveend', look);
  }

  /** Asks for the districts' shapes, once. */
  async bringDistricts(): Promise<void> {
    if (this.#asking || this.#shapes) return;
    this.#asking = true;
    this.failed = false;
    try {
      const answer = await fetch('/map/districts');
      if (!answer.ok) throw new Error(`districts: ${answer.status}`);
      this.#shapes = ((await answer.json()) as { made: readonly DistrictShape[] }).made;
    } catch (e) {
      console.warn((e as Error).message);
      this.failed = true;
    } finally {
      this.#asking = false;
    }
  }

  /** The cases behind what lies under a place; null where there are none, or cases are drawn as points. */
  behind(at: LngLat): Selected | null {
    const [view, rows] = [this.#in.view(), this.#in.cases()];
    if (view === 'hexagons' && this.#seen) {
      const { z } = this.#seen;
      const key = hexKey(at, z);
      const ids = casesOfHex(rows, key, z);
      return ids.length > 0 ? { kind: 'cases', id: `hex ${z} ${key}`, ids, at } : null;
    }
    if (view !== 'districts' || !this.#shapes) return null;
    const d = districtAt(this.#shapes, at);
    const ids = d ? casesOfDistrict(rows, d.name) : [];
    const name = d && this.#in.english && d.nameEn ? d.nameEn : d?.name;
    return d && ids.length > 0 ? { kind: 'cases', id: `district ${d.name}`, ids, at, name: name! } : null;
  }
}
