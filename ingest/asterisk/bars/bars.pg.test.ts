import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import { AmiServer, type AmiAction, type AmiReply } from '#scripts/ami-server/server.ts';
import { freePort } from '#scripts/replay/ingest-process.ts';
import { addBar, barList, barSwitch, BLACKLIST_CHANNEL, liftBar } from '#store/blacklist.ts';
import { testDatabase } from '#tests/support/database.ts';
import type { SourceContext } from '../../source.ts';
import { bars } from './index.ts';

const { sql } = await testDatabase();
const [account] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('banzhang', '班长', 'supervisor', 'x') returning id`;
const who = () => ({ officer: { account: account!.id, name: '班长' }, now: Date.now() });

/** The database of a switch: '/family/key' → value. */
class SwitchDb {
  readonly held = new Map<string, string>();
  readonly server: AmiServer;
  constructor(port: number) {
    this.server = new AmiServer({
      port,
      accounts: { recorder: 's' },
      now: Date.now,
      backend: { booted: () => true, action: (a, reply) => this.#action(a, reply) },
    });
  }
  #action({ name, fields }: AmiAction, reply: AmiReply): void {
    const key = `/${fields.get('family')}/${fields.get('key') ?? ''}`;
    if (name === 'dbput') {
      this.held.set(key, fields.get('val') ?? '');
      return reply.success('Updated database successfully');
    }
    if (name === 'dbdel')
      return this.held.delete(key) ? reply.success('ok') : reply.error('Database entry could not be deleted');
    const rows = [...this.held].filter(([k]) => k.startsWith(key));
    reply.list(
      'Result will follow',
      rows.map(([k, v]) => [
        ['Event', 'DBGetTreeResponse'],
        ['Key', k],
        ['Val', v],
      ]),
      'DBGetTreeComplete',
    );
  }
}

/** A machine under load takes its time. */
const soon = <T>(what: () => T) => expect.poll(what, { timeout: 20_000 });

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0).reverse()) await end();
});
function start(
  port: number,
  env: Record<string, string> = { AMI_RECORDER_USER: 'recorder', AMI_RECORDER_SECRET: 's' },
  report: SourceContext['report'] = () => {},
) {
  const { config } = parseConfig({ AMI_HOST: '127.0.0.1', AMI_PORT: String(port), ...env });
  const stop = new AbortController();
  const done = bars.run({
    sql,
    config,
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    reject: async () => {},
    report,
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  running.push(end);
  return end;
}
const add = async (number: string, direction: 'in' | 'both'): Promise<string> => {
  const now = Date.now();
  const bar = { number, direction, reason: '骚扰', from: now, until: null };
  const r = await addBar(sql, bar, { source: 'page', requestKey: `key-${number}-${direction}` }, who());
  if (!r.ok) throw new Error(r.code);
  return r.value.id;
};
const told = async (): Promise<Record<string, boolean>> => {
  const { entries } = await barList(sql, { text: '', state: 'all', direction: null }, Date.now(), {
    limit: 50,
    offset: 0,
  });
  return Object.fromEntries(entries.map((e) => [e.number, e.told]));
};

test('the switch is told at once, repaired when it lost or kept what it should not, and others’ keys are left alone', async () => {
  const db = new SwitchDb(await freePort());
  await db.server.listen();
  running.push(() => db.server.close('destroy'));
  db.held.set('/blacklist/999', '1');
  db.held.set('/blacklist/888', 'watchfloor-777');
  const first = await add('13800000001', 'both');
  const end = start(db.server.port);
  await soon(() => [...db.held].sort()).toEqual([
    ['/blacklist-out/13800000001', `watchfloor-${first}`],
    ['/blacklist/13800000001', `watchfloor-${first}`],
    ['/blacklist/999', '1'],
  ]);
  await soon(told).toEqual({ '13800000001': true });
  expect(await barSwitch(sql)).toMatchObject({
    state: 'same',
    foreign: 1,
    wanted: 1,
    repair: { put: 2, removed: 1 },
  });
  const second = await add('13800000002', 'in');
  await soon(() => db.held.get('/blacklist/13800000002')).toBe(`watchfloor-${second}`);
  await liftBar(sql, first, '误加', who());
  await soon(() => [...db.held.keys()].sort()).toEqual(['/blacklist/13800000002', '/blacklist/999']);
  await soon(told).toEqual({ '13800000001': false, '13800000002': true });
  // the switch loses its database while nobody looks
  await end();
  db.held.clear();
  start(db.server.port);
  await soon(() => db.held.get('/blacklist/13800000002')).toBe(`watchfloor-${second}`);
});

test('without an account, with a wrong one, and while the switch is away, that is told and nothing counts as sent', async () => {
  const db = new SwitchDb(await freePort());
  await db.server.listen();
  running.push(() => db.server.close('destroy'));
  const state = async () => (await barSwitch(sql))?.state;
  const without = start(db.server.port, {});
  await soon(state).toBe('off');
  await without();
  const wrong = start(db.server.port, { AMI_RECORDER_USER: 'recorder', AMI_RECORDER_SECRET: 'wrong' });
  await soon(state).toBe('refused');
  await wrong();
  start(await freePort());
  await soon(state).toBe('away');
  expect(db.held.size).toBe(0);
});

test('while nothing changes the switch is not asked again, and the worker says what it said, so that nobody takes it for dead', async () => {
  const db = new SwitchDb(await freePort());
  await db.server.listen();
  running.push(() => db.server.close('destroy'));
  const told: unknown[] = [];
  start(db.server.port, undefined, (...report) => told.push(report));
  await soon(() => told.length).toBeGreaterThan(0);
  const compared = (await barSwitch(sql))!.at;
  await sql.notify(BLACKLIST_CHANNEL, '');
  await soon(() => told.length).toBeGreaterThan(1);
  expect(told[1]).toEqual(told[0]);
  expect((await barSwitch(sql))?.at).toBe(compared);
});
