/**
 * Prepares a database for the containers: migrations, the first accounts, and in demo mode the demo city. Runs to its end;
 * running it again changes nothing.
 */
import { connect } from '#store/db.ts';
import { refreshShapes } from '#store/gis-load.ts';
import { initialAccounts } from '#store/initial-accounts.ts';
import { migrate } from '#store/migrate.ts';
import { prepareExisting } from './provision/existing.ts';
import { configOrThrow } from './provision/index.ts';
import { stateDir } from './provision/state-dir.ts';
import { loadDemoCity } from './start/demo-city.ts';
import { firstAccountsFile } from './start/first-accounts.ts';
import { Steps } from './start/steps.ts';

if (process.argv.includes('--help')) {
  process.stdout.write(
    'usage: DATABASE_URL=… node scripts/migrate.ts\nMigrates, makes the first accounts, loads the demo city when MODE is demo.\n',
  );
  process.exit(0);
}
const steps = new Steps();
try {
  const config = configOrThrow();
  if (config.databaseUrl === '') throw new Error('DATABASE_URL must name the database');
  await steps.step('database', async (tell) =>
    tell(`PostgreSQL ${(await prepareExisting(config.databaseUrl)).version}`),
  );
  const sql = connect(config.databaseUrl, { max: 3, name: 'watchfloor-migrate' });
  try {
    await steps.step('migrations', async (tell) => {
      (await migrate(sql)).forEach((name) => tell(name));
      (await refreshShapes(sql)).forEach((city) => tell(`map of ${city} drawn anew`));
    });
    const file = firstAccountsFile(stateDir(config.stateDir), config.databaseUrl);
    const accounts = await initialAccounts(sql, config.mode, file);
    // passwords do not belong into a container's log
    if (accounts.length > 0)
      steps.note(`first accounts: ${accounts.map((a) => a.login).join(', ')}; passwords in ${file}`);
    if (config.mode === 'demo') await steps.step('demo city', (tell) => loadDemoCity(process.env, tell));
  } finally {
    await sql.end({ timeout: 5 });
  }
  process.stdout.write(`the database is ready, ${steps.total()}\n`);
} catch (e) {
  process.stderr.write(`watchfloor: ${(e as Error).message}\n`);
  process.exitCode = 1;
}
