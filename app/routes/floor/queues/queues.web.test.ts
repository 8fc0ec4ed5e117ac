import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { startOfDay, cityDay } from '#domain/time.ts';
import { connect } from '#store/db.ts';
import { runStat } from '#store/reports/run.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
const ZONE = 'Asia/Shanghai';

async function at(path: string, role = 'supervisor'): Promise<{ page: Page; troubles: string[] }> {
  const { page, troubles } = await open();
  await signIn(page, role);
  await page.goto(path);
  await page.locator('[data-ready="true"]').first().waitFor();
  return { page, troubles };
}

/** Offered and abandoned of a queue as a row shows them. */
const cells = (page: Page, queue: string, columns: readonly string[]): Promise<string[]> =>
  Promise.all(columns.map((c) => page.locator(`[data-queue="${queue}"] [data-column="${c}"]`).innerText()));

test('a queue’s figures are those of the wall; a choice opens its waiting calls, and columns sort by keyboard', async () => {
  const { page, troubles } = await at('/floor/queues');
  const { page: wall } = await open();
  await signIn(wall, 'supervisor');
  await wall.goto('/wall/floor');
  await wall.locator('tr[data-queue="zixun"]').waitFor();
  // both are live: they are compared at a moment at which neither changed meanwhile
  await expect
    .poll(
      async () => {
        const [abandoned, connect, average] = await cells(page, 'zixun', ['abandoned', 'connect', 'averageTalk']);
        const tds = await wall.locator('tr[data-queue="zixun"] td').allInnerTexts();
        return tds[3] === connect!.replace(/[^\d.]/g, '') && tds[4] === abandoned && tds[6] === average;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  await page.locator('[data-queue="tousu"] .choose').click();
  await page.locator('[data-detail="tousu"]').waitFor();
  await page.locator('th.offered button').focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('th.offered').getAttribute('aria-sort')).toBe('descending');
  const offered = await page.locator('tbody td[data-column="offered"]').allInnerTexts();
  const counts = offered.slice(0, 6).map((t) => Number(t.replaceAll(',', '')));
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  expect(troubles).toEqual([]);
  await wall.context().close();
  await page.context().close();
});

test('the forecast stands with what it is made of, and the what-if form computes anew what Erlang C needs', async () => {
  const { page, troubles } = await at('/floor/queues');
  await page.locator('[data-outlook]').waitFor();
  const forecast = page.locator('[data-forecast]');
  await forecast.waitFor();
  for (const word of ['本小时至今', '余下来电', '当班座席', '每通占用', '平均耐心'])
    expect(await forecast.innerText()).toContain(word);
  await page.getByText('测算与调整').click();
  const form = page.locator('[data-what-if]');
  await form.waitFor();
  const type = (name: string, value: string) => form.locator(`[name="${name}"]`).fill(value);
  const example = { calls: '100', handleS: '180', ringS: '0', patienceS: '', goal: '80', withinS: '20' };
  for (const [name, value] of Object.entries(example)) await type(name, value);
  await type('maxOccupancy', '95');
  await expect.poll(() => page.locator('[data-result]').getAttribute('data-result'), { timeout: 10_000 }).toBe('14');
  await type('calls', '120');
  await expect.poll(() => page.locator('[data-result]').getAttribute('data-result')).toBe('16');
  await type('goal', '100');
  await page.locator('.result[role=alert]').waitFor();
  const download = page.waitForEvent('download');
  await page.getByText('导出 CSV').click();
  expect((await download).suggestedFilename()).toMatch(/^staffing-.*\.csv$/);
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('the voice menu’s visits of each point are those of report R-02, and who may not see the floor does not see it', async () => {
  const { page, troubles } = await at('/floor/ivr');
  const sql = connect(inject('productUrl'), { max: 1, name: 'queues-web-test' });
  const r02 = async (): Promise<Record<string, number>> => {
    const now = Date.now();
    const { table } = await runStat(sql, {
      columns: ['ivrSteps'],
      from: startOfDay(cityDay(now, ZONE), ZONE),
      to: now + 3_600_000,
      grain: 'none',
      by: ['point'],
      zone: ZONE,
    });
    return Object.fromEntries(table.rows.map((r) => [r.group![0]!, r.parts.steps!]));
  };
  const shown = async (): Promise<Record<string, number>> => {
    const answer = await page.request.get('/floor/ivr/figures');
    const { points } = (await answer.json()) as { points: { point: string; visits: number }[] };
    return Object.fromEntries(points.filter((p) => p.visits > 0).map((p) => [p.point, p.visits]));
  };
  // calls go on: equal where the report did not change between two looks, and the page's answer may be some seconds old
  await expect
    .poll(
      async () => {
        const before = await r02();
        const page = await shown();
        const after = await r02();
        return (
          Object.keys(after).length > 4 &&
          Object.entries(page).every(([p, n]) => n <= after[p]! && n >= before[p]! - 40)
        );
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  const welcome = page.locator('[data-row="welcome"]');
  expect(await welcome.innerText()).toBe('主菜单');
  expect(await page.locator('tr[data-point="queue"]').count()).toBeGreaterThan(3);
  expect(await page.locator('tr[data-point="self-service"]').count()).toBeGreaterThan(0);
  expect(troubles).toEqual([]);
  await sql.end({ timeout: 1 });
  await page.context().close();
  const { page: leader } = await open();
  await signIn(leader, 'leader');
  for (const path of ['/floor/ivr/figures', '/floor/queues/basis'])
    expect((await leader.request.get(path)).status(), path).toBe(403);
  await leader.context().close();
});
