import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import type { Answer, FoundRoute } from '#lib/map/desk/requests.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
/** The software renderer of a test machine draws a map in some seconds. */
const DRAWN = { timeout: 90_000 };
const SOON = { timeout: 20_000 };

async function at(path: string, viewport = { width: 1280, height: 720 }): Promise<{ page: Page; troubles: string[] }> {
  const opened = await open({ reducedMotion: 'reduce', viewport });
  onTestFinished(() => opened.page.context().close());
  await signIn(opened.page, 'duty-officer');
  await opened.page.goto(path);
  await opened.page.locator('[data-ready=true]').waitFor(DRAWN);
  return opened;
}
/** Chooses the first place that the search finds. */
async function choose(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(text);
  await page.locator('[data-hit]').first().waitFor();
  await page.keyboard.press('Enter');
}
/** The answer that a step leads to. */
async function answerAfter(page: Page, step: () => Promise<void>): Promise<Answer<FoundRoute>> {
  const [response] = await Promise.all([page.waitForResponse('**/map/commands/find-route'), step()]);
  return (await response.json()) as Answer<FoundRoute>;
}
async function routeAfter(page: Page, step: () => Promise<void>): Promise<FoundRoute> {
  const answer = await answerAfter(page, step);
  if (!answer.ok) throw new Error(answer.refused);
  return answer.made;
}
type Spot = { readonly x: number; readonly y: number };
const CORNERS = [[-40, -40], [40, -40], [40, 40], [-40, 40]] as const; // prettier-ignore

/** Where a share of a way lies on the screen once the map stands still; null where a panel lies around it. */
async function freeSpot(page: Page, found: FoundRoute, share: number): Promise<Spot | null> {
  let ends = await endsNow(page);
  const moved = async (): Promise<number> => {
    const before = ends;
    ends = await endsNow(page);
    return Math.max(...ends.map((e, i) => Math.hypot(e.x - before[i]!.x, e.y - before[i]!.y)));
  };
  await expect.poll(moved, { ...SOON, interval: 500 }).toBeLessThan(1);
  const at = found.best.line[Math.floor(found.best.line.length * share)]!;
  // by the way's two ends: over a city the map is as good as flat
  const along = (i: 0 | 1): number => (at[i] - found.from.at[i]) / (found.to.at[i] - found.from.at[i]);
  const [a, b] = [ends[0]!, ends[1]!];
  const spot = { x: a.x + along(0) * (b.x - a.x), y: a.y + along(1) * (b.y - a.y) };
  const around = CORNERS.map(([dx, dy]) => [spot.x + dx, spot.y + dy] as const);
  const free = await page.evaluate(
    (points) => points.every(([x, y]) => document.elementFromPoint(x, y)?.closest('[data-map]') != null),
    around,
  );
  return free ? spot : null;
}
/** Draws an area over a way near its middle: where the area cuts off every way it is taken back and drawn elsewhere. */
async function avoidPart(page: Page, found: FoundRoute, troubles: string[]): Promise<FoundRoute> {
  for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]) {
    await page.locator('[data-action=draw-avoid]').click();
    const spot = await freeSpot(page, found, share);
    if (!spot) {
      await page.keyboard.press('Escape');
      continue;
    }
    for (const [dx, dy] of CORNERS) await page.mouse.click(spot.x + dx, spot.y + dy);
    const answer = await answerAfter(page, () => page.keyboard.press('Enter'));
    if (answer.ok) return answer.made;
    expect(answer.refused).toBe('route-avoided');
    // a browser tells each refusal on its console
    await expect.poll(() => troubles.pop(), SOON).toContain('409');
    await routeAfter(page, () => page.locator('[data-action=undo-avoid]').click());
  }
  throw new Error('nowhere on the way is an area that leaves another way');
}
/** Those of the route that is looked for: the routes on the wall, which other tests may have left, stand before them. */
async function endsNow(page: Page): Promise<Spot[]> {
  const boxes = await Promise.all(
    ['.end.from', '.end.to'].map((end) => page.locator(`[data-map] ${end}`).last().boundingBox()),
  );
  return boxes.map((box) => ({ x: box!.x + box!.width / 2, y: box!.y + box!.height / 2 }));
}

