import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
const SIZES = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 1366, height: 768 },
];

/** Texts that are cut although nothing says that they may be, and boxes wider than the page. */
const overflows = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const out: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth)
      out.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const e of document.querySelectorAll<HTMLElement>(
      'main h1, main h2, main .value, main .label, main dd, main th',
    )) {
      const style = getComputedStyle(e);
      if (e.scrollWidth > e.clientWidth + 1 && style.display !== 'inline' && style.textOverflow !== 'ellipsis')
        out.push(`${e.className || e.tagName}: ${e.innerText}`);
    }
    return out;
  });

test('the status page shows every worker, feed, queue, process and table, and renews itself', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'administrator');
  await page.goto('/status');
  const text = await page.locator('main').innerText();
  for (const name of ['app', 'realtime', 'fact', 'session', 'queue_visit', 'hotline_case'])
    expect(text).toContain(name);
  // the app's own row is renewed by its heartbeat
  const heard = page.locator('tr', { hasText: /^app/ }).first().locator('td').nth(2);
  const before = await heard.innerText();
  await expect.poll(() => heard.innerText(), { timeout: 20_000 }).not.toBe(before);
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('rejected input opens with its reason and its text as it came', async () => {
  const { page } = await open();
  await signIn(page, 'administrator');
  const answer = await page.request.get('/status/rejects');
  expect(answer.status()).toBe(200);
  await page.goto('/status/rejects?source=none-of-ours');
  await page.getByText('没有被拒收的数据').waitFor();
  await page.context().close();
});

test('a figure of the leader’s page opens a list that is as long as the figure, masked for the leader, and as CSV', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'leader');
  await page.goto('/today');
  const figure = page.locator('.figure', { hasText: '已接通' }).first().locator('.value a');
  const shown = Number((await figure.innerText()).replaceAll(',', ''));
  expect(shown).toBeGreaterThan(0);
  const href = (await figure.getAttribute('href'))!;
  await page.goto(href);
  const count = Number((await page.locator('main header p').innerText()).replace(/\D/g, ''));
  // visits that entered before the figure was read and ended since are in the list too, and no others
  expect(count).toBeGreaterThanOrEqual(shown);
  expect(count - shown).toBeLessThan(50);
  const callers = await page.locator('tbody tr td:nth-child(3)').allInnerTexts();
  for (const c of callers) expect(c).not.toMatch(/\d{7,}/);
  const csv = await (await page.request.get(href.replace('/rows/visits?', '/rows/visits/csv?'))).text();
  expect(csv.startsWith('\uFEFF进入队列,队列,来电号码')).toBe(true);
  expect(csv.trim().split('\r\n').length - 1).toBeGreaterThanOrEqual(count);
  expect(csv).not.toMatch(/1[3-9]\d{9}/);
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('the address of a list that cannot be read is refused and not guessed', async () => {
  const { page } = await open();
  await signIn(page, 'leader');
  for (const path of ['/rows/visits?from=now', '/rows/cases?phase=later'])
    expect((await page.request.get(path)).status()).toBe(400);
  expect((await page.request.get('/rows/accounts')).status()).toBe(404);
  await page.context().close();
});

test('desks fit every screen in both languages: nothing is cut, nothing sticks out, the ground is dark from the first byte', async () => {
  for (const [role, paths] of [
    ['leader', ['/today']],
    ['administrator', ['/status', '/admin/accounts', '/walls', '/account']],
  ] as const)
    for (const locale of ['zh-CN', 'en']) {
      const { page, troubles } = await open({ locale });
      await signIn(page, role);
      for (const path of paths) {
        await page.goto(path);
        for (const viewport of SIZES) {
          await page.setViewportSize(viewport);
          expect(await overflows(page), `${path} ${locale} ${viewport.width}`).toEqual([]);
        }
        const html = await (await page.request.get(path)).text();
        expect(html.slice(0, 200)).toContain('background: #101214');
      }
      expect(troubles).toEqual([]);
      await page.context().close();
    }
});
