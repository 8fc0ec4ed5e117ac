import postgres from 'postgres';
import { afterAll, expect, inject, test } from 'vitest';
import { connect } from '#store/db.ts';
import { loadCity } from '#store/gis-load.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
const sql = postgres(inject('productUrl'), { max: 1 });
afterAll(() => sql.end());
const dropped = { 'road: closed': 3, 'shape: building-point': 7 };
const report = { ways: 1, roadKm: 9.5, signals: 3, restrictions: 2, buildings: 0, addresses: 0, dropped };

test('the cities that are loaded are told with their source and what was left out; one that is not in use leaves after its name is typed, the one in use never', async () => {
  const db = connect(inject('productUrl'), { max: 1 });
  const bbox = [7.41, 43.72, 7.45, 43.76] as const;
  await loadCity(
    db,
    {
      ...{ boundaries: [], nodes: [], edges: [], areas: [], lines: [], places: [] },
      city: {
        ...{ id: 'kleinstadt', name: '小城', nameEn: 'Small Town', bbox, centre: [7.43, 43.74] },
        ...{ attribution: '© OpenStreetMap contributors (ODbL)', simulated: false, version: 'v1' },
      },
    },
    { file: 'kleinstadt.osm.pbf', dataAt: Date.UTC(2016, 2, 5), report },
  ).finally(() => db.end());
  const { page, troubles } = await open();
  await signIn(page, 'administrator');
  await page.goto('/admin/cities');
  const shown = page.locator('[data-active=true]');
  await shown.waitFor();
  expect(await shown.innerText()).toMatch(/正在使用/);
  expect(await shown.locator('button').count()).toBe(0);
  const small = page.locator('[data-city=kleinstadt]');
  expect(await small.innerText()).toMatch(/kleinstadt\.osm\.pbf[^]*2016[^]*OpenStreetMap contributors/);
  expect(await small.locator('[data-dropped]').innerText()).toMatch(/只有一个点的建筑\s+7\s+禁止通行的路\s+3/);
  // nobody is asked twice for what the server refuses anyway
  const id = (await shown.getAttribute('data-city'))!;
  const refused = await page.request.post('/map/commands/city-remove', { data: { id, typed: id } });
  expect(await refused.json()).toMatchObject({ ok: false, refused: 'city-shown' });
  await small.getByRole('button', { name: '启用' }).click();
  const ask = page.locator('[data-dialog=city-activate]');
  expect(await ask.innerText()).toMatch(/所有大屏[^]*模拟的车辆/);
  await ask.getByRole('button', { name: '取消' }).click();
  await small.getByRole('button', { name: '移除' }).click();
  const dialog = page.locator('[data-dialog=city-remove]');
  const go = dialog.locator('button[type=submit]');
  expect(await go.isDisabled()).toBe(true);
  await dialog.locator('[name=typed]').fill('kleinstadt');
  await go.click();
  await small.waitFor({ state: 'detached' });
  const [fact] = await sql<{ actor: string }[]>`select actor from fact where kind = 'map.city-removed'`;
  expect(fact?.actor).toMatch(/^user:\d+$/);
  await signIn(page, 'duty-officer');
  const other = await page.request.post('/map/commands/city-activate', { data: { id } });
  expect(other.status()).toBe(403);
  expect(troubles).toEqual([]);
});
