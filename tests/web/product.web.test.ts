import { expect, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { accountOf, killProcess } from '#tests/support/product.ts';
import { inject } from 'vitest';

const open = await testBrowser();

test('a stranger is asked to sign in, and nothing on that page fails or leaves the host', async () => {
  const { page, troubles } = await open();
  await page.goto('/');
  await page.waitForURL('**/sign-in*');
  expect(await page.title()).not.toBe('');
  expect(troubles).toEqual([]);
});

test('the first accounts are one per role, each with a password of its own', () => {
  const accounts = inject('accounts');
  expect(new Set(accounts.map((a) => a.password)).size).toBe(accounts.length);
  expect(accountOf('administrator').login).toBe('admin');
});

test('a gateway that is killed is back by itself', async () => {
  const health = async (): Promise<{ gateway: string }> =>
    (await (await fetch(`${inject('baseUrl')}/health`)).json()) as { gateway: string };
  expect((await health()).gateway).toBe('live');
  await killProcess('realtime');
  await expect.poll(async () => (await health()).gateway, { timeout: 20_000, interval: 100 }).toBe('away');
  await expect.poll(async () => (await health()).gateway, { timeout: 20_000, interval: 100 }).toBe('live');
});
