import type { Map as MapLibreMap, VectorTileSource } from 'maplibre-gl';
import { SOURCE, tileAddress } from './style.ts';

/** How often a map asks what is shown, milliseconds: a desk that asks for tiles hears it sooner, by a refusal. */
const ASK_MS = 30_000;
const GONE = 410;

/**
 * Keeps a map on the version of the tiles that is shown: after an import all its tiles are taken anew at once, so that old and new
 * ones never stand beside each other.
 * @param base address of the tiles without the query
 * @param changed is told of each new version, after the map took it
 * @returns what ends it
 */
export function followVersion(
  map: MapLibreMap,
  { base, version, changed }: { base: string; version: string; changed: (version: string) => void },
): () => void {
  let shown = version;
  let asking = false;
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch('/tiles/now', { cache: 'no-store' });
      const { version: now } = (await answer.json()) as { version: string | null };
      if (!answer.ok || now === null || now === shown) return;
      shown = now;
      map.getSource<VectorTileSource>(SOURCE)?.setTiles([tileAddress(base, now)]);
      changed(now);
    } catch (e) {
      // the server is away for a moment: asked again soon
      console.debug('tiles:', (e as Error).message);
    } finally {
      asking = false;
    }
  };
  const refused = (e: { error?: { status?: number } }): void => {
    if (e.error?.status === GONE) void ask();
  };
  map.on('error', refused as never);
  const timer = setInterval(() => void ask(), ASK_MS);
  return () => {
    clearInterval(timer);
    map.off('error', refused as never);
  };
}
