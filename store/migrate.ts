import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from './db.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
const LOCK = 7_770_001;

/**
 * Brings the schema forward: each file of migrations/ once, in order of its name, each in one transaction.
 * @returns the names applied now
 * @throws when a file that was applied has changed since: migrations only move forward
 */
export async function migrate(sql: Sql, log: (line: string) => void = () => {}): Promise<string[]> {
  const files = readdirSync(FOLDER)
    .filter((f) => f.endsWith('.sql'))
    .sort();
  const done: string[] = [];
  const conn = await sql.reserve();
  try {
    await conn`select pg_advisory_lock(${LOCK})`;
    await conn`create table if not exists schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`;
    const known = new Map((await conn`select name, sha256 from schema_migration`).map((r) => [r.name, r.sha256]));
    for (const name of files) {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      const sha256 = createHash('sha256').update(text).digest('hex');
      const before = known.get(name);
      if (before === sha256) continue;
      if (before) throw new Error(`migration ${name} was applied and has changed since; write a new one`);
      await conn
        .unsafe(
          `begin;\n${text}\n;insert into schema_migration (name, sha256) values ('${name}', '${sha256}');\ncommit;`,
        )
        .catch(async (e: unknown) => {
          await conn.unsafe('rollback');
          throw new Error(`migration ${name}: ${(e as Error).message}`, { cause: e });
        });
      log(name);
      done.push(name);
    }
  } finally {
    await conn`select pg_advisory_unlock(${LOCK})`.catch(() => {});
    conn.release();
  }
  return done;
}
