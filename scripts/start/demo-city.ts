import type { Config } from '#domain/config.ts';
import { ensureDemoCity } from '#gis-data/demo-city/load.ts';
import { loadDemo } from '#scripts/demo/load.ts';
import type { Sql } from '#store/db.ts';

/** Loads the demo city, its map first and then the past weeks of its hotline. Each part is loaded once; a part that was cut short is loaded anew. */
export async function loadDemoCity(sql: Sql, config: Config, tell: (text: string) => void): Promise<void> {
  await ensureDemoCity(sql, { log: tell });
  await loadDemo({ sql, config, log: tell });
}
