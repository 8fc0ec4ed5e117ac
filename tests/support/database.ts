import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { connect, type Sql } from '#store/db.ts';
import type {} from './pg-global.ts'; // what it provides, also where this file is all that a program includes

/** A migrated database of this test file's own, dropped at its end. Call it once, at the top of the file. */
export async function testDatabase(): Promise<{ sql: Sql; url: string }> {
  const name = `wf_test_${randomBytes(6).toString('hex')}`;
  const admin = postgres(inject('pgAdminUrl'), { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template ${inject('pgTemplate')}`);
  const at = new URL(inject('pgAdminUrl'));
  at.pathname = `/${name}`;
  const sql = connect(at.href, { max: 6, name });
  afterAll(async () => {
    await sql.end({ timeout: 2 });
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  });
  return { sql, url: at.href };
}
