import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cityDay, DAY } from '#domain/time.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { mayOpen, signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

async function plan(role = 'supervisor'): Promise<{ page: Page; troubles: string[] }> {
  const { page, troubles } = await open();
  await signIn(page, role);
  await page.goto('/floor/plan');
  await page.locator('.desk[data-ready][data-switch="live"] [data-seat]').first().waitFor();
  return { page, troubles };
}
const item = (page: Page, seat: string): Locator => page.locator(`[data-item="seat:${seat}"]`);
/** Where a seat stands, in units. */
const spot = async (page: Page, seat: string): Promise<[number, number]> =>
  (await item(page, seat).getAttribute('data-at'))!.split(',').map(Number) as [number, number];
async function edit(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(采用并编辑|编辑)$/ }).click();
  await page.locator('[data-editor] [data-item]').first().waitFor();
}
const save = (page: Page): Promise<void> => page.getByRole('button', { name: '保存', exact: true }).click();

test('seats are arranged by drag and by keyboard, kept over a reload, and a second supervisor sees it at once', async () => {
  const { page, troubles } = await plan();
  const other = await plan();
  await edit(page);
  const [first, second] = await page
    .locator('[data-item^="seat:"]')
    .evaluateAll((all) => all.slice(0, 2).map((e) => (e as HTMLElement).dataset.item!.slice(5)));
  // room below, to move into
  const height = page.getByLabel('高（格）');
  await height.fill(String(Number(await height.inputValue()) + 8));
  await height.press('Tab');
  const bottom = Number(await height.inputValue());
  const [x, y] = await spot(page, first!);
  const from = (await item(page, first!).boundingBox())!;
  const unit = (await page.locator('.plane').boundingBox())!.height / bottom;
  const middle = [from.x + from.width / 2, from.y + from.height / 2] as const;
  await page.mouse.move(...middle);
  await page.mouse.down();
  await page.mouse.move(middle[0] + unit, middle[1] + unit * (bottom - y - 4), { steps: 5 });
  await page.mouse.up();
  const dragged = await spot(page, first!);
  expect(dragged).toEqual([x + 1, bottom - 4]);
  // onto another seat: refused, and it goes back
  await item(page, second!).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.toasts', { hasText: '换个位置' }).waitFor();
  await page.keyboard.press('Escape');
  const [x2, y2] = await spot(page, second!);
  await page.keyboard.press('Enter');
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
  for (let i = 0; i < bottom - y2 - 3; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const moved = await spot(page, second!);
  expect(moved).toEqual([x2 + 8, bottom - 3]);
  await page.keyboard.press('Control+z');
  expect(await spot(page, second!)).toEqual([x2, y2]);
  await page.keyboard.press('Control+y');
  // taken off it is not forgotten: it stands in the list, and goes back by keyboard
  await item(page, first!).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Delete');
  await page.locator(`[data-loose="${first}"]`).focus();
  expect(await item(page, first!).count()).toBe(0);
  await page.keyboard.press('Enter');
  await item(page, first!).waitFor();
  expect(await page.locator('[data-loose]').count()).toBe(0);
  await save(page);
  await page.locator('.toasts', { hasText: '已保存' }).waitFor();
  await other.page.locator('.panel', { hasText: '保存于' }).waitFor();
  await page.reload();
  for (const p of [page, other.page]) {
    const tile = p.locator(`[data-seat="${second}"]`);
    await tile.waitFor();
    await expect.poll(() => tile.getAttribute('data-at'), { timeout: 10_000 }).toBe(moved.join(','));
  }
  expect([...troubles, ...other.troubles]).toEqual([]);
  await page.context().close();
  await other.page.context().close();
});

test('who saves second is refused by name, nothing is written over, and reloading shows what the first one saved', async () => {
  const a = await plan();
  const b = await plan();
  await edit(a.page);
  await edit(b.page);
  for (const [{ page }, name] of [
    [a, '东厅'],
    [b, '西厅'],
  ] as const) {
    await page.locator('[name=room-name]').fill(name);
    await page.locator('[name=room-name]').press('Tab');
    await save(page);
    if (name === '东厅') await page.locator('.toasts', { hasText: '已保存' }).waitFor();
  }
  const dialog = b.page.locator('[data-dialog="plan-changed"]');
  await dialog.waitFor();
  await dialog.getByRole('button', { name: '重新载入' }).click();
  await expect.poll(() => b.page.locator('[name=room-name]').inputValue(), { timeout: 10_000 }).toBe('东厅');
  expect(await b.page.locator('[data-editor="same"]').count()).toBe(1);
  // an older version is taken up as a draft, and saved it is there again
  await b.page.getByRole('button', { name: '历史版本' }).click();
  const oldest = b.page.locator('dialog[open] li').last();
  await oldest.getByRole('button', { name: '载入此版' }).click();
  await expect.poll(() => b.page.locator('[name=room-name]').inputValue()).toBe('一号厅');
  await save(b.page);
  await expect.poll(() => a.page.locator('.panel h2').first().innerText(), { timeout: 10_000 }).toBe('一号厅');
  await a.page.context().close();
  await b.page.context().close();
  // and a duty officer sees the plan without changing it
  const duty = await plan('duty-officer');
  expect(await duty.page.getByRole('button', { name: '编辑' }).count()).toBe(0);
  const answer = await duty.page.request.post('/map/commands/plan-save', {
    data: { room: null, base: 0, plan: {}, requestKey: 'abcdefgh12345678' },
  });
  expect([answer.status(), await answer.json()]).toMatchObject([403, { refused: 'no-right' }]);
  await duty.page.context().close();
});

test('by keyboard from a tile to its actions: a seat set busy in the side panel, and its tile follows the switch', async () => {
  const { page, troubles } = await plan();
  await page.locator('.states button', { hasText: '空闲' }).click();
  const tile = page.locator('[data-state="idle"]').first();
  const seat = (await tile.getAttribute('data-seat'))!;
  await tile.focus();
  await page.keyboard.press('Enter');
  const entry = page.locator('[popover]:popover-open [data-kind="set-busy"]');
  await entry.waitFor();
  await entry.click();
  await page.locator('[data-dialog="set-busy"] input').fill('培训');
  await page.keyboard.press('Enter');
  // a call that came a moment before goes on first: the tile then tells both
  await page.locator(`[data-seat="${seat}"][data-pause="all"]`).waitFor();
  const panel = page.locator(`[data-panel="${seat}"]`);
  expect(await panel.innerText()).toContain('示忙');
  await expect.poll(() => panel.locator('.commands').innerText(), { timeout: 10_000 }).toContain('已示忙');
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('a seat’s day: its bands sum to the figures of the report, midnight to midnight, and who may not see the floor does not', async () => {
  const { page, troubles } = await plan();
  const seat = (await page.locator('[data-seat]').nth(3).getAttribute('data-seat'))!;
  const yesterday = cityDay(Date.now() - DAY, 'Asia/Shanghai');
  await page.goto(`/floor/seats/${seat}?day=${yesterday}`);
  await page.locator('[data-ready] .legend [data-band]').first().waitFor();
  const ms = Object.fromEntries(
    await page
      .locator('.legend [data-band]')
      .evaluateAll((all) => all.map((e) => [(e as HTMLElement).dataset.band!, Number((e as HTMLElement).dataset.ms)])),
  ) as Record<string, number>;
  const figure = async (key: string): Promise<number> =>
    Number(await page.locator(`[data-figure="${key}"]`).getAttribute('data-value'));
  const login = Object.entries(ms).reduce((sum, [s, n]) => (s === 'offline' || s === 'gap' ? sum : sum + n), 0);
  expect(login).toBeGreaterThan(3_600_000);
  expect(Math.abs(login / 1000 - (await figure('login')))).toBeLessThanOrEqual(1);
  expect(Math.abs((ms.break ?? 0) / 1000 - (await figure('rest')))).toBeLessThanOrEqual(1);
  // a call under the band opens its page
  expect(await page.locator('.band a[href^="/calls/"]').count()).toBeGreaterThan(5);
  await page.keyboard.press('[');
  await page.locator(`[data-day]:not([data-day="${yesterday}"])`).waitFor();
  expect(troubles).toEqual([]);
  await page.context().close();
  const leader = await open();
  await signIn(leader.page, 'leader');
  for (const path of ['/floor/plan', '/floor/plan/shifts', `/floor/seats/${seat}`])
    expect(await mayOpen(leader.page, path), path).toBe(false);
  await leader.page.context().close();
});
