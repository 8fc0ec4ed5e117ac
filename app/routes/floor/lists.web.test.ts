import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { mayOpen, signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
const SOON = { timeout: 20_000 };

/** What was wrong besides what the browser itself says of a refusal that the test asked for. */
const unexpected = (troubles: readonly string[], status: number): string[] =>
  troubles.filter((t) => !t.includes(`a status of ${status}`));
const entry = (page: Page, number: string) => page.locator('tr', { has: page.locator(`[data-number="${number}"]`) });

test('a number is barred, comes to the switch, and is lifted with a reason; the list keeps both', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/floor/blacklist');
  await page.getByRole('button', { name: '添加号码' }).click();
  const dialog = page.locator('[data-dialog="bar"]');
  await dialog.locator('[name=number]').fill('+86 165-0000-0001');
  await dialog.locator('[name=direction]').selectOption('both');
  await dialog.locator('[name=reason]').fill('多次骚扰');
  await dialog.locator('[type=submit]').click();
  await entry(page, '16500000001').waitFor();
  await expect.poll(() => entry(page, '16500000001').innerText(), SOON).toContain('已下发');
  await page.getByRole('button', { name: '添加号码' }).click();
  await dialog.locator('[name=number]').fill('110');
  await dialog.locator('[name=reason]').fill('误报');
  await dialog.locator('[type=submit]').click();
  await page.locator('.toasts', { hasText: '紧急号码' }).waitFor();
  await page.keyboard.press('Escape');
  await entry(page, '16500000001').getByRole('button', { name: '解除' }).click();
  await page.locator('[data-dialog="lift"] input').fill('已道歉');
  await page.locator('[data-dialog="lift"] [type=submit]').click();
  await expect.poll(() => entry(page, '16500000001').count(), SOON).toBe(0);
  await page.goto('/floor/blacklist?state=lifted&q=1650000');
  await expect.poll(() => entry(page, '16500000001').innerText(), SOON).toContain('已道歉');
  expect(unexpected(troubles, 409)).toEqual([]);
  await page.context().close();
  const { page: officer } = await open();
  await signIn(officer, 'duty-officer');
  expect(await mayOpen(officer, '/floor/blacklist')).toBe(false);
  await officer.context().close();
});

test('a file with a wrong row is told line by line and takes nothing; without it all its numbers come', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/floor/blacklist');
  await page.getByRole('button', { name: '批量导入' }).click();
  const dialog = page.locator('[data-dialog="import"]');
  const choose = async (text: string): Promise<void> => {
    const buffer = Buffer.from(`号码,方向,原因\n${text}`);
    await dialog.locator('[type=file]').setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer });
    await dialog.locator('[type=submit]').click();
  };
  await choose('16600000001,呼入,骚扰\n12,呼入,骚扰\n16600000002,左,骚扰\n');
  await dialog.getByRole('alert').waitFor();
  expect(await dialog.getByRole('alert').innerText()).toMatch(/第 3 行.*号码[\s\S]*第 4 行.*方向/);
  await choose('16600000001,呼入,骚扰\n16600000002,呼出,欺诈\n');
  await dialog.getByRole('button', { name: '确认导入 2 个' }).click();
  await entry(page, '16600000002').waitFor();
  await page.goto('/floor/blacklist?q=16600');
  await expect.poll(() => page.locator('[data-delivery="told"]').count(), SOON).toBe(2);
  const csv = await page.request.get('/floor/blacklist/csv?q=16600');
  expect((await csv.text()).trim().split('\r\n')).toHaveLength(3);
  expect(unexpected(troubles, 400)).toEqual([]);
  await page.context().close();
});

test('a seat’s level is set on the switch and then shown; a strategy that only its files can change is offered as their text', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/floor/strategy');
  await page.locator('.desk[data-ready][data-switch="live"] [data-level]').first().waitFor();
  const seat = (await page.locator('[data-level]').first().getAttribute('data-level'))!;
  const row = page.locator('tr', { has: page.locator(`[data-level="${seat}"]`) });
  await row.locator('[name=level]').fill('9');
  await row.locator('[type=submit]').click();
  await expect.poll(() => page.locator(`[data-level="${seat}"]`).innerText(), SOON).toBe('9');
  await page.locator('[data-wanted]').selectOption('fewestcalls');
  expect(await page.locator('[data-conf]').innerText()).toMatch(/- strategy = leastrecent\s+\+ strategy = fewestcalls/);
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('a duty officer’s telephone calls a number, and the desk’s log tells whether it was reached', async () => {
  const { page: officer } = await open();
  await signIn(officer, 'duty-officer');
  const dial = (to: string, phone: string) =>
    officer.request.post('/map/commands/steer-dial', { data: { requestKey: `key-${to}-${phone}`, phone, to } });
  const { page } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/floor');
  await page.locator('.desk[data-ready][data-switch="live"]').waitFor();
  expect(await (await dial('16700000001', '8011')).json()).toMatchObject({ ok: true });
  expect(await (await dial('16700000007', '8012')).json()).toMatchObject({ ok: true });
  const log = (number: string) => page.locator('tr', { hasText: number }).locator('[data-state]');
  await expect.poll(() => log('16700000001').getAttribute('title'), SOON).toContain('已接通');
  await expect.poll(() => log('16700000007').getAttribute('title'), SOON).toContain('对方忙');
  await officer.context().close();
  await page.context().close();
});
