import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { afterAll, expect, inject, test } from 'vitest';
import { connect } from '#store/db.ts';
import { prepareExisting } from './existing.ts';
import { adminSql, ensureDatabase, ensureRole, EXTENSIONS, inDatabase } from './roles.ts';
import { makeScratch } from './scratch.ts';

const adminUrl = inject('pgAdminUrl');
const admin = adminSql(adminUrl);
const role = `wf_role_${randomBytes(4).toString('hex')}`;
const password = randomBytes(18).toString('base64url');
const asRole = (database: string): string => {
  const at = new URL(inDatabase(adminUrl, database));
  at.username = role;
  at.password = password;
  return at.href;
};
await ensureRole(admin, role, password);
afterAll(async () => {
  await admin.unsafe(`drop role ${role}`);
  await admin.end();
});

const databases = async (): Promise<string[]> =>
  (await admin<{ datname: string }[]>`select datname from pg_database`).map((r) => r.datname);

test('the application’s role has no rights beyond signing in', async () => {
  const [r] = await admin`
    select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin from pg_roles where rolname = ${role}`;
  expect(r).toEqual({
    rolsuper: false,
    rolcreatedb: false,
    rolcreaterole: false,
    rolreplication: false,
    rolbypassrls: false,
    rolcanlogin: true,
  });
});

test('a scratch database is migrated by its own role, and gone after it is dropped', async () => {
  const scratch = await makeScratch(asRole('postgres'), adminUrl);
  const name = new URL(scratch.url).pathname.slice(1);
  const sql = connect(scratch.url, { max: 1 });
  const [owner] = await sql`select tableowner from pg_tables where tablename = 'fact'`;
  await sql.end();
  expect(owner).toEqual({ tableowner: role });
  expect(await databases()).toContain(name);
  await scratch.drop();
  expect(await databases()).not.toContain(name);
});

test('a scratch database whose process was killed is dropped by the next', async () => {
  const gone = spawnSync('true').pid;
  const orphan = `wf_scratch_${gone}_test`;
  await admin.unsafe(`create database ${orphan}`);
  const { boot } = (await import('./processes.ts')).processId(process.pid)!;
  await admin.unsafe(`comment on database ${orphan} is '${JSON.stringify({ pid: gone, startedTicks: '1', boot })}'`);
  const next = await makeScratch(asRole('postgres'), adminUrl);
  expect(await databases()).not.toContain(orphan);
  await next.drop();
});

test('a server with every extension is taken as it is; one whose role may not make them is refused with all reasons', async () => {
  const name = `wf_scratch_x${randomBytes(4).toString('hex')}`;
  await admin.unsafe(`create database ${name}`);
  try {
    await expect(prepareExisting(asRole(name))).rejects.toThrow(
      /is not fit:[^]*may not create tables in schema public[^]*lacks the extension timescaledb[^]*create extension timescaledb[^]*lacks the extension postgis/,
    );
    await ensureDatabase(adminUrl, name, null);
    await expect(prepareExisting(inDatabase(adminUrl, name))).resolves.toMatchObject({ database: name });
    const inside = adminSql(inDatabase(adminUrl, name));
    const have = (await inside<{ extname: string }[]>`select extname from pg_extension`).map((r) => r.extname);
    await inside.end();
    expect(have).toEqual(expect.arrayContaining([...EXTENSIONS]));
  } finally {
    await admin.unsafe(`drop database ${name} with (force)`);
  }
});

test('a wrong password is told with the address and without the password', async () => {
  const at = new URL(asRole('postgres'));
  at.password = 'wrong-secret';
  const refusal = await prepareExisting(at.href).then(
    () => '',
    (e: unknown) => (e as Error).message,
  );
  expect(refusal).toMatch(/127\.0\.0\.1:\d+\/postgres cannot be used: password authentication failed/);
  expect(refusal).not.toContain('wrong-secret');
});