test('a route is for a vehicle and keeps out of areas drawn and taken back with the keyboard, and the wall says so; roads are closed and opened again with a reason', async () => {
  const { page, troubles } = await at('/map', { width: 1600, height: 900 });
  await choose(page, '第一人民医院');
  await page.locator('[data-action=route-from]').click();
  await routeAfter(page, () => choose(page, '国际机场'));
  const best = page.locator('[data-way=best]');
  await best.focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('[data-way=shortest]').getAttribute('aria-checked')).toBe('true');
  await routeAfter(page, () => page.locator('[data-action=emergency]').click());
  expect(await page.locator('[data-note=who]').innerText()).toContain('逆行单行道');
  const heavy = await routeAfter(page, () => page.locator('[data-vehicle=heavy]').click());
  expect(await page.locator('[data-note=who]').first().innerText()).toContain('3.8 米');
  await best.waitFor();

  // the first corner by the keyboard, in the middle of the map, and taken back by it
  await page.locator('[data-action=draw-avoid]').click();
  const finish = page.locator('[data-action=finish-shape]');
  await page.keyboard.press('Space');
  await page.keyboard.press('Backspace');
  expect(await finish.isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  const around = await avoidPart(page, heavy, troubles);
  await page.locator('[data-avoid="1"]').waitFor();
  expect(around.best.line).not.toEqual(heavy.best.line);
  await page.locator('[data-action=send-route]').click();
  await page.locator('[data-panel=wall-routes] [data-route]').first().waitFor();

  await routeAfter(page, () => page.locator('[data-action=undo-avoid]').click());
  expect(await page.locator('[data-avoid]').count()).toBe(0);
  await page.locator('[data-route-tab=closures]').click();
  await page.locator('[data-closures="0"]').waitFor();
  await page.locator('[data-action=close-line]').click();
  // by keys alone: from the middle of the map to where its middle is then
  await finish.waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Space');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  const confirm = page.locator('[data-action=confirm-close]');
  expect(await confirm.isDisabled()).toBe(true);
  await page.locator('input[name=reason]').fill('路面积水');
  await confirm.click();
  const closure = page.locator('[data-table=closures] [data-key]', { hasText: '路面积水' });
  await closure.waitFor();
  await closure.locator('[data-action=open-roads]').click();
  await page.locator('[data-action=confirm-open]').click();
  await page.locator('[data-closures="0"]').waitFor();
  expect(troubles).toEqual([]);

  // one map at a time on a software renderer
  await page.context().close();
  const wall = await at('/wall/city', { width: 960, height: 540 });
  // routes of other tests may hang there too
  await wall.page
    .locator('li[data-route] [data-terms]', { hasText: '大型消防车 · 紧急任务 · 避让 1 个区域' })
    .first()
    .waitFor(SOON);
  expect(wall.troubles).toEqual([]);
}, 240_000);

test('how far one gets is asked for who walks and from all fire stations, which are listed by their time, sorted and taken away', async () => {
  const { page, troubles } = await at('/map');
  await choose(page, '第一人民医院');
  await page.locator('[data-action=reach]').click();
  const areas = page.locator('[data-panel=reach] [data-minutes]');
  const km2 = async (): Promise<number> => {
    await areas.last().waitFor();
    return Number(/([\d.,]+) 平方公里/.exec(await areas.last().innerText())?.[1]?.replace(',', ''));
  };
  const byCar = await km2();
  await page.locator('[data-panel=reach] [data-vehicle=foot]').click();
  await expect.poll(km2, SOON).toBeLessThan(byCar / 3);
  await page.locator('[data-panel=reach] [data-vehicle=car]').click();
  await page.locator('[data-field=stations]').selectOption('fire');
  const rows = page.locator('[data-table=stations] [data-key]');
  await rows.first().waitFor();
  expect(await km2()).toBeGreaterThan(byCar);
  const nearest = await rows.first().innerText();
  await page.locator('[data-column=timeS] button').click();
  await expect.poll(() => rows.last().innerText(), SOON).toBe(nearest);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[data-action=reach-csv]').click()]);
  expect(file.suggestedFilename()).toBe('reach.csv');
  expect(troubles).toEqual([]);
}, 240_000);
