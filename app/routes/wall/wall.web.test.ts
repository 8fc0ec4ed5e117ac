import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { killProcess, pauseProcess } from '#tests/support/product.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
const SIZES = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
] as const;
const LOCALES = ['zh-CN', 'en'] as const;

async function openScene(page: Page, scene: string): Promise<void> {
  await page.goto(`/wall/${scene}`);
  await page.locator('[data-ready=true]').waitFor({ timeout: 60_000 });
}

/** What sticks out of the screen, scrolls, or is cut without saying so. */
const faults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const out: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight)
      out.push(`the page is ${root.scrollWidth}×${root.scrollHeight}`);
    for (const e of document.querySelectorAll<HTMLElement>('[data-scene] *')) {
      const box = e.getBoundingClientRect();
      if (box.width > 0 && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1) && e.innerText)
        out.push(`${e.className || e.tagName} sticks out: ${e.innerText.slice(0, 40)}`);
      const style = getComputedStyle(e);
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) out.push(`${e.className} scrolls`);
      if (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && style.overflowX !== 'visible')
        if (style.textOverflow !== 'ellipsis') out.push(`${e.className} cuts: ${e.innerText.slice(0, 40)}`);
    }
    return out;
  });

const clock = (page: Page): Promise<string> => page.locator('header time').first().innerText();

const number = async (page: Page, selector: string, attribute: string): Promise<number> =>
  Number(await page.locator(selector).first().getAttribute(attribute));

const VIEWS = ['floor', 'cases'].flatMap((scene) =>
  LOCALES.flatMap((locale) => SIZES.map((viewport) => ({ scene, locale, viewport, width: viewport.width }))),
);
test.for(VIEWS)(
  'the scene $scene in $locale fits a screen $width wide, in the product’s own font and without a fault',
  async ({ scene, locale, viewport }) => {
    const { page, troubles } = await open({ locale, viewport });
    await signIn(page, 'supervisor');
    await openScene(page, scene);
    expect(await faults(page)).toEqual([]);
    expect(await page.evaluate(() => document.fonts.check('16px "Noto Sans SC"', '值守台座席'))).toBe(true);
    expect(await page.locator('[data-scene]').evaluate((e) => getComputedStyle(e).cursor)).toBe('none');
    expect(troubles).toEqual([]);
    await page.context().close();
  },
);

test('the seats of the demo stand on the wall, each with its state, and the states sum to all seats', async () => {
  const { page } = await open();
  await signIn(page, 'supervisor');
  await openScene(page, 'floor');
  await expect.poll(() => page.locator('[data-seat]').count(), { timeout: 60_000 }).toBeGreaterThan(20);
  // one look at one moment: the wall goes on while it is read
  const seen = await page.evaluate(() => {
    const states: Record<string, number> = {};
    for (const e of document.querySelectorAll<HTMLElement>('[data-seat]'))
      states[e.dataset.state!] = (states[e.dataset.state!] ?? 0) + 1;
    const counts = Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('[data-count][data-state]')].map((e) => [
        e.dataset.state!,
        Number(e.dataset.count),
      ]),
    );
    const texts = [...document.querySelectorAll<HTMLElement>('[data-seat] time')].map((e) => e.innerText);
    return { states, counts, texts, all: Number(document.querySelector<HTMLElement>('[data-seats]')!.dataset.seats) };
  });
  expect(Object.values(seen.counts).reduce((a, b) => a + b, 0)).toBe(seen.all);
  expect({ ...Object.fromEntries(Object.keys(seen.counts).map((k) => [k, 0])), ...seen.states }).toEqual(seen.counts);
  expect(seen.texts.every((t) => /^(\d+:\d\d|\d+ ?\S+|–)$/.test(t))).toBe(true);
  // everything on a wall is counted from the clock that heartbeats move
  await expect.poll(() => clock(page), { timeout: 30_000 }).not.toBe(await clock(page));
  await page.context().close();
});

