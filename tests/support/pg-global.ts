import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { connect } from '#store/db.ts';
import { migrate } from '#store/migrate.ts';

/**
 * One migrated template for the whole run; each test file gets a copy (tests/support/database.ts).
 * The server: TEST_ADMIN_URL, a superuser's address, which `npm test` sets to a private server of its own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const admin = process.env.TEST_ADMIN_URL;
  if (!admin)
    throw new Error('TEST_ADMIN_URL is not set: run the tests through `npm test`, which starts a server of their own');
  const folder = join(import.meta.dirname, '../../store/migrations');
  const hash = createHash('sha256');
  for (const f of readdirSync(folder).sort()) hash.update(f).update(readFileSync(join(folder, f)));
  const template = `wf_template_${hash.digest('hex').slice(0, 12)}`;
  const sql = postgres(admin, { max: 1, onnotice: () => {} });
  const [have] = await sql`select 1 from pg_database where datname = ${template} and not datallowconn`;
  if (!have) {
    await sql.unsafe(`drop database if exists ${template} with (force)`);
    await sql.unsafe(`create database ${template}`);
    const url = new URL(admin);
    url.pathname = `/${template}`;
    const fresh = connect(url.href, { max: 2 });
    await migrate(fresh);
    await fresh`select _timescaledb_functions.stop_background_workers()`;
    await fresh.end({ timeout: 5 });
    await sql.unsafe(`alter database ${template} allow_connections false`);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${template}`;
  }
  await sql.end();
  project.provide('pgAdminUrl', admin);
  project.provide('pgTemplate', template);
  return async () => {};
}

declare module 'vitest' {
  export interface ProvidedContext {
    pgAdminUrl: string;
    pgTemplate: string;
  }
}
