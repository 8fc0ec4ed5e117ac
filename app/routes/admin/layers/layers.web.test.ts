import type { Page } from 'playwright-core';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { readLayerFile } from '#domain/map-layers/geojson.ts';
import { connect } from '#store/db.ts';
import { activeCity } from '#store/gis.ts';
import { addLayer } from '#store/map-layers.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
const sql = connect(inject('productUrl'), { max: 1 });
afterAll(() => sql.end());

async function as(role: string, path: string): Promise<{ page: Page; troubles: string[] }> {
  const opened = await open({ reducedMotion: 'reduce', viewport: { width: 1920, height: 1080 } });
  onTestFinished(() => opened.page.context().close());
  await signIn(opened.page, role);
  await opened.page.goto(path);
  return opened;
}
async function desk(): Promise<{ page: Page; troubles: string[] }> {
  const opened = await as('duty-officer', '/map');
  await opened.page.locator('[data-ready=true]').waitFor({ timeout: 90_000 });
  await opened.page.locator('[data-tab=layers]').click();
  return opened;
}
/** An area over the whole city, a line and a point in its middle, and a feature that is none. */
async function geojson(): Promise<string> {
  const city = await activeCity(sql);
  const [w, s, e, n] = city!.bbox;
  const [x, y] = [(w + e) / 2, (s + n) / 2];
  const feature = (properties: object, type: string, coordinates: unknown): object => ({
    ...{ type: 'Feature', properties },
    geometry: { type, coordinates },
  });
  const ring = [[w, s], [e, s], [e, n], [w, n], [w, s]]; // prettier-ignore
  const features = [
    feature({ 名称: '赛事区域', 'name:en': 'Event zone', 说明: '<b>07:30 起封闭</b>' }, 'Polygon', [ring]),
    feature({ 名称: '赛道', 长度: 10 }, 'LineString', [[x - 0.02, y - 0.03], [x + 0.03, y - 0.03]]), // prettier-ignore
    feature({ 名称: '起点' }, 'Point', [x + 0.01, y + 0.03]),
    feature({ 名称: '缺' }, 'Point', [x]),
  ];
  return JSON.stringify({ type: 'FeatureCollection', features });
}

test('a coordinator brings a layer after a look at its file; open desks show it by themselves, a press tells its text, and it leaves when it is withdrawn', async () => {
  const officer = await desk();
  const own = officer.page.locator('[data-own-layers] li');
  const { page, troubles } = await as('coordinator', '/admin/layers');
  const dialog = page.locator('[data-dialog=layer-import]');
  // a press before the page is awake does nothing
  await expect
    .poll(
      async () => {
        if ((await dialog.count()) === 0) await page.getByRole('button', { name: '导入图层' }).click();
        return dialog.count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  await dialog.locator('[name=name]').fill('城市马拉松');
  await dialog.locator('[name=nameEn]').fill('City marathon');
  const file = { name: '马拉松.geojson', mimeType: 'application/geo+json' };
  await dialog.locator('[name=file]').setInputFiles({ ...file, buffer: Buffer.from(await geojson()) });
  await dialog.locator('[type=submit]').click();
  await dialog.locator('[data-fault=position]').waitFor();
  expect(await dialog.locator('[role=status]').innerText()).toMatch(/3 个要素：1 处点、1 条线、1 个面/);
  await dialog.locator('[type=submit]').click();
  const row = page.locator('tr', { hasText: '城市马拉松' });
  await row.locator('[data-standing=now]').waitFor();

  await own.filter({ hasText: '城市马拉松' }).waitFor();
  expect(await own.first().innerText()).toMatch(/有效 长期有效[^]*1 处点、1 条线、1 个面/);
  let step = 0;
  // the pointer tells the name, a press the text as it is
  await expect
    .poll(
      async () => {
        await officer.page.mouse.move(1100 + (step++ % 5), 420);
        return officer.page.locator('[data-own-name]').allInnerTexts();
      },
      { timeout: 30_000 },
    )
    .toEqual(['赛事区域']);
  await officer.page.mouse.click(1100, 420);
  const details = officer.page.locator('[data-panel=details]');
  await details.locator('[data-own-feature]').waitFor();
  expect(await details.innerText()).toMatch(/赛事区域[^]*城市马拉松[^]*<b>07:30 起封闭<\/b>[^]*地址/);

  // its hours are over for the longest part of a day: listed, not drawn
  await row.getByRole('button', { name: '修改' }).click();
  const change = page.locator('[data-dialog=layer-change]');
  const inHours = (h: number): string => new Date(Date.now() + (8 + h) * 3_600_000).toISOString().slice(11, 16);
  await change.locator('[name=hoursFrom]').fill(inHours(2));
  await change.locator('[name=hoursUntil]').fill(inHours(4));
  await change.locator('[type=submit]').click();
  await own.locator('[data-standing=later]').waitFor();
  await details.getByText('该要素所在图层已不再显示').waitFor();

  await row.getByRole('button', { name: '撤下' }).click();
  await page.locator('[data-dialog=layer-withdraw] [type=submit]').click();
  await own.waitFor({ state: 'detached' });
  expect([...troubles, ...officer.troubles]).toEqual([]);
}, 240_000);

test('a layer comes onto the map at its second, only for its roles; who has no right is told neither its name nor what it holds', async () => {
  const { page, troubles } = await desk();
  const read = readLayerFile(await geojson(), (at) => at);
  if (!read.ok) throw new Error(read.code);
  const by = { officer: { account: 1, name: '陈调度' }, now: Date.now(), zone: 'Asia/Shanghai' };
  const face = (name: string, role: 'duty-officer' | 'coordinator', from: number | null) => ({
    ...{ name, nameEn: '', roles: [role], validity: { from, until: null, hours: null } },
  });
  const secret = await addLayer(sql, face('保密活动', 'coordinator', null), read.value, 'a.geojson', by);
  const mine = await addLayer(sql, face('积水点', 'duty-officer', Date.now() + 5000), read.value, 'b.geojson', by);
  if (!secret.ok || !mine.ok) throw new Error('not added');
  const row = page.locator('[data-own-layers] li', { hasText: '积水点' });
  await row.locator('[data-standing=later]').waitFor();
  await row.locator('[data-standing=now]').waitFor();

  const told = await page.request.get('/map/own-layers');
  const text = await told.text();
  expect(text).toContain('积水点');
  expect(text).not.toContain('保密');
  expect(await page.locator('[data-own-layers]').innerText()).not.toContain('保密');
  const content = (id: string): Promise<number> => page.request.get(`/map/own-layers/${id}`).then((r) => r.status());
  expect([await content(mine.value.id), await content(secret.value.id), await content('L20260101-0001')]).toEqual([200, 404, 404]); // prettier-ignore
  // as it was an hour ago: nothing yet; what is no moment is refused
  const before = await page.request.get(`/map/own-layers?at=${new Date(Date.now() - 3_600_000).toISOString()}`);
  expect(await before.json()).toMatchObject({ ok: true, made: { layers: [] } });
  expect((await page.request.get('/map/own-layers?at=08:00')).status()).toBe(400);
  const command = await page.request.post('/map/commands/layer-withdraw', { data: { id: mine.value.id } });
  expect(await command.json()).toMatchObject({ ok: false, refused: 'no-right' });
  const leader = await as('leader', '/today');
  expect((await leader.page.request.get('/map/own-layers')).status()).toBe(403);
  expect(troubles).toEqual([]);
}, 240_000);
