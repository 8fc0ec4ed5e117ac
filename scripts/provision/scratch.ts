import { randomBytes } from 'node:crypto';
import { connect } from '#store/db.ts';
import { migrate } from '#store/migrate.ts';
import { isAlive, processId, type ProcessId } from './processes.ts';
import { adminSql, ensureDatabase, inDatabase, type AdminSql } from './roles.ts';

const PREFIX = 'wf_scratch_';

/**
 * Makes a migrated database beside the given one, and a function that drops it. It belongs to the role of `url`.
 * Scratch databases whose process was killed are dropped on the way.
 * @param adminUrl a role that may create databases and extensions; the private server's superuser
 */
export async function makeScratch(url: string, adminUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const owner = decodeURIComponent(new URL(url).username);
  const name = `${PREFIX}${process.pid}_${randomBytes(4).toString('hex')}`;
  const admin = adminSql(adminUrl);
  try {
    await dropOrphans(admin);
    await ensureDatabase(adminUrl, name, /^[a-z_][a-z0-9_]*$/.test(owner) ? owner : null);
    await admin.unsafe(`comment on database ${name} is '${JSON.stringify(processId(process.pid))}'`);
  } catch (e) {
    throw new Error(
      `no scratch database could be made: ${(e as Error).message}; the role of DATABASE_URL must be able to create databases and extensions`,
      { cause: e },
    );
  } finally {
    await admin.end({ timeout: 5 });
  }
  const scratch = inDatabase(url, name);
  const sql = connect(scratch, { max: 2, name: 'watchfloor-migrate' });
  try {
    await migrate(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
  return {
    url: scratch,
    drop: async () => {
      const a = adminSql(adminUrl);
      await a.unsafe(`drop database if exists ${name} with (force)`).finally(() => a.end({ timeout: 5 }));
    },
  };
}

async function dropOrphans(admin: AdminSql): Promise<void> {
  const rows = await admin<{ name: string; comment: string | null }[]>`
    select datname as name, shobj_description(oid, 'pg_database') as comment from pg_database where datname like ${`${PREFIX}%`}`;
  for (const r of rows) {
    const owner = r.comment === null ? null : (JSON.parse(r.comment) as ProcessId);
    // one without a comment is being made now, or its maker died within a second: left for the next time
    if (owner && owner.boot === processId(process.pid)?.boot && !isAlive(owner))
      await admin.unsafe(`drop database if exists ${r.name} with (force)`);
  }
}
