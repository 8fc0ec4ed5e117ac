import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, expect, inject, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

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

test('the cameras nearest to an incident open at one press: one plays, a dead one beside it is named, and no address reaches the browser', async () => {
  // the checker needs two looks to call a camera dead
  await expect.poll(deadCamera, { timeout: 60_000, interval: 500 }).toBeDefined();
  const dead = (await deadCamera())!;
  const { page, troubles } = await open({ reducedMotion: 'reduce' });
  await signIn(page, 'duty-officer');
  await page.goto('/map');
  await page.locator('[data-ready=true]').waitFor(DRAWN);
  const made = await page.request.post('/map/commands/open-incident', {
    data: {
      ...{
        class: 'accident',
        level: 3,
        title: '监控测试事件',
        place: '测试地点',
        at: [dead.lng, dead.lat],
        sensitive: false,
      },
      ...{ source: 'desk', sourceRef: null, text: '浏览器测试', requestKey: 'cameras-web-test', drill: false },
    },
  });
  expect(await made.json()).toMatchObject({ ok: true });
  const heard: string[] = [];
  page.on('response', (r) => {
    if (/\/cameras/.test(r.url()))
      void r
        .text()
        .then((t) => heard.push(r.url(), t))
        .catch(() => {});
  });
  await page.locator('[data-incident-row]', { hasText: '监控测试事件' }).first().click();
  await page.locator('[data-panel=details] [data-action=cameras]').click();
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
