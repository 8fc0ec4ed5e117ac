import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { mayOpen, signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

async function list(role: string): Promise<{ page: Page; troubles: string[] }> {
  const { page, troubles } = await open();
  await signIn(page, role);
  await page.goto('/floor/missed');
  await page.locator('[data-matter]').first().waitFor();
  return { page, troubles };
}
/** The newest open matter of which the number is as wanted: nobody else's test takes it. */
async function matter(page: Page, number: RegExp): Promise<string> {
  const all = page.locator('[data-matter][data-standing="open"]', { hasText: number });
  await all.first().waitFor();
  return (await all.last().getAttribute('data-matter'))!;
}
const row = (page: Page, id: string) => page.locator(`[data-matter="${id}"]`);
const detail = (page: Page, id: string) => page.locator(`[data-detail="${id}"]`);
const figures = async (page: Page): Promise<Record<string, number>> => {
  const of = page.locator('[data-sum="今日"] [data-figure]');
  return Object.fromEntries(
    await of.evaluateAll((all) =>
      all.map((a) => [(a as HTMLElement).dataset.figure, Number(a.querySelector('b')!.textContent.replace(/,/g, ''))]),
    ),
  ) as Record<string, number>;
};

test('an officer takes a missed call by keyboard, and another who looks at it is told whose it is', async () => {
  const { page, troubles } = await list('supervisor');
  const other = await list('duty-officer');
  const id = await matter(page, /[1-6]$/);
  await row(page, id).focus();
  await page.keyboard.press('Enter');
  await detail(page, id).waitFor();
  await page.keyboard.press('t');
  await detail(page, id).locator('[data-holder]', { hasText: '您已接手' }).waitFor();
  // the other's list hears of it by itself
  await row(other.page, id).click();
  await detail(other.page, id).locator('[data-holder]', { hasText: '已接手，保留到' }).waitFor();
  expect(await detail(other.page, id).locator('[data-act=dial]').isDisabled()).toBe(true);
  await other.page.keyboard.press('t');
  await other.page.locator('.toasts', { hasText: '已由他人接手' }).waitFor();
  await page.keyboard.press('r');
  await detail(page, id).locator('[data-act=take]').waitFor();
  expect([...troubles, ...other.troubles.filter((t) => !t.includes('409'))]).toEqual([]);
  await page.context().close();
  await other.page.context().close();
});

test('a call back closes itself by what the switch tells, and one that finds the line busy stays to be called', async ({
  task,
}) => {
  const { page } = await list('supervisor');
  // a telephone that no other test and no earlier try talks on
  await page.locator('[data-phone]').fill(`${8013 + (task.result?.retryCount ?? 0)}`);
  const busy = await matter(page, /7$/);
  await row(page, busy).click();
  await detail(page, busy).locator('[data-act=dial]').click();
  await detail(page, busy).locator('li [data-result=busy]').first().waitFor();
  expect(await row(page, busy).getAttribute('data-standing')).toBe('open');
  const id = await matter(page, /[1-6]$/);
  await row(page, id).click();
  await detail(page, id).locator('[data-act=dial]').click();
  await detail(page, id).locator('li [data-result=pending]').waitFor();
  // nothing is pressed: the list hears of it
  await detail(page, id).locator('p', { hasText: '回拨接通' }).waitFor();
  expect(await row(page, id).count()).toBe(0);
  await page.context().close();
}, 120_000);

test('closing by hand needs a reason, can be undone, and the sum at the foot holds all the while', async () => {
  const { page, troubles } = await list('supervisor');
  const holds = async (): Promise<Record<string, number>> => {
    const f = await figures(page);
    expect(f.through! + f.back! + f.hand! + f.open!).toBe(f.missed);
    return f;
  };
  await holds();
  const id = await matter(page, /[1-6]$/);
  await row(page, id).click();
  await page.keyboard.press('x');
  const dialog = page.locator('[data-dialog=close]');
  await dialog.locator('button[type=submit]').click();
  // the browser itself keeps an empty reason back
  expect(await dialog.locator('select:invalid').count()).toBe(1);
  await dialog.locator('select').selectOption('unreachable');
  await dialog.locator('button[type=submit]').click();
  await page.locator('[data-undo]').waitFor();
  await row(page, id).waitFor({ state: 'detached' });
  await detail(page, id).locator('[data-closing]', { hasText: '多次回拨未接通' }).waitFor();
  await holds();
  await page.goto('/floor/missed?show=hand');
  await row(page, id).click();
  await page.keyboard.press('u');
  await row(page, id).waitFor({ state: 'detached' });
  await holds();
  // a figure opens its rows, and the list leaves the house as it is shown
  await page.locator('[data-sum="今日"] [data-figure=missed]').click();
  await page.waitForURL(/show=all/);
  const csv = await page.request.get(page.url().replace('/floor/missed?', '/floor/missed/csv?'));
  expect(csv.headers()['content-type']).toContain('text/csv');
  expect((await csv.text()).split('\r\n').length).toBeGreaterThan(2);
  expect(troubles).toEqual([]);
  await page.context().close();
  const outsider = await open();
  await signIn(outsider.page, 'leader');
  for (const path of ['/floor/missed', '/floor/missed?show=all'])
    expect(await mayOpen(outsider.page, path)).toBe(false);
  await outsider.page.context().close();
});
