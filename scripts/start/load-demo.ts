/**
 * Loads the demo city, its map first and then the past weeks of its hotline; one line of text for each thing done.
 * A process of its own: it computes for a long time, and whoever started it must stay able to hear Ctrl-C.
 * Each part is loaded once; a part that was cut short is loaded anew.
 */
import { ensureDemoCity } from '#gis-data/demo-city/load.ts';
import { loadDemo } from '#scripts/demo/load.ts';
import { configOrThrow } from '#scripts/provision/index.ts';
import { connect } from '#store/db.ts';
import { watchLifeline } from './lifeline.ts';

watchLifeline(() => process.exit(1));
const log = (text: string): void => void process.stdout.write(`${text.replace(/^demo city: /, '')}\n`);
const config = configOrThrow();
const sql = connect(config.databaseUrl, { max: 4, name: 'watchfloor-demo-load' });
await ensureDemoCity(sql, { log });
await loadDemo({ sql, config, log });
await sql.end({ timeout: 5 });
