import { expect, test } from 'vitest';
import { DEFAULT_THRESHOLDS } from '#domain/calls/thresholds.ts';
import { HOUR, MINUTE, startOfDay } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { factsAfter } from '../facts.ts';
import { setThreshold, setTrunkSize, thresholdHistory, trunkSizeHistory } from './settings.ts';
import { homeHistory, homesInForce, setHome, setTeam, teamHistory, teamsInForce } from './teams.ts';
import { thresholdsInForce } from './thresholds.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const DAY = startOfDay('2026-03-30', ZONE);
const by = (now: number) => ({ officer: { account: 7, name: '王班长' }, now });

test('a version says who set it and when, one for the same instant corrects it, and each leaves a fact', async () => {
  const values = { ...DEFAULT_THRESHOLDS, connectS: 12 };
  expect(await setThreshold(sql, { queue: 'zixun', from: DAY, values }, by(DAY))).toMatchObject({ ok: true });
  const better = { ...values, connectS: 18 };
  expect(await setThreshold(sql, { queue: 'zixun', from: DAY, values: better }, by(DAY + 5))).toMatchObject({
    ok: true,
  });
  expect(await setTrunkSize(sql, { trunk: 'a', from: DAY, channels: 30 }, by(DAY + 6))).toMatchObject({ ok: true });
  expect(await thresholdHistory(sql)).toEqual([
    { queue: 'zixun', from: DAY, values: better, setBy: '王班长', setAt: DAY + 5 },
  ]);
  expect(await trunkSizeHistory(sql)).toEqual([
    { trunk: 'a', from: DAY, channels: 30, setBy: '王班长', setAt: DAY + 6 },
  ]);
  expect((await thresholdsInForce(sql)).find((p) => p.queue === 'zixun' && p.from === DAY)?.values.connectS).toBe(18);
  const facts = await factsAfter(sql, 0);
  expect(facts.map((f) => [f.kind, f.subject, f.actor])).toEqual([
    ['stat.threshold-set', 'zixun', 'user:7'],
    ['stat.threshold-set', 'zixun', 'user:7'],
    ['stat.trunk-size-set', 'a', 'user:7'],
  ]);
});

test('a goal or a limit leaves every figure as it is, a threshold that counts marks what it counts', async () => {
  const marks = async () => Number((await sql`select count(*)::int as n from stat_mark`)[0]!.n);
  const set = (queue: string, from: number, more: Partial<typeof DEFAULT_THRESHOLDS>) =>
    setThreshold(sql, { queue, from, values: { ...DEFAULT_THRESHOLDS, ...more } }, by(from));
  await sql`delete from stat_mark`;
  await set('yingji', DAY, { goalPercent: 95, talkLongS: 120, wrapOverlongS: 200 });
  expect(await marks()).toBe(0);
  const values = (await thresholdsInForce(sql)).find((p) => p.queue === 'yingji' && p.from === DAY)!.values;
  expect([values.goalPercent, values.talkLongS, values.wrapOverlongS]).toEqual([95, 120, 200]);
  await set('yingji', DAY + HOUR, { goalPercent: 90, connectS: 10 });
  expect(await marks()).toBe(3);
  // the common ones count otherwise later on: a version of one's own that says what they say now keeps that from changing
  await set('', DAY + 2 * HOUR, { serviceLevelS: 30 });
  await sql`delete from stat_mark`;
  await set('tousu', DAY, { goalPercent: 70 });
  expect(await marks()).toBe(3);
  expect(await set('yingji', DAY, { talkLongS: 700 })).toMatchObject({ ok: false, code: 'threshold-limits' });
  expect(await set('yingji', DAY, { goalPercent: 0 })).toMatchObject({ ok: false, code: 'threshold-goal' });
});

