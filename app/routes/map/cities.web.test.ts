import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import type { Answer, FoundAddress } from '#lib/map/desk/requests.ts';
import { activateCity } from '#store/gis.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { runCommand } from '#tests/support/command.ts';
import { signIn } from '#tests/support/sign-in.ts';

/** The desk on real cities, imported as a house would (../shared/data). */
const DATA = join(import.meta.dirname, '../../../../shared/data');
const HERE = existsSync(join(DATA, 'osm'));
if (!HERE) console.warn('no ../shared/data/osm: the desk on real cities is not tested');

const open = await testBrowser();
const sql = postgres(inject('productUrl'), { max: 1 });
const shown = (id: string): Promise<void> => activateCity(sql, id, { actor: 'test', now: Date.now() });
let demo = '';
let before: { lng: number; lat: number }[] = [];

const imported = async (file: string, ...options: string[]): Promise<void> => {
  const { code, said } = await runCommand(inject('productUrl'), 'scripts/city-import.ts', [
    join(DATA, file),
    ...options,
  ]);
  if (code !== 0) throw new Error(said);
};
beforeAll(async () => {
  if (!HERE) return;
  const [city] = await sql<{ id: string }[]>`select id from city where active`;
  demo = city!.id;
  before = await sql<{ lng: number; lat: number }[]>`
    select st_x(geom) as lng, st_y(geom) as lat from place where city = ${demo} and kind = 'hospital' order by id limit 2`;
  await Promise.all([
    imported('osm/tainan_busroads_2018.osm.pbf', '--id', 'tainan', '--name', '臺南市', '--name-en', 'Tainan',
      '--boundaries', join(DATA, 'boundaries/tainan_districts_wgs84.geojson')),
    imported('osm/monaco_2016.osm.pbf', '--id', 'monaco', '--name', '摩纳哥', '--name-en', 'Monaco'),
  ]); // prettier-ignore
}, 180_000);

/** Asks as the desk does until the city that is shown has its roads. */
async function roadsReady(page: Page, [a, b]: readonly { lng: number; lat: number }[]): Promise<void> {
  const end = (p: { lng: number; lat: number }): object => ({
    kind: 'point',
    ref: null,
    label: '',
    at: [p.lng, p.lat],
  });
  const ready = (): Promise<boolean> =>
    page.evaluate(
      async (body) => {
        const response = await fetch('/map/commands/find-route', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        return ((await response.json()) as { ok: boolean }).ok;
      },
      JSON.stringify({ from: end(a!), to: end(b!) }),
    );
  await expect.poll(ready, { timeout: 60_000, interval: 500 }).toBe(true);
}
afterAll(async () => {
  // the other tests stand on the demo city
  if (demo !== '') await shown(demo);
  await sql.end();
}, 120_000);

async function deskOn(
  city: string,
  ready: readonly { lng: number; lat: number }[],
): Promise<{ page: Page; troubles: string[] }> {
  await shown(city);
  const opened = await open({ reducedMotion: 'reduce', viewport: { width: 1600, height: 900 } });
  onTestFinished(() => opened.page.context().close());
  await signIn(opened.page, 'duty-officer');
  await opened.page.goto('/map');
  await opened.page.locator('[data-ready=true]').waitFor({ timeout: 90_000 });
  await roadsReady(opened.page, ready);
  return opened;
}
async function choose(page: Page, text: string, hit: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(text);
  await page.locator('[data-hit]', { hasText: hit }).first().click();
}
/** Route between two places, areas in minutes and surroundings of the second. */
async function tour(page: Page, from: readonly [string, string], to: readonly [string, string]): Promise<void> {
  await choose(page, ...from);
  await page.locator('[data-action=route-from]').click();
  await choose(page, ...to);
  const best = page.locator('[data-way=best]');
  await best.waitFor();
  expect(await best.innerText()).toMatch(/\d+ (秒|分钟)[\s\S]*\d(\.\d)? (米|公里)/);
  await page.keyboard.press('Escape');
  await choose(page, ...to);
  await page.locator('[data-action=reach]').click();
  const areas = page.locator('[data-panel=reach] [data-minutes]');
  await areas.last().waitFor();
  const km2 = (await areas.allInnerTexts()).map((t) => Number(/([\d.,]+) 平方公里/.exec(t)?.[1]?.replace(',', '')));
  expect(km2.length).toBe(3);
  expect(km2[0]).toBeGreaterThan(0);
  expect(km2[2]).toBeGreaterThan(km2[0]!);
  await page.keyboard.press('Escape');
  await page.locator('[data-action=around]').click();
  await page.locator('[data-list=target]').click({ timeout: 30_000 });
  await page.locator('[data-table=target] tbody tr').first().waitFor();
}

test.skipIf(!HERE)(
  'on Tainan a crossing is found by its address in Traditional writing, and roads, areas and surroundings answer from the file alone',
  async () => {
    const { page, troubles } = await deskOn('tainan', [
      { lng: 120.2, lat: 22.99 },
      { lng: 120.26, lat: 23.02 },
    ]);
    const main = await page.locator('main [data-attribution]').innerText();
    expect(main).toContain('OpenStreetMap');
    const find = async (q: string): Promise<FoundAddress[]> => {
      const answer = (await (await page.request.get(`/map/geocode?q=${encodeURIComponent(q)}`)).json()) as Answer<
        FoundAddress[]
      >;
      return answer.ok ? [...answer.made] : [];
    };
    // the gazetteer is made of the map within the first seconds
    const crossing = '永康區中山南路與中華路口';
    await expect.poll(async () => (await find(crossing))[0]?.level, { timeout: 60_000 }).toBe('crossing');
    await tour(page, [crossing, '中山南路'], ['東區東門路二段', '東門路二段']);
    expect(troubles).toEqual([]);
  },
  240_000,
);

test.skipIf(!HERE)(
  'on Monaco roads, areas and surroundings answer in the names of the place, of which there are none in Chinese',
  async () => {
    const { page, troubles } = await deskOn('monaco', [
      { lng: 7.42, lat: 43.733 },
      { lng: 7.43, lat: 43.745 },
    ]);
    await tour(page, ['Caserne de Fontvieille', 'Caserne de Fontvieille'], ['Princesse Grace', 'Princesse Grace']);
    expect(await page.locator('[data-table=target]').innerText()).toMatch(/[À-ÿ]/);
    expect(troubles).toEqual([]);
    await shown(demo);
    await roadsReady(page, before);
  },
  240_000,
);
