import { expect, test } from 'vitest';
import type { Bar } from '#domain/blacklist/rows.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  addBar,
  barList,
  barSwitch,
  expireBars,
  importBars,
  isBarredOut,
  keepBarSwitch,
  liftBar,
  openNumbers,
  wantedBars,
} from './blacklist.ts';

const { sql } = await testDatabase();
const [account] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('banzhang', '班长', 'supervisor', 'x') returning id`;
const NOW = Date.parse('2027-01-15T02:00:00Z');
const who = (now = NOW) => ({ officer: { account: account!.id, name: '班长' }, now });
const bar = (number: string, more: Partial<Bar> = {}): Bar => ({
  number,
  direction: 'in',
  reason: '多次骚扰',
  from: NOW,
  until: null,
  ...more,
});
let key = 0;
const add = (b: Bar, now = NOW, requestKey = `key-${++key}-aaaaaaaa`) =>
  addBar(sql, b, { source: 'page', requestKey }, who(now));
const PAGE = { limit: 50, offset: 0 };
const listed = async (text: string, state: 'open' | 'all' | 'lifted' | 'expired', now = NOW) =>
  (await barList(sql, { text, state, direction: null }, now, PAGE)).entries;
const kindsOf = async (id: string) =>
  (await sql<{ kind: string }[]>`select kind from fact where subject = ${`blacklist:${id}`} order by n`).map(
    (r) => r.kind,
  );

test('a number is on the list once, the same press adds it once, and each change is a fact', async () => {
  const first = await add(bar('13800000001'), NOW, 'same-key-1');
  expect(await add(bar('13800000001'), NOW, 'same-key-1')).toEqual(first);
  expect(await add(bar('13800000001', { direction: 'out' }))).toMatchObject({ code: 'bar-exists' });
  const id = first.ok ? first.value.id : '';
  expect(await liftBar(sql, id, '误加', who())).toMatchObject({ ok: true });
  expect(await liftBar(sql, id, '误加', who())).toMatchObject({ code: 'bar-missing' });
  expect(await kindsOf(id)).toEqual(['blacklist.barred', 'blacklist.lifted']);
  expect((await add(bar('13800000001'))).ok).toBe(true);
  expect((await listed('0001', 'lifted')).map((e) => e.ended)).toEqual([{ at: NOW, by: '班长', reason: '误加' }]);
});

test('what has expired is off the list at once, is ended by itself, and its number may be barred again', async () => {
  const first = await add(bar('13800000002', { until: NOW + 1000 }));
  const later = NOW + 2000;
  expect(await openNumbers(sql, NOW)).toContain('13800000002');
  expect(await openNumbers(sql, later)).not.toContain('13800000002');
  expect((await wantedBars(sql, later)).map((w) => w.number)).not.toContain('13800000002');
  expect((await add(bar('13800000002', { from: later }), later)).ok).toBe(true);
  expect(await kindsOf(first.ok ? first.value.id : '')).toEqual(['blacklist.barred', 'blacklist.expired']);
  expect(await expireBars(sql, later)).toBe(0);
});

test('a file comes whole or not at all, also when one of its numbers was barred meanwhile', async () => {
  const rows = Array.from({ length: 10_000 }, (_, i) =>
    bar(String(15_000_000_000 + i), { until: i % 2 ? NOW + 9e6 : null }),
  );
  await add(bar('15000009999'));
  const file = { name: '名单.csv', skipped: 3 };
  expect(await importBars(sql, rows, file, who())).toMatchObject({ code: 'bar-exists', reason: '15000009999' });
  expect((await barList(sql, { text: '15000', state: 'all', direction: null }, NOW, PAGE)).count).toBe(1);
  expect(await importBars(sql, rows.slice(0, -1), file, who())).toMatchObject({ value: { entries: 9999 } });
  const [fact] = await sql<{ body: object }[]>`select body from fact where kind = 'blacklist.imported'`;
  expect(fact!.body).toMatchObject({ entries: 9999, skipped: 3, file: '名单.csv' });
  const [shown] = await listed('15000000001', 'open');
  expect(shown).toMatchObject({ source: 'import', until: NOW + 9e6 });
});

test('a search takes its text literally, and only what is barred outbound keeps from calling', async () => {
  await add(bar('16000000001', { direction: 'out', reason: '100%骗子' }));
  expect((await listed('0%骗', 'open')).map((e) => e.number)).toEqual(['16000000001']);
  expect(await listed('%%', 'open')).toEqual([]);
  expect([
    await isBarredOut(sql, '+8616000000001', NOW),
    await isBarredOut(sql, '13800000001', NOW),
    await isBarredOut(sql, '16000000001', NOW - 1),
  ]).toEqual([true, false, false]);
});

test('what the switch holds is what it was last seen to hold', async () => {
  const made = await add(bar('17000000001'));
  const id = made.ok ? made.value.id : '';
  const body = { state: 'same', at: NOW, wanted: 1, foreign: 0, repair: null, detail: '' } as const;
  await keepBarSwitch(sql, [id], body);
  expect((await listed('17000000001', 'open'))[0]!.told).toBe(true);
  await keepBarSwitch(sql, null, { ...body, state: 'away' });
  expect((await listed('17000000001', 'open'))[0]!.told).toBe(true);
  await keepBarSwitch(sql, [], body);
  expect((await listed('17000000001', 'open'))[0]!.told).toBe(false);
  expect(await barSwitch(sql)).toEqual(body);
});
