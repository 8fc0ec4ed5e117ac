import type { Sql } from '#store/db.ts';
import { loadCity, loadedVersion } from '#store/gis-load.ts';
import { ensureDemoRegistry } from './registry.ts';
import { CITY_ID, DEMO_SEED, GENERATOR, generateCity } from './generate.ts';

/**
 * Makes sure that the demo city is in the database: generated and loaded once, then only looked up.
 * @returns whether it had to be loaded, and the milliseconds it took
 */
export async function ensureDemoCity(
  sql: Sql,
  { seed = DEMO_SEED, log = () => {} }: { seed?: number; log?: (line: string) => void } = {},
): Promise<{ loaded: boolean; tookMs: number }> {
  const began = performance.now();
  const took = (): number => Math.round(performance.now() - began);
  if ((await loadedVersion(sql, CITY_ID)) === `${GENERATOR}-${seed}`) {
    await ensureDemoRegistry(sql, CITY_ID, seed);
    return { loaded: false, tookMs: took() };
  }
  const data = generateCity(seed, (step, ms) => log(`demo city: ${step} ${ms} ms`));
  log(
    `demo city: ${data.edges.length} roads, ${data.areas.length} areas, ${data.places.length} places, made in ${took()} ms`,
  );
  await loadCity(sql, data);
  await ensureDemoRegistry(sql, CITY_ID, seed);
  log(`demo city: loaded after ${took()} ms`);
  return { loaded: true, tookMs: took() };
}