test('a seat is in the team of its newest version, and the past keeps its own', async () => {
  await setTeam(sql, { seats: ['1001', '1002'], team: '甲班', from: DAY }, ZONE, by(DAY));
  await setTeam(sql, { seats: ['1002'], team: '乙班', from: DAY + HOUR }, ZONE, by(DAY));
  await setTeam(sql, { seats: ['1001'], team: '', from: DAY + 2 * HOUR }, ZONE, by(DAY));
  const at = async (t: number) => (await teamsInForce(sql, t)).map((v) => `${v.seat} ${v.team}`);
  expect(await at(DAY - 1)).toEqual([]);
  expect(await at(DAY)).toEqual(['1001 甲班', '1002 甲班']);
  expect(await at(DAY + HOUR)).toEqual(['1001 甲班', '1002 乙班']);
  expect(await at(DAY + 2 * HOUR)).toEqual(['1002 乙班']);
  expect((await teamHistory(sql, '1002')).map((v) => v.team)).toEqual(['乙班', '甲班']);
  expect(await teamHistory(sql)).toHaveLength(4);
});

test('a team belongs to the department and provider of its newest version, and the past keeps its own', async () => {
  const put = (department: string, provider: string, from: number) =>
    setHome(sql, { team: '甲班', department, provider, from }, ZONE, by(DAY));
  await put('一部', '甲公司', DAY);
  await put('二部', '甲公司', DAY + HOUR);
  await put('', '', DAY + 2 * HOUR);
  const at = async (t: number) => (await homesInForce(sql, t)).map((v) => `${v.team} ${v.department} ${v.provider}`);
  expect(await at(DAY - 1)).toEqual([]);
  expect(await at(DAY)).toEqual(['甲班 一部 甲公司']);
  expect(await at(DAY + HOUR)).toEqual(['甲班 二部 甲公司']);
  expect(await at(DAY + 2 * HOUR)).toEqual([]);
  expect((await homeHistory(sql)).map((v) => v.department)).toEqual(['', '二部', '一部']);
  expect((await factsAfter(sql, 0)).filter((f) => f.kind === 'stat.team-home-set').map((f) => f.subject)).toEqual(
    Array(3).fill('甲班'),
  );
});

const HOME = { team: '甲班', department: '一部', provider: '甲公司', from: DAY };
test.each([
  [
    'threshold-edges',
    () => setThreshold(sql, { queue: '', from: DAY, values: { ...DEFAULT_THRESHOLDS, edge2S: 20 } }, by(DAY)),
  ],
  [
    'threshold-seconds',
    () => setThreshold(sql, { queue: '', from: DAY, values: { ...DEFAULT_THRESHOLDS, connectS: 1.5 } }, by(DAY)),
  ],
  ['version-from', () => setThreshold(sql, { queue: '', from: NaN, values: DEFAULT_THRESHOLDS }, by(DAY))],
  ['channels-invalid', () => setTrunkSize(sql, { trunk: 'a', from: DAY, channels: 0 }, by(DAY))],
  ['team-from', () => setTeam(sql, { seats: ['1001'], team: '甲班', from: DAY + MINUTE }, ZONE, by(DAY))],
  ['team-invalid', () => setTeam(sql, { seats: ['1001'], team: ' 甲', from: DAY }, ZONE, by(DAY))],
  ['team-missing', () => setHome(sql, { ...HOME, team: '' }, ZONE, by(DAY))],
  ['department-invalid', () => setHome(sql, { ...HOME, department: '一 '.padEnd(80, '部') }, ZONE, by(DAY))],
  ['provider-invalid', () => setHome(sql, { ...HOME, provider: ' 甲' }, ZONE, by(DAY))],
  ['team-from', () => setHome(sql, { ...HOME, from: DAY + MINUTE }, ZONE, by(DAY))],
  ['seats-invalid', () => setTeam(sql, { seats: [], team: '甲', from: DAY }, ZONE, by(DAY))],
] as const)('what cannot be is refused as %s and changes nothing', async (code, set) => {
  const before = (await factsAfter(sql, 0)).length;
  expect(await set()).toMatchObject({ ok: false, code });
  expect((await factsAfter(sql, 0)).length).toBe(before);
});