test('no number on a wall is a citizen’s whole telephone number, and none came over the wire', async () => {
  const { page } = await open();
  const frames: string[] = [];
  page.on('websocket', (ws) => ws.on('framereceived', (f) => frames.push(f.payload.toString())));
  await signIn(page, 'supervisor');
  await openScene(page, 'floor');
  await page.locator('[data-visit]').first().waitFor({ timeout: 60_000 });
  expect(await page.locator('[data-scene]').innerText()).not.toMatch(/1[3-9]\d{9}/);
  expect(frames.length).toBeGreaterThan(0);
  expect(frames.join('\n')).not.toMatch(/\b1[3-9]\d{9}\b/);
  await page.context().close();
});

test('each division of today’s cases sums to the total, and what is not on a line is counted', async () => {
  const { page } = await open();
  await signIn(page, 'leader');
  await openScene(page, 'cases');
  await page.locator('[data-case]').first().waitFor({ timeout: 60_000 });
  const seen = await page.evaluate(() => {
    const sums = [...document.querySelectorAll('section ul')]
      .map((ul) => [...ul.querySelectorAll<HTMLElement>('[data-part]')].map((e) => Number(e.dataset.count)))
      .filter((list) => list.length > 0)
      .map((list) => list.reduce((a, b) => a + b, 0));
    const total = document.querySelector<HTMLElement>('[data-figure=total] .value')!.innerText;
    return { sums, total: Number(total.replace(/\D/g, '')), lines: document.querySelectorAll('[data-case]').length };
  });
  expect(seen.sums).toEqual([seen.total, seen.total, seen.total, seen.total]);
  expect(await number(page, '[data-more]', 'data-more')).toBeGreaterThanOrEqual(0);
  expect(seen.lines).toBeLessThanOrEqual(seen.total + 20);
  await page.context().close();
});

test('a gateway that is killed leaves the rows on the wall, says so, and is resumed without a reload', async () => {
  const { page } = await open();
  await signIn(page, 'supervisor');
  await openScene(page, 'floor');
  await expect.poll(() => page.locator('[data-seat]').count(), { timeout: 60_000 }).toBeGreaterThan(20);
  const seats = await page.locator('[data-seat]').count();
  await page.evaluate(() => ((window as unknown as { stayed: boolean }).stayed = true));
  // every frame is watched: rows must not vanish for a moment either
  await page.evaluate(() => {
    const w = window as unknown as { fewest: number };
    w.fewest = Infinity;
    const look = (): void => {
      w.fewest = Math.min(w.fewest, document.querySelectorAll('[data-seat]').length);
      requestAnimationFrame(look);
    };
    look();
  });
  await killProcess('realtime');
  await page.locator('[data-link=away]').waitFor({ timeout: 20_000 });
  await page.locator('[data-link=live]').waitFor({ timeout: 40_000 });
  await expect.poll(() => clock(page), { timeout: 30_000 }).not.toBe(await clock(page));
  expect(await page.evaluate(() => (window as unknown as { fewest: number }).fewest)).toBeGreaterThanOrEqual(seats - 3);
  expect(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed)).toBe(true);
  await page.context().close();
});

test.for(['ingest', 'sim-ami'])(
  'a wall whose %s says nothing any more looks stale with the age of what it shows, and comes back by itself',
  async (silent) => {
    const { page } = await open();
    await signIn(page, 'supervisor');
    await openScene(page, 'floor');
    const stale = page.locator('section[data-stale=true]');
    await expect.poll(() => stale.count(), { timeout: 60_000 }).toBe(0);
    const resume = await pauseProcess(silent);
    try {
      await expect.poll(() => stale.count(), { timeout: 60_000 }).toBeGreaterThan(2);
      expect(await stale.first().locator('.age').innerText()).toMatch(/\d+ (秒|分)/);
      // the gateway is well: only what came from the switch is old
      expect(await page.locator('[data-scene]').getAttribute('data-link')).toBe('live');
    } finally {
      await resume();
    }
    await expect.poll(() => stale.count(), { timeout: 60_000 }).toBe(0);
    await page.context().close();
  },
);

test('a wall that is opened without a session leads to the sign-in page and back to its scene', async () => {
  const { page } = await open();
  await page.goto('/wall/floor');
  await page.waitForURL('**/sign-in?to=%2Fwall%2Ffloor');
  await page.context().close();
});
