import { expect, test } from 'vitest';
import type { FoundAddress, PointName } from '#lib/map/desk/requests.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
/** A software renderer draws the first map of a machine slowly. */
const DRAWN = { timeout: 60_000 };

test('an address that is typed is found with its level, its radius and its reason; a point is told by what is near it', async () => {
  const { page, troubles } = await open({ reducedMotion: 'reduce' });
  await signIn(page, 'duty-officer');
  await page.goto('/map');
  await page.locator('[data-ready=true]').waitFor(DRAWN);
  const ask = async <T>(path: string): Promise<T> => {
    const answer = (await (await page.request.get(path)).json()) as { ok: boolean; made: T };
    expect(answer.ok).toBe(true);
    return answer.made;
  };
  // the gazetteer is made of the map within the first seconds of a house
  const find = (q: string): Promise<FoundAddress[]> => ask(`/map/geocode?q=${encodeURIComponent(q)}`);
  const roads = await ask<{ name: string; at: [number, number] }[]>('/map/search?q=%E8%B7%AF');
  const name = roads.find((r) => /^[^\d]{2,4}路$/.test(r.name))!.name;
  await expect.poll(async () => (await find(name)).length, { timeout: 60_000 }).toBeGreaterThan(0);
  const [street] = await find(`${name}99999号`);
  expect(street?.level).toBe('street');
  expect(street?.reason.zh).toContain('仅到道路');

  await page.keyboard.press('/');
  await page.keyboard.type(`${name}99999号`);
  const hit = page.locator('[data-hit]', { hasText: '仅到道路' }).first();
  await hit.waitFor();
  await hit.click();
  const panel = page.locator('[data-panel=details]');
  await panel.getByText('最近道路').waitFor();
  expect(await panel.innerText()).toContain('误差约');
  const point = await ask<PointName>(`/map/address?lng=${street!.at[0]}&lat=${street!.at[1]}`);
  expect(point.road?.distanceM).toBeLessThan(200);
  expect(point.district?.name).toBe(street!.district);
  expect(troubles).toEqual([]);
});

test('nobody without the map is told where an address is', async () => {
  const { page } = await open();
  const answer = await page.request.get('/map/geocode?q=%E8%B7%AF');
  expect(answer.status()).toBe(401);
  await signIn(page, 'duty-officer');
  expect((await page.request.get('/map/address?lng=500&lat=1')).status()).toBe(400);
  expect((await page.request.get('/map/address?lng=113&lat=28&crs=MARS')).status()).toBe(400);
});
