import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePort, makeFolder } from './cluster.ts';
import { configOrThrow } from './index.ts';
import { databaseUser } from './os-user.ts';
import { engineOf, openServer } from './private-server.ts';
import { processId, sendSignal } from './processes.ts';
import { adminSql } from './roles.ts';
import { secretsOf } from './secrets.ts';
import { stateDir } from './state-dir.ts';

const config = configOrThrow({ ...process.env, MODE: '' }); // vitest has a MODE of its own
const quiet = (): void => {};
const { engine } = await engineOf(stateDir(config.stateDir), config.aptMirror, quiet);
const user = await databaseUser();
const stateFolder = mkdtempSync(join(tmpdir(), 'wf-server-'));
chmodSync(stateFolder, 0o711);
const folder = join(stateFolder, 'pg');
await makeFolder(folder, user);
const place = { engine, user, folder, stateFolder, port: await freePort() };
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

const pidFile = join(folder, 'data/postmaster.pid');
const postmaster = (): number => Number(readFileSync(pidFile, 'utf8').split('\n')[0]);

test('the application’s role works in its own database, and rules and passwords are closed to others', async () => {
  const server = await openServer(place, quiet);
  const sql = adminSql(server.url);
  const [who] =
    await sql`select current_user::text as role, usesuper as super from pg_user where usename = current_user`;
  await sql.end();
  expect(who).toEqual({ role: 'watchfloor', super: false });
  const wrong = new URL(server.adminUrl);
  wrong.password = 'guess';
  const stranger = adminSql(wrong.href);
  await expect(stranger`select 1`).rejects.toThrow('password authentication failed');
  await stranger.end();
  expect(readFileSync(join(folder, 'data/pg_hba.conf'), 'utf8')).not.toMatch(/trust/);
  expect(statSync(join(stateFolder, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(secretsOf(stateFolder).superuser).not.toBe(secretsOf(stateFolder).application);
  await server.release();
  expect(existsSync(pidFile)).toBe(false);
});

test('the last user stops the server, and none before', async () => {
  const first = await openServer(place, quiet);
  const second = await openServer({ ...place, port: await freePort() }, quiet);
  expect([first.startedHere, second.startedHere]).toEqual([true, false]);
  expect(second.url).toBe(first.url);
  const pid = postmaster();
  await first.release();
  expect(processId(pid)).not.toBeNull();
  await second.release();
  expect(processId(pid)).toBeNull();
});

test('a server killed with SIGKILL is started again, and what was committed is there', async () => {
  const server = await openServer(place, quiet);
  const before = adminSql(server.url);
  await before`create table if not exists kept (n int)`;
  await before`truncate kept`;
  await before`insert into kept values (1)`;
  const killed = postmaster();
  sendSignal(killed, 'SIGKILL');
  await before.end({ timeout: 1 });
  // on a busy machine the system takes a moment to end it
  await expect.poll(() => processId(killed), { timeout: 10_000 }).toBeNull();
  expect(await server.revive(quiet)).toBe(true);
  expect(await server.revive(quiet)).toBe(false);
  const after = adminSql(server.url);
  expect(await after`select count(*)::int as n from kept`).toEqual([{ n: 1 }]);
  await after.end();
  await server.release();
});

test('a pid file that names a stranger’s living process does not keep the server from starting', async () => {
  const first = await openServer(place, quiet);
  const text = readFileSync(pidFile, 'utf8');
  await first.release();
  writeFileSync(pidFile, text.replace(/^\d+/, String(process.pid)));
  if (user) chownSync(pidFile, user.uid, user.gid);
  const again = await openServer(place, quiet);
  expect(postmaster()).not.toBe(process.pid);
  await again.release();
});

test('a data folder whose making was cut short is made anew', async () => {
  const half = join(folder, 'data.new');
  await makeFolder(half, user);
  rmSync(join(folder, 'data'), { recursive: true });
  const server = await openServer(place, quiet);
  expect(existsSync(half)).toBe(false);
  await server.release();
});
