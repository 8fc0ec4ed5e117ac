import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#domain/config.ts';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';
import type { Sql } from '#store/db.ts';

/** What scripts/demo/load.ts exports. It knows itself what is there already. */
interface DemoLoader {
  loadDemo(context: { sql: Sql; config: Config; log: (text: string) => void }): Promise<unknown>;
}

/** Loads the demo city and its past weeks, once. */
export async function loadDemoCity(sql: Sql, config: Config, tell: (text: string) => void): Promise<void> {
  const file = join(CHECKOUT, 'scripts/demo/load.ts');
  if (!existsSync(file)) return tell('there is no scripts/demo/load.ts');
  const { loadDemo } = (await import(file)) as DemoLoader;
  await loadDemo({ sql, config, log: tell });
}
