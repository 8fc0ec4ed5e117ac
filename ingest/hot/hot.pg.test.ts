import { expect, test } from 'vitest';
import type { HotIssueRow } from '#domain/cases/rows.ts';
import { DAY, MINUTE } from '#domain/time.ts';
import { factsAfter } from '#store/facts.ts';
import { hotBaseline, hotCases } from '#store/hot.ts';
import { testDatabase } from '#tests/support/database.ts';
import { lookForHotIssues, words } from './index.ts';

const { sql } = await testDatabase();
const zone = 'Asia/Shanghai';
const now = Date.UTC(2026, 2, 4, 4); // noon in the city

async function put(no: string, at: number, title: string, caller: string): Promise<void> {
  await sql`
    insert into hotline_case (case_no, origin, external_id, hash, type, category, title, detail, search_key, district, geom, state,
      state_since, urgency, sensitive, channel, simulated, accepted_at, caller_key)
    values (${no}, 'test', ${no}, '', 'help', ${['公用事业', '供水']}, ${title}, '', '', '临江区', st_setsrid(st_point(118.8, 31.2), 4326), 'registered',
      to_timestamp(${at / 1000}), 'normal', false, 'phone', false, to_timestamp(${at / 1000}), ${caller})`;
}

test('a burst is recorded once, and again only when a reader would see another list', async () => {
  for (let week = 1; week <= 4; week++)
    await put(`w${week}`, now - week * 7 * DAY - 10 * MINUTE, '水费账单有疑问', `x${week}`);
  for (let i = 0; i < 9; i++) await put(`b${i}`, now - (20 - i) * MINUTE, '整栋楼突然停水没有水', `caller${i}`);
  const first = await lookForHotIssues(sql, { now, zone, before: null });
  expect(first).toMatchObject({ cards: 1, cases: 9, recorded: true });
  const second = await lookForHotIssues(sql, { now: now + MINUTE, zone, before: first.seen });
  expect(second.recorded).toBe(false);
  await put('b9', now + MINUTE, '这栋楼没有水了停水多久', 'caller9');
  const third = await lookForHotIssues(sql, { now: now + 2 * MINUTE, zone, before: second.seen });
  expect(third.recorded).toBe(true);
  const facts = (await factsAfter(sql, 0)).filter((f) => f.kind === 'hot.listed');
  expect(facts).toHaveLength(2);
  const [row] = Object.values((facts[1]!.body as { issues: Record<string, HotIssueRow> }).issues);
  expect(row).toMatchObject({ total: 10, callers: 10, open: 10, baselineDays: 4 });
  expect(JSON.stringify(facts)).not.toMatch(/caller\d/);
});

test('the baseline is the mean of the same weekday of four weeks, in the hour before this time of day', async () => {
  const baseline = await hotBaseline(sql, now, zone);
  expect(baseline.days).toBe(4);
  expect(baseline.hour('公用事业/供水\u0000临江区')).toBe(1);
  expect((await hotCases(sql, now, zone)).map((c) => c.no)).not.toContain('w1');
});

test('words are whole Chinese words, without numbers and single characters', () => {
  expect([...words('整栋楼3号突然停水了')]).toContain('突然');
  expect([...words('12345 a 的')]).toEqual([]);
});
