import type { Page } from 'playwright-core';
import postgres from 'postgres';
import { expect, inject, onTestFinished, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { markCase } from '#tests/support/incidents.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
/** The software renderer of a test machine draws a map in some seconds. */
const DRAWN = { timeout: 90_000 };

interface Opened {
  page: Page;
  /** Requests and sockets that leave the host are among them. */
  troubles: string[];
  /** Files of the kind that came with something in them, and answers that refused. */
  came: { tiles: number; fonts: number; refused: string[] };
}

async function at(path: string, viewport = { width: 1920, height: 1080 }): Promise<Opened> {
  const opened = await open({ reducedMotion: 'reduce', viewport });
  const came = { tiles: 0, fonts: 0, refused: [] as string[] };
  opened.page.on('response', (r) => {
    const { pathname } = new URL(r.url());
    if (r.status() >= 400) came.refused.push(`${r.status()} ${pathname}`);
    else if (r.status() === 200 && /^\/tiles\/\d+\/\d+\/\d+$/.test(pathname)) came.tiles++;
    else if (r.status() === 200 && pathname.endsWith('.woff2')) came.fonts++;
  });
  // also when the test fails: a map that is left open draws on and starves the tests that follow
  onTestFinished(() => opened.page.context().close());
  await signIn(opened.page, 'duty-officer');
  await opened.page.goto(path);
  await opened.page.locator('[data-ready=true]').waitFor(DRAWN);
  return { ...opened, came };
}

/** A cold browser that has no network but this machine got what its map and its labels are drawn with. Its signs are drawn by the page itself. */
function complete({ came }: Opened): void {
  expect(came.refused).toEqual([]);
  expect(came.tiles).toBeGreaterThan(3);
  expect(came.fonts).toBeGreaterThan(3);
}

test('the desk opens with its map, its lists and no trouble, asks no other host, and fits a small screen', async () => {
  const desk = await at('/map');
  const { page, troubles } = desk;
  expect(await page.locator('[data-map=ready]').count()).toBe(1);
  await page.locator('[data-tab=cases]').click();
  await page.locator('[data-case-row]').first().waitFor();
  await page.setViewportSize({ width: 1366, height: 768 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  complete(desk);
  expect(troubles).toEqual([]);
});

test('desk and wall name where the map comes from: an invented city says so, a real one its licence’s words', async () => {
  const sql = postgres(inject('productUrl'), { max: 1 });
  onTestFinished(async () => {
    await sql`update city set simulated = true`;
    await sql.end();
  });
  for (const [path, place] of [
    ['/map', 'main'],
    ['/wall/city', '[data-scene]'],
  ] as const) {
    const { page } = await at(path);
    const line = page.locator(`${place} [data-attribution]`);
    expect(await line.innerText()).toContain('虚构城市');
    await sql`update city set simulated = false, attribution = '© OpenStreetMap contributors'`;
    await page.reload();
    await page.locator('[data-ready=true]').waitFor(DRAWN);
    expect(await line.innerText()).toBe('© OpenStreetMap contributors');
    await sql`update city set simulated = true`;
    await page.context().close();
  }
});

test('a key switches a layer off and on, and the desk remembers it', async () => {
  const { page } = await at('/map');
  await page.locator('[data-tab=layers]').click();
  const vehicles = page.locator('[data-layer=vehicles]');
  expect(await vehicles.getAttribute('aria-checked')).toBe('true');
  await page.keyboard.press('0');
  await expect.poll(() => vehicles.getAttribute('aria-checked')).toBe('false');
  await page.reload();
  await page.locator('[data-ready=true]').waitFor(DRAWN);
  await page.locator('[data-tab=layers]').click();
  expect(await vehicles.getAttribute('aria-checked')).toBe('false');
});

test('cases are hexagons, heat or districts with a legend of numbers; the fullest are rows that keys open, as a press on a colour does', async () => {
  const { page, troubles } = await at('/map');
  await page.locator('[data-tab=layers]').click();
  await page.keyboard.press('h');
  await page.locator('[data-case-legend=hexagons] li').first().waitFor();
  await page.locator('[data-case-view=heat]').click();
  await page.locator('[data-case-legend=heat]').waitFor();
  expect(await page.locator('[data-case-legend=heat]').innerText()).toMatch(/≥ [1-9]/);
  await page.keyboard.press('l');
  await page.locator('[data-panel=legend] [data-case-legend=heat]').waitFor();
  // by keys alone: the fullest place in view opens the cases behind its colour
  const places = page.locator('[data-case-area]');
  await places.first().press('Enter');
  await page.locator('[data-panel=details] [data-row]').first().waitFor();
  expect(await page.locator('[data-panel=details] h2').innerText()).toMatch(/ · [1-9]\d* 件/);
  await page.locator('[data-case-view=districts]').click();
  await page.locator('[data-case-legend=districts] li').first().waitFor(DRAWN);
  await places.first().press('Enter');
  await page.locator('[data-panel=details] h2', { hasText: /[区县] · \d+ 件/ }).waitFor();
  await page.keyboard.press('Escape');
  // the middle of the city is in a district
  await page
    .locator('canvas')
    .last()
    .click({ position: { x: 900, y: 560 }, force: true });
  await page.locator('[data-panel=details] h2', { hasText: /[区县] · \d+ 件/ }).waitFor(DRAWN);
  await page.reload();
  await page.locator('[data-ready=true]').waitFor(DRAWN);
  await page.locator('[data-panel=legend]').waitFor();
  await page.locator('[data-tab=layers]').click();
  expect(await page.locator('[data-case-view=districts]').getAttribute('aria-checked')).toBe('true');
  expect(troubles).toEqual([]);
}, 180_000);

test('a slash opens the search; a place that is found opens its details, and how far one gets from it within minutes; a vehicle has its trail', async () => {
  const { page, troubles } = await at('/map');
  await page.keyboard.press('/');
  await page.keyboard.type('医院');
  await page.locator('[data-hit]').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[data-panel=details] [data-action=open-incident]').waitFor();
  await page.locator('[data-action=reach]').click();
  await page.locator('[data-panel=reach] [data-minutes="15"]').waitFor();
  const areas = await page.locator('[data-panel=reach] [data-minutes]').allInnerTexts();
  const km2 = areas.map((text) => Number(/([\d.,]+) 平方公里/.exec(text)?.[1]?.replace(',', '')));
  expect(km2.length).toBe(3);
  expect(km2[0]).toBeGreaterThan(0);
  expect(km2[1]).toBeGreaterThan(km2[0]!);
  expect(km2[2]).toBeGreaterThan(km2[1]!);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('[data-panel=reach]').count()).toBe(0);
  await page.keyboard.press('/');
  await page.keyboard.type('供电抢修');
  await page.locator('[data-hit]', { hasText: '车辆' }).first().click();
  await page.locator('[data-panel=details] dd', { hasText: /近 30 分钟(未移动| · [\d.,]+ (米|公里))/ }).waitFor();
  expect(troubles).toEqual([]);
});

test('a line is measured by keys alone, leg by leg, with the triangle that it closes to; a mouse adds points, Enter keeps it, Esc closes it', async () => {
  const { page, troubles } = await at('/map');
  const figures = page.locator('[data-measured] .value');
  const inUnits = async (locator = figures): Promise<number[]> =>
    (await locator.allInnerTexts()).map((text) => Number(/^[\d,.]+(?= (平方)?公里$)/.exec(text)?.[0].replace(',', '')));
  const press = (...keys: string[]): Promise<void> =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const steps = (key: string): string[] => Array<string>(5).fill(key);
  await press('m', ' ', ...steps('ArrowRight'), ' ', ...steps('ArrowDown'), ' ');
  await expect.poll(() => figures.count()).toBe(3);
  const [length, area, perimeter] = (await inUnits()) as [number, number, number];
  const legs = await inUnits(page.locator('[data-tag=leg]'));
  expect(legs.length).toBe(2);
  expect(legs[0]! / legs[1]!).toBeCloseTo(1, 1);
  expect(legs[0]! + legs[1]!).toBeCloseTo(length, 1);
  expect((legs[0]! * legs[1]!) / 2 / area).toBeCloseTo(1, 1);
  expect((length + Math.hypot(legs[0]!, legs[1]!)) / perimeter).toBeCloseTo(1, 2);
  await page.mouse.click(800, 300);
  await page.locator('[data-panel=measure] [role=status]', { hasText: '4 个点' }).waitFor();
  await press('Backspace', 'Backspace', 'Enter');
  await page.locator('[data-action=measure-anew]').waitFor();
  expect(await inUnits()).toEqual([legs[0]]);
  await press('Escape');
  await expect.poll(() => page.locator('[data-panel=measure]').count()).toBe(0);
  expect(troubles).toEqual([]);
}, 120_000);

test('a case marked as an incident is seen on the city wall, and a route to it with length and time of both ways', async () => {
  // two maps on one software renderer: small ones
  const desk = await at('/map', { width: 1280, height: 720 });
  const wall = await at('/wall/city', { width: 960, height: 540 });
  const { page } = desk;
  await markCase(page, '浏览器测试事件');
  await wall.page.locator('[data-incident-row]', { hasText: '浏览器测试事件' }).waitFor();

  const near = page.locator('[data-near]');
  await near.first().waitFor({ timeout: 30_000 });
  const byName = page.locator('[data-table=nearest] [data-column=name] button');
  await byName.press('Enter');
  const first = await near.first().getAttribute('data-near');
  await byName.press('Enter');
  await expect.poll(() => near.last().getAttribute('data-near')).toBe(first);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[data-action=nearest-csv]').click()]);
  expect(file.suggestedFilename()).toBe('nearest.csv');
  await near.first().click();
  await page.locator('[data-panel=route] [data-way=best]').waitFor();
  await page.locator('[data-action=send-route]').click();
  await page.locator('[data-panel=wall-routes] [data-route]').waitFor();
  const shown = wall.page.locator('li[data-route]').first();
  await shown.waitFor();
  expect(await shown.innerText()).toMatch(/\d+ (秒|分钟)[\s\S]*\d(\.\d)? (米|公里)/);
  expect(wall.troubles).toEqual([]);
  expect(desk.troubles).toEqual([]);
}, 240_000);

test('commands are refused to a role without the right, whatever its page shows', async () => {
  const { page } = await open();
  await signIn(page, 'leader');
  const answer = await page.request.post('/map/commands/show-view', { data: { view: null } });
  expect(answer.status()).toBe(403);
  expect(await answer.json()).toMatchObject({ ok: false, refused: 'no-right' });
  const signedOut = await (await open()).page.request.post('/map/commands/take', { data: {} });
  expect(signedOut.status()).toBe(401);
  await page.context().close();
});

test('the city wall fills both sizes without scrolling and without trouble, and asks no other host', async () => {
  const wall = await at('/wall/city');
  const { page, troubles } = wall;
  for (const viewport of [
    { width: 1920, height: 1080 },
    { width: 3840, height: 2160 },
  ]) {
    await page.setViewportSize(viewport);
    const over = await page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      document.documentElement.scrollHeight - innerHeight,
    ]);
    expect(Math.max(...over)).toBeLessThanOrEqual(0);
  }
  complete(wall);
  expect(troubles).toEqual([]);
});
