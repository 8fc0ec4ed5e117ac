import { expect, test } from 'vitest';
import type { RoomPlan } from '#domain/floor-plan/plan.ts';
import { testDatabase } from '#tests/support/database.ts';
import { factsAfter } from './facts.ts';
import { removeRoom, roomHistory, roomPlans, saveRoom, versionPlan, type SaveWish } from './floor-plans.ts';

const { sql } = await testDatabase();
const [account] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('banzhang', '班长', 'supervisor', 'x') returning id`;
const by = { officer: { account: account!.id, name: '班长' }, now: 1_800_000_000_000 };
const PLAN: RoomPlan = {
  name: '一号厅',
  nameEn: '',
  order: 0,
  width: 20,
  height: 12,
  seats: [{ seat: '1001', x: 1, y: 1 }],
  marks: [],
};
let keys = 0;
const save = async (wish: Partial<SaveWish>) => {
  const r = await saveRoom(sql, { room: null, base: 0, plan: PLAN, requestKey: `key-${++keys}`, ...wish }, by);
  return r.ok ? r.value : { refused: r.code, detail: r.reason };
};

test('a room is kept with its versions, who edited an older one is refused with the name of who was first', async () => {
  const made = await save({});
  expect(made).toMatchObject({ room: '1', version: 1 });
  const moved = { ...PLAN, seats: [{ seat: '1001', x: 5, y: 5 }] };
  expect(await save({ room: '1', base: 1, plan: moved })).toMatchObject({ version: 2 });
  expect(await save({ room: '1', base: 1 })).toEqual({ refused: 'plan-changed', detail: '班长' });
  expect((await roomPlans(sql)).rooms).toEqual([{ id: '1', version: 2, plan: moved, by: '班长', at: by.now }]);
  const history = await roomHistory(sql, { room: '1' });
  expect(history.map((h) => [h.version, h.seats, h.by])).toEqual([
    [2, 1, '班长'],
    [1, 1, '班长'],
  ]);
  expect(await versionPlan(sql, history[1]!.n)).toEqual({ room: '1', newest: 2, plan: PLAN });
  const facts = (await factsAfter(sql, 0)).filter((f) => f.kind === 'plan.saved');
  expect(facts.map((f) => [f.subject, f.actor, f.body])).toContainEqual([
    '1',
    `user:${by.officer.account}`,
    { n: history[0]!.n, version: 2, name: '一号厅', seats: 1, by: by.officer },
  ]);
});

test('two supervisors who save at once: one is first, the other is told, and nothing is half written', async () => {
  const { version } = (await roomPlans(sql)).rooms[0]!;
  const both = await Promise.all([save({ room: '1', base: version }), save({ room: '1', base: version })]);
  expect(both.filter((r) => 'version' in r)).toHaveLength(1);
  expect(both.filter((r) => 'refused' in r && r.refused === 'plan-changed')).toHaveLength(1);
  expect((await roomPlans(sql)).rooms[0]!.version).toBe(version + 1);
});

test('the same key saves once', async () => {
  const other = { ...PLAN, name: '二号厅', seats: [{ seat: '1002', x: 1, y: 1 }] };
  const first = await save({ plan: other, requestKey: 'same-key' });
  expect(await save({ plan: other, requestKey: 'same-key' })).toEqual(first);
});

test('a seat stands in one room only, and a plan that cannot be drawn is not kept', async () => {
  expect(await save({ plan: { ...PLAN, name: '三号厅', seats: [{ seat: '1002', x: 1, y: 1 }] } })).toEqual({
    refused: 'plan-elsewhere',
    detail: '1002',
  });
  expect(await save({ plan: { ...PLAN, seats: [{ seat: '1003', x: 99, y: 1 }] } })).toMatchObject({
    refused: 'plan-outside',
  });
  expect(await save({ room: '77', base: 1 })).toMatchObject({ refused: 'plan-room-missing' });
  expect(await save({ room: 'x;', base: 1 })).toMatchObject({ refused: 'plan-room-missing' });
});

test('a removed room is gone from the screens, stays in the history, and comes back when it is saved again', async () => {
  const before = (await roomPlans(sql)).rooms.find((r) => r.id === '1')!;
  const gone = await removeRoom(sql, { room: '1', base: before.version, requestKey: 'remove-1' }, by);
  expect(gone).toMatchObject({ ok: true, value: { version: before.version + 1 } });
  expect((await roomPlans(sql)).rooms.map((r) => r.id)).not.toContain('1');
  const [removed] = await roomHistory(sql, { room: null });
  expect(removed).toMatchObject({ room: '1', removed: true, name: '一号厅' });
  expect(await removeRoom(sql, { room: '1', base: before.version + 1, requestKey: 'remove-2' }, by)).toMatchObject({
    code: 'plan-room-missing',
  });
  expect(await save({ room: '1', base: before.version + 1 })).toMatchObject({ version: before.version + 2 });
  expect((await roomPlans(sql)).rooms.map((r) => r.id)).toContain('1');
});
