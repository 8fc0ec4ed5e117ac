import type { MapLibreOverlay } from '@deck.gl/maplibre';
import type { Map as MapLibreMap } from 'maplibre-gl';
import { Live } from '#lib/live/live.svelte.ts';
import { Clock } from '#lib/ui/clock.svelte.ts';
import { CityLayers } from '../layers.svelte.ts';
import { Placement } from '../placement.ts';
import { Stage } from '../stage.ts';
import type { Drawn } from './drawn.ts';

/** Vehicles as the map desk draws them: its connection, its layers, its stage. */
export function startProduct(map: MapLibreMap): () => Drawn {
  const stage = new Stage(map, { placement: new Placement(), still: false });
  const clock = new Clock(Date.now());
  const live = new Live(`ws://${location.host}/rt`, 'bench-objects', [], ['vehicles']);
  // what is shown does not change here
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  const shown = new Set(['vehicles'] as const);
  const layers = new CityLayers({
    live,
    now: () => clock.now,
    shown: () => shown,
    cases: () => [],
    zoom: () => 11,
    chosen: () => null,
    endedToo: false,
  });
  $effect.root(() => {
    $effect(() => stage.setMarks(layers.marks));
    $effect(() => live.start());
    $effect(() => clock.run());
  });
  const overlay = (map as unknown as { _controls: (MapLibreOverlay & { _deck?: unknown })[] })._controls.find(
    (c) => '_deck' in c,
  )!;
  return () => {
    const marks = layers.marks.find((m) => m.name === 'vehicles')!.marks;
    const deck = (overlay as unknown as { _deck: { props: { layers: { id: string; props: { data: { attributes: { getPosition: { value: ArrayLike<number> } } } } }[] } } })._deck; // prettier-ignore
    const layer = deck.props.layers.find((l) => l.id === 'vehicles');
    return { ids: layer ? marks.ids : [], positions: layer?.props.data.attributes.getPosition.value ?? [] };
  };
}
