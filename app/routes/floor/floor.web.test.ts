import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { mayOpen, signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

async function desk(role: string): Promise<{ page: Page; troubles: string[] }> {
  const { page, troubles } = await open();
  await signIn(page, role);
  await page.goto('/floor');
  // a product that has just started may still be reading the switch's lists, and nothing can be asked then
  await page.locator('.desk[data-ready][data-switch="live"]').waitFor();
  await page.locator('[data-seat]').first().waitFor();
  return { page, troubles };
}
const SOON = { timeout: 15_000 };
const row = (page: Page, seat: string) => page.locator('tr', { has: page.locator(`[data-seat="${seat}"]`) });
/** Narrows the table to a state and returns the number of its first seat. */
async function seatIn(page: Page, state: string): Promise<string> {
  await page.locator('.states button', { hasText: state }).click();
  const seat = page.locator('[data-seat]').first();
  await seat.waitFor();
  const no = await seat.innerText();
  await page.locator('.states button', { hasText: state }).click();
  return no;
}
/** Opens the menu of a seat by keyboard and chooses an action with the arrow keys. */
async function choose(page: Page, seat: string, kind: string): Promise<void> {
  await page.locator(`[data-actions="${seat}"]`).focus();
  await page.keyboard.press('Enter');
  const item = page.locator(`[popover]:popover-open [data-kind="${kind}"]`);
  await item.waitFor();
  await page.locator('[role=menuitem]:focus').waitFor();
  for (let i = 0; i < 40 && !(await item.evaluate((e) => e === document.activeElement)); i++)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

test('a supervisor finds the desk in the navigation and sets a seat busy with a reason; the row tells when the switch has done it', async () => {
  const { page, troubles } = await desk('supervisor');
  expect(await page.locator('nav[aria-label="主导航"] a[href="/floor"]').innerText()).toBe('班长台');
  const seat = await seatIn(page, '空闲');
  await choose(page, seat, 'set-busy');
  await page.locator('[data-dialog="set-busy"] input').fill('培训');
  await page.keyboard.press('Enter');
  await row(page, seat).locator('[data-state="confirmed"]').waitFor();
  await expect.poll(() => row(page, seat).innerText(), SOON).toContain('培训');
  await page.locator('.toasts', { hasText: '已示忙' }).waitFor();
  await choose(page, seat, 'set-ready');
  // poll's own second is less than a busy machine needs for asking, telling the switch, and hearing of it
  await expect.poll(() => row(page, seat).locator('[data-state]').getAttribute('title'), SOON).toContain('已示闲');
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('cutting off asks for a reason, and the log keeps who did it, to whom and why', async () => {
  const { page, troubles } = await desk('supervisor');
  const seat = await seatIn(page, '通话');
  await choose(page, seat, 'cut-off');
  const dialog = page.locator('[data-dialog="cut-off"]');
  await dialog.locator('button[type=submit]').click();
  // the browser itself keeps an empty reason back
  expect(await dialog.locator('input:invalid').count()).toBe(1);
  await dialog.locator('input').fill('长时间占线');
  await page.keyboard.press('Enter');
  const entry = page.locator('tr', { hasText: '长时间占线' }).first();
  await entry.waitFor();
  // a demo call may end by itself a moment before: that is told, and is no error
  await expect
    .poll(() => entry.locator('[data-state]').getAttribute('title'), { timeout: 15_000 })
    .toMatch(/已挂断|通话已结束|座席已在另一通话中/);
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('listening with a telephone that is not registered is refused in words, and nothing else happens', async () => {
  const { page } = await desk('supervisor');
  const seat = await seatIn(page, '通话');
  // told beforehand: a desk that knows the telephone from another day asks no more
  await page.locator('.phone input').fill('8099');
  await page.keyboard.press('Tab');
  await choose(page, seat, 'listen');
  await page.locator('.toasts', { hasText: /分机未注册|通话已结束|另一通话/ }).waitFor({ timeout: 20_000 });
  await page.context().close();
});

test('what cannot be done now stands in the menu with its reason', async () => {
  const { page } = await desk('supervisor');
  const seat = await seatIn(page, '空闲');
  await page.locator(`[data-actions="${seat}"]`).click();
  const item = page.locator('[popover]:popover-open [data-kind="listen"]');
  await item.waitFor();
  expect(await item.isDisabled()).toBe(true);
  expect(await item.innerText()).toContain('没有在通话');
  await page.keyboard.press('Escape');
  await page
    .locator('[popover]:popover-open')
    .waitFor({ state: 'detached' })
    .catch(() => {});
  expect(await page.locator('[popover]:popover-open').count()).toBe(0);
  await page.context().close();
});

test('a duty officer watches without actions, a leader does not get in, and neither can send one', async () => {
  const { page } = await desk('duty-officer');
  expect(await page.locator('[data-actions]').count()).toBe(0);
  const answer = await page.request.post('/map/commands/steer-set-ready', {
    data: { requestKey: 'abcdefgh12345678', seat: '1001' },
  });
  expect([answer.status(), await answer.json()]).toMatchObject([403, { refused: 'no-right' }]);
  await page.context().close();
  const { page: leader } = await open();
  await signIn(leader, 'leader');
  expect(await mayOpen(leader, '/floor')).toBe(false);
  await leader.context().close();
});

/** The language belongs to the account, and other tests use the account too. */
async function speak(page: Page, language: 'en' | 'zh-CN'): Promise<void> {
  await page.request.post('/language', {
    form: { language, back: '/floor' },
    headers: { origin: new URL(inject('baseUrl')).origin },
  });
}

test('in English every word of the desk is English', async () => {
  const { page } = await open();
  await signIn(page, 'supervisor');
  await speak(page, 'en');
  try {
    await page.goto('/floor');
    await page.locator('.desk[data-ready] [data-seat]').first().waitFor();
    const heads = (await page.locator('th').allInnerTexts()).join(' ');
    expect(heads).not.toMatch(/[\u4e00-\u9fff]/);
    await page.locator('[data-actions]').first().click();
    await page.locator('[popover]:popover-open [data-kind]').first().waitFor();
    expect(await page.locator('[popover]:popover-open').innerText()).not.toMatch(/[\u4e00-\u9fff]/);
  } finally {
    await speak(page, 'zh-CN');
    await page.context().close();
  }
});
