import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import postgres from 'postgres';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import type { LngLat } from '#domain/city/rows.ts';
import { importCameras } from '#store/cameras.ts';
import { connect } from '#store/db.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';
import { startWhepServer } from '#tests/support/whep-server.ts';

const open = await testBrowser();
const sql = postgres(inject('productUrl'), { max: 1 });
afterAll(() => sql.end());
const DRAWN = { timeout: 90_000 };

interface Spot {
  id: string;
  lng: number;
  lat: number;
}
/** A simulated camera that answers 404, and stands nearer to nobody than to itself. */
const deadCamera = async (): Promise<Spot | undefined> =>
  (
    await sql<Spot[]>`
    select camera_id as id, st_x(geom) as lng, st_y(geom) as lat from camera
    where simulated and state = 'dead' and reason = 'not-found' order by camera_id limit 1`
  )[0];

/** The map, with an incident opened at a point, and its cameras pressed for. */
async function camerasOf(page: Page, title: string, at: LngLat): Promise<void> {
  await page.goto('/map');
  await page.locator('[data-ready=true]').waitFor(DRAWN);
  const made = await page.request.post('/map/commands/open-incident', {
    data: {
      ...{ class: 'accident', level: 3, title, place: '测试地点', at, sensitive: false, drill: false },
      ...{ source: 'desk', sourceRef: null, text: '浏览器测试', requestKey: randomUUID() },
    },
  });
  expect(await made.json()).toMatchObject({ ok: true });
  await page.locator('[data-incident-row]', { hasText: title }).first().click();
  await page.locator('[data-panel=details] [data-action=cameras]').click();
}

test('the cameras nearest to an incident open at one press: one plays, a dead one beside it is named, and no address reaches the browser', async () => {
  // the checker needs two looks to call a camera dead
  await expect.poll(deadCamera, { timeout: 60_000, interval: 500 }).toBeDefined();
  const dead = (await deadCamera())!;
  const { page, troubles } = await open({ reducedMotion: 'reduce' });
  await signIn(page, 'duty-officer');
  const heard: string[] = [];
  page.on('response', (r) => {
    if (/\/cameras/.test(r.url()))
      void r
        .text()
        .then((t) => heard.push(r.url(), t))
        .catch(() => {});
  });
  await camerasOf(page, '监控测试事件', [dead.lng, dead.lat]);
  const panel = page.locator('[data-panel=cameras]');
  await panel.locator('[data-camera-tile][data-state=playing]').first().waitFor({ timeout: 30_000 });
  const clock = (): Promise<number> =>
    panel
      .locator('[data-state=playing] video')
      .first()
      .evaluate((v) => (v as HTMLVideoElement).currentTime);
  const before = await clock();
  await expect.poll(clock, { timeout: 15_000 }).toBeGreaterThan(before + 0.5);
  expect(await panel.locator(`[data-dead="${dead.id}"]`).innerText()).toMatch(/从未有过画面，地址不存在/);
  // opened in spite of it, it says why and keeps nobody else from playing
  await panel.locator(`[data-dead="${dead.id}"] button`).click();
  const forced = panel.locator(`[data-camera-tile="${dead.id}"]`);
  await forced.getByText('第 2 / 5 次重试').waitFor({ timeout: 20_000 });
  expect(await panel.locator('[data-state=playing]').count()).toBeGreaterThan(0);
  expect(heard.join('\n')).toContain('#EXTM3U');
  expect(heard.join('\n')).not.toMatch(/token=|127\.0\.0\.1:\d+\/DEMO/);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'cameras-zh.png') });
  // the relay's word for a dead camera is an answer of 502, which browsers note
  expect(troubles.filter((t) => !/502/.test(t))).toEqual([]);
  const [watched] = await sql`select 1 from fact where kind = 'camera.watched' limit 1`;
  expect(watched).toBeDefined();
});

