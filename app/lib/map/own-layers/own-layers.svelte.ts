import type { LngLat } from '#domain/city/rows.ts';
import type { LayerFeature } from '#domain/map-layers/geojson.ts';
import type { OwnLayer } from '#domain/map-layers/rows.ts';
import { listed, standing, type Standing } from '#domain/map-layers/validity.ts';
import { MINUTE, type Instant } from '#domain/time.ts';
import { query } from '../desk/requests.ts';
import { collection, type Collection } from '../geo.ts';
import { drawn, featureAt, featuresById, groundOf, idSet, type DrawnFeature, type FeaturesById } from './features.ts';
import { LOOKS } from './ground-layers.ts';

/** What comes within so long is read before, so that it appears at its minute. */
const READ_BEFORE = 10 * MINUTE;

/** One feature of a layer, as the details panel names it. */
export interface OwnFeature {
  readonly layer: OwnLayer;
  readonly feature: DrawnFeature;
}

/** The house's own layers on one desk: those for its role, which of them count now, and which somebody switched off. */
export class OwnLayers {
  readonly #now: () => Instant;
  readonly #zone: string;
  #all = $state.raw<readonly OwnLayer[]>([]);
  #features = $state.raw<FeaturesById>(featuresById());
  off = $state.raw<ReadonlySet<string>>(idSet());
  /** Which layers there are could not be asked, or what they hold; each is asked for again. */
  listFailed = $state(false);
  featuresFailed = $state(false);
  #reading = false;
  #asked = 0;
  /** Of the feature that is looked at, {@link idOf}. */
  chosen = $state<string | null>(null);

  constructor(now: () => Instant, zone: string) {
    this.#now = now;
    this.#zone = zone;
  }

  /** What the list names, with how it stands at this second. */
  readonly listed: readonly { layer: OwnLayer; standing: Standing }[] = $derived.by(() =>
    listed(this.#all, this.#now(), this.#zone),
  );
  /** Ids as one text, so that what hangs on them is made anew only when one comes or goes, and not each second. */
  readonly #shownIds: string = $derived(
    this.listed
      .filter(({ layer, standing: s }) => s.is === 'now' && !this.off.has(layer.id))
      .map(({ layer }) => layer.id)
      .join(' '),
  );
  /** What is drawn, in the order in which it came. */
  readonly shown: readonly OwnLayer[] = $derived.by(() => {
    const ids = idSet(this.#shownIds.split(' '));
    return this.#all.filter((l) => ids.has(l.id));
  });
  /** Ids of what must be read, as one text. */
  readonly missing: string = $derived.by(() => {
    const soon = this.#now() + READ_BEFORE;
    return this.#all
      .filter(({ id, validity }) => {
        const there = [this.#now(), soon].some((t) => standing(validity, t, this.#zone).is === 'now');
        return there && !this.off.has(id) && !this.#features.has(id);
      })
      .map((l) => l.id)
      .join(' ');
  });

  readonly ground: Collection = $derived.by(() => {
    const [chosenLayer, n] = partsOf(this.chosen ?? '');
    return collection(
      this.shown.flatMap((l) =>
        groundOf(this.#features.get(l.id) ?? [], this.lookOf(l.id), l.id === chosenLayer ? n : null),
      ),
    );
  });

  /** Which of the looks a layer has: by turns, in the order in which they came. */
  lookOf(id: string): number {
    const i = this.#all.findIndex((l) => l.id === id);
    return Math.max(0, i) % LOOKS.length;
  }

  /** Asks which layers there are: at first, and when the connection tells that they changed. */
  async refresh(): Promise<void> {
    const mine = ++this.#asked;
    const answer = await query<{ layers: OwnLayer[] }>('/map/own-layers');
    // they changed meanwhile: a newer answer is coming, or came
    if (mine !== this.#asked) return;
    this.listFailed = !answer.ok;
    if (!answer.ok) return;
    this.#all = answer.made.layers;
    const ids = idSet(this.#all.map((l) => l.id));
    this.#features = featuresById([...this.#features].filter(([id]) => ids.has(id)));
  }

  /** Reads the features that are {@link missing}, one layer after another. */
  async read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const tried = [''];
    let failed = false;
    for (;;) {
      const id = this.missing.split(' ').find((m) => !tried.includes(m));
      if (id === undefined) break;
      tried.push(id);
      const answer = await query<LayerFeature[]>(`/map/own-layers/${encodeURIComponent(id)}`);
      if (answer.ok) this.#features = featuresById([...this.#features, [id, drawn(answer.made)]]);
      else failed = true;
    }
    this.featuresFailed = failed;
    this.#reading = false;
  }

  toggle(id: string): void {
    this.off = idSet(this.off.has(id) ? [...this.off].filter((o) => o !== id) : [...this.off, id]);
  }

  /** The feature under a place; of equal ones that of the newest layer. */
  behind(at: LngLat, zoom: number): { id: string; name: string; nameEn: string } | null {
    const found = this.shown.toReversed().flatMap((layer) => {
      const features = this.#features.get(layer.id) ?? [];
      const hit = featureAt(features, at, zoom);
      return hit ? [{ layer, feature: features[hit.n]!, ...hit }] : [];
    });
    const [top] = found.sort((a, b) => a.rank - b.rank);
    return top ? { id: idOf(top.layer.id, top.n), name: top.feature.name, nameEn: top.feature.nameEn } : null;
  }

  /** A feature by its id, while its layer is shown. */
  feature(id: string): OwnFeature | null {
    const [layerId, n] = partsOf(id);
    const layer = this.shown.find((l) => l.id === layerId);
    const feature = layer && n !== null ? this.#features.get(layer.id)?.[n] : undefined;
    return layer && feature ? { layer, feature } : null;
  }
}

const idOf = (layer: string, n: number): string => `${layer}/${n}`;
function partsOf(id: string): [layer: string, n: number | null] {
  const [layer = '', n = ''] = id.split('/');
  return [layer, n === '' ? null : Number(n)];
}
