import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

/** Links to the calls of a list of visits. */
const callsOf = (page: Page): Promise<string[]> =>
  page.locator('td a[href^="/calls/"]').evaluateAll((links) => links.map((a) => a.getAttribute('href')!));

/** Opens calls of the list, the newest first, until one has a recording that can be played. */
async function recordedCall(page: Page): Promise<void> {
  for (let round = 0; round < 20; round++) {
    for (const href of (await callsOf(page)).slice(0, 12)) {
      await page.goto(href);
      // the page is drawn in the browser: it takes a moment
      const player = page.locator('[data-player]').first().waitFor({ timeout: 2000 });
      if (await player.then(() => true, () => false)) return; // prettier-ignore
      await page.goBack();
    }
    // calls of this minute still go on, and a recorder that has just started is a moment behind
    await page.waitForTimeout(1000);
    await page.reload();
  }
  throw new Error('no call of the list has a recording');
}
const post = (page: Page, name: string, data: object) => page.request.post(`/map/commands/${name}`, { data });
const key = (): string => crypto.randomUUID().replaceAll('-', '');

test('[drill] from a figure of today to its calls, to one call, to its recording: it plays with its events, and who heard it stands there', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/today');
  const figure = page.locator('a[href^="/rows/visits"][href*="outcome=answered"]').first();
  await figure.waitFor();
  await figure.click();
  await page.waitForURL('**/rows/visits?**');
  await recordedCall(page);
  const player = page.locator('[data-player]').first();
  await player.locator('canvas[data-peaks="ready"]').waitFor();
  // nothing plays, and nothing is fetched, before somebody asks for it
  expect(await page.locator('audio').first().getAttribute('src')).toBeNull();
  await player.locator('.play').click();
  const audio = () =>
    page.evaluate(() => {
      const a = document.querySelector('audio')!;
      return { ready: a.readyState, at: a.currentTime, lasts: a.duration, failed: a.error?.message ?? null };
    });
  await expect.poll(async () => (await audio()).at, { timeout: 15_000 }).toBeGreaterThan(0.3);
  const heard = await audio();
  expect(heard.failed).toBeNull();
  expect(heard.ready).toBeGreaterThanOrEqual(2);
  expect(heard.lasts).toBeGreaterThan(1);
  // the answer is an event in it, and a click goes there
  await player.locator('[data-mark="end"], [data-mark="rating"], [data-mark="talk"]').first().waitFor();
  await player.locator('[role=slider]').focus();
  await page.keyboard.press('End');
  await expect.poll(async () => (await audio()).at).toBeGreaterThan(heard.lasts - 3);
  await page.locator('[data-accesses] li', { hasText: '听取' }).first().waitFor();
  expect(await page.locator('[data-accesses] li', { hasText: '听取' }).count()).toBe(1);
  await page.goto('/recordings/audit');
  expect(await page.locator('tbody tr').first().innerText()).toContain('听取');
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('a download asks for a reason, gives the file as it was written, and is on record with the reason', async () => {
  const { page } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/recordings');
  const first = page.locator('a[data-open]').first();
  await first.waitFor();
  const call = (await first.getAttribute('data-open'))!;
  await first.click();
  await page.locator('[data-player]').waitFor();
  const part = (await page.locator('[data-player]').getAttribute('data-player'))!;
  const silent = await post(page, 'recording-save', { requestKey: key(), call, part, reason: '  ' });
  expect(await silent.json()).toMatchObject({ refused: 'reason-needed' });
  await page.getByRole('button', { name: '下载' }).click();
  const dialog = page.locator('[data-dialog="save"]');
  await dialog.locator('button[type=submit]').click();
  expect(await dialog.locator('input:invalid').count()).toBe(1);
  await dialog.locator('input').fill('投诉复核');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toBe(`${call}.wav`);
  await page.locator('[data-accesses] li', { hasText: '投诉复核' }).waitFor();
  await page.context().close();
});

test('the media endpoint gives ranges to whoever opened it, nothing to others; a missing file says so and where it was looked for', async () => {
  const { page } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/recordings');
  const href = (await page.locator('a[data-open]').first().getAttribute('href'))!;
  const call = (await page.locator('a[data-open]').first().getAttribute('data-open'))!;
  const part = decodeURIComponent(href).split('~').at(-1)!;
  const opened = await post(page, 'recording-open', { requestKey: key(), call, part });
  const { made } = (await opened.json()) as { made: { access: number } };
  const audio = `${href}/audio?access=${made.access}`;
  const some = await page.request.get(audio, { headers: { range: 'bytes=40-47' } });
  expect([some.status(), some.headers()['content-length'], some.headers()['cache-control']]).toEqual([
    206,
    '8',
    'private, no-store',
  ]);
  expect((await page.request.get(audio, { headers: { range: 'bytes=999999999-' } })).status()).toBe(416);
  expect((await page.request.get(`${href}/audio`)).status()).toBe(400);
  // an opening is no download
  expect((await page.request.get(`${href}/file?access=${made.access}`)).status()).toBe(403);
  const { page: leader } = await open();
  await signIn(leader, 'leader');
  expect((await leader.request.get(audio)).status()).toBe(403);
  expect((await leader.request.get(`${href}/peaks`)).status()).toBe(403);
  expect((await post(leader, 'recording-open', { requestKey: key(), call, part })).status()).toBe(403);
  await leader.goto(`/calls/${encodeURIComponent(call)}`);
  expect(await leader.locator('[data-player]').count()).toBe(0);
  await leader.context().close();
  expect((await fetch(new URL(audio, inject('baseUrl')))).status).toBe(401);

  // the demo's recorder keeps the newest only
  const day = 86_400_000;
  const from = Date.now() - 4 * day;
  await page.goto(`/rows/visits?from=${from}&to=${from + day}&outcome=answered`);
  const [old] = await callsOf(page);
  await page.goto(old!);
  const missing = page.locator('[data-refused="missing"]');
  await missing.waitFor();
  expect(await missing.innerText()).toMatch(/\d{4}\/\d{2}\/\d{2}\/.*录音文件不存在/s);
  await page.context().close();
});