test('pictures come over WHEP from a media server; one that refuses and one that never answers are named and stop nobody; a closed panel ends the session', async () => {
  const media = await startWhepServer();
  onTestFinished(() => media.close());
  const { lng, lat } = (await deadCamera())!;
  const db = connect(inject('productUrl'), { max: 1 });
  onTestFinished(() => db.end());
  const whep = (conduct: string, name: string, step: number) => ({
    ...{ id: `WHEP-${conduct}`, name, at: [lng + step * 1e-5, lat] as const, bearing: null, fov: null, owner: '' },
    addresses: { hls: null, whep: `${media.home}/${conduct}/whep`, snapshot: null },
  });
  const entries = [whep('good', '直播甲', 1), whep('refused', '拒绝乙', 2), whep('silent', '沉默丙', 3)];
  await importCameras(db, entries, 'test', { officer: null, now: Date.now() });
  const states = async (): Promise<string[]> =>
    (
      await sql<
        { state: string }[]
      >`select case state when 'slow' then 'live' else state end as state from camera where camera_id like 'WHEP-%' order by camera_id`
    ).map((r) => r.state);
  await expect.poll(states, { timeout: 90_000, interval: 500 }).toEqual(['live', 'dead', 'dead']);

  const { page, troubles } = await open({ reducedMotion: 'reduce' });
  await signIn(page, 'duty-officer');
  await camerasOf(page, 'WHEP测试事件', [lng, lat]);
  const panel = page.locator('[data-panel=cameras]');
  const good = panel.locator('[data-camera-tile=WHEP-good]');
  await panel.locator('[data-camera-tile=WHEP-good][data-state=playing]').waitFor({ timeout: 30_000 });
  const video = good.locator('video');
  /** Pictures that were really drawn until so many more were. */
  const pictures = (n: number): Promise<number> =>
    video.evaluate(
      (v: HTMLVideoElement, more) =>
        new Promise<number>((done) => {
          const next = (_now: number, { presentedFrames }: VideoFrameCallbackMetadata, left = more): void => {
            if (left <= 0) done(presentedFrames);
            else v.requestVideoFrameCallback((t, m) => next(t, m, left - 1));
          };
          v.requestVideoFrameCallback(next);
        }),
      n,
    );
  const first = await pictures(1);
  expect(await pictures(5)).toBeGreaterThanOrEqual(first + 5);
  expect(await video.evaluate((v: HTMLVideoElement) => [v.videoWidth, v.videoHeight])).toEqual([320, 180]);
  expect(await panel.locator('[data-dead=WHEP-refused]').innerText()).toMatch(/从未有过画面，地址不存在/);
  expect(await panel.locator('[data-dead=WHEP-silent]').innerText()).toMatch(/从未有过画面，没有应答/);
  // opened in spite of it, the silent one says why, and the others go on
  await panel.locator('[data-dead=WHEP-silent] button').click();
  await panel.locator('[data-camera-tile=WHEP-silent]').getByText('没有应答').waitFor({ timeout: 20_000 });
  await pictures(2);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'whep-zh.png') });
  const [seen] = [...media.watched];
  expect(seen).toBeDefined();
  await panel.getByRole('button', { name: '关闭' }).click();
  await expect.poll(() => media.ended.has(seen!), { timeout: 10_000 }).toBe(true);
  expect(media.watched.size).toBe(1);
  expect(troubles.filter((t) => !/502/.test(t))).toEqual([]);
});

test('pictures and registry are for those who have the right; secrets are hidden from who keeps the registry, and kept by a change', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'leader');
  for (const path of ['/cameras/DEMO-001/live.m3u8', '/cameras/DEMO-011/snapshot', '/map/cameras?box=1,1,2,2'])
    expect((await page.request.get(path)).status(), path).toBe(403);
  await signIn(page, 'duty-officer');
  expect((await page.request.get('/cameras/DEMO-001/live.m3u8')).status()).toBe(200);
  expect((await page.request.get('/cameras/DEMO-001/m/aHR0cDovLzEyNy4wLjAuMS8')).status()).toBe(404);
  expect((await page.request.get('/cameras/NONE/live.m3u8')).status()).toBe(404);
  expect((await page.request.get('/admin/cameras', { maxRedirects: 0 })).status()).toBe(403);
  await signIn(page, 'administrator');
  await page.goto('/admin/cameras?q=DEMO-001');
  const row = page.locator('tr', { has: page.locator('[data-camera="DEMO-001"]') });
  await row.locator('[data-state=live]').waitFor();
  await row.getByRole('button', { name: '修改' }).click();
  const dialog = page.locator('[data-dialog=camera]');
  expect(await dialog.locator('[name=hls]').inputValue()).toMatch(/token=•••$/);
  await dialog.locator('[name=name]').fill('改名后的监控');
  await dialog.getByRole('button', { name: '保存' }).click();
  await row.getByText('改名后的监控').waitFor();
  const [kept] = await sql<{ hls: string }[]>`select hls from camera_address where camera_id = 'DEMO-001'`;
  expect(kept!.hls).toMatch(/token=demo-camera$/);
  expect(troubles).toEqual([]);
});
