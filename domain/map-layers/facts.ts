import type { Fact } from '../fact.ts';
import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';
import type { LayerCounts, LayerFace, OwnLayer } from './rows.ts';

/** Facts of the house's own layers. Subject: {@link LAYERS_SUBJECT}, so that their whole story is read at once. */
export type MapLayerFactBody =
  | { kind: 'map.layer-added'; body: LayerFace & { id: string; counts: LayerCounts; file: string; by: Officer } }
  | { kind: 'map.layer-changed'; body: LayerFace & { id: string; changed: readonly string[]; by: Officer } }
  | { kind: 'map.layer-withdrawn'; body: { id: string; name: string; by: Officer } };

export const LAYERS_SUBJECT = 'map-layers';

/** The layers that are there after facts, in the order in which they came. */
export function layersAfter(facts: Iterable<Fact>): ReadonlyMap<string, OwnLayer> {
  const layers = new Map<string, OwnLayer>();
  for (const fact of facts) foldLayer(layers, fact);
  return layers;
}

/** As it was: the layers by what was recorded up to an instant. */
export const layersAt = (facts: Iterable<Fact>, t: Instant): ReadonlyMap<string, OwnLayer> =>
  layersAfter([...facts].filter((f) => f.recordedAt <= t));

function foldLayer(layers: Map<string, OwnLayer>, fact: Fact): void {
  switch (fact.kind) {
    case 'map.layer-added':
      layers.set(fact.body.id, { ...fact.body, addedAt: fact.at });
      return;
    case 'map.layer-changed': {
      const { id, name, nameEn, validity, roles } = fact.body;
      const before = layers.get(id);
      if (before) layers.set(id, { ...before, name, nameEn, validity, roles });
      return;
    }
    case 'map.layer-withdrawn':
      layers.delete(fact.body.id);
      return;
    default:
      return;
  }
}
