import { untrack } from 'svelte';
import { CITY_COLLECTIONS } from '#domain/city/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { Live } from '#lib/live/live.svelte.ts';
import type { OwnLayers } from './own-layers.svelte.ts';

/** Asks for the house's own layers when they changed, and once a minute while something could not be read. */
export function followOwnLayers(own: OwnLayers, live: Live, minute: () => Instant): void {
  const changes = $derived(live.rows('city', CITY_COLLECTIONS.ownLayers));
  const listAgain = $derived(own.listFailed ? minute() : 0);
  const featuresAgain = $derived(own.featuresFailed ? minute() : 0);
  $effect(() => {
    void [changes, listAgain];
    void untrack(() => own.refresh());
  });
  $effect(() => {
    void [own.missing, featuresAgain];
    void untrack(() => own.read());
  });
}
