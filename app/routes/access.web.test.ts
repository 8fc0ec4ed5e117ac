import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ACCOUNT_ROLES, landing, mayDo, type Right } from '#domain/access.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { accountOf } from '#tests/support/product.ts';
import { mayOpen, signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

async function fillIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', password);
  await page.keyboard.press('Enter');
}
/** Chinese is drawn by the product's own font and not by boxes of the system. */
const hasChineseFont = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    return document.fonts.check('16px "Noto Sans SC"', '值守台');
  });

test('each role lands where its work is, and is offered only what it may open', async () => {
  const rights: [string, Right][] = [
    ['/map', 'map.see'],
    ['/floor', 'floor.see'],
    ['/recordings', 'recording.hear'],
    ['/reports', 'report.see'],
    ['/today', 'today.see'],
    ['/walls', 'wall.see'],
    ['/status', 'status.see'],
    ['/admin/layers', 'layer.manage'],
    ['/admin/cameras', 'camera.manage'],
    ['/admin/cities', 'city.manage'],
    ['/admin/accounts', 'account.manage'],
  ];
  for (const role of ACCOUNT_ROLES) {
    const { page } = await open();
    await signIn(page, role);
    const door = await page.request.get('/', { maxRedirects: 0 });
    expect(door.headers().location, role).toBe(landing(role));
    await page.goto('/account');
    const offered = await page.locator('header nav a').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
    expect(offered, role).toEqual(rights.filter(([, right]) => mayDo(role, right)).map(([href]) => href));
    for (const [href, right] of rights) expect(await mayOpen(page, href), `${role} ${href}`).toBe(mayDo(role, right));
    await page.context().close();
  }
});

test('sign-in: a wrong password is refused in words, the keyboard is enough, and the way leads back to where one came from', async () => {
  const { page, troubles } = await open();
  await page.goto('/status');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  const { login, password } = accountOf('administrator');
  // the cursor is in the first field
  await page.keyboard.type(login);
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong password');
  await page.keyboard.press('Enter');
  await page.getByText('账号或密码不正确').waitFor();
  await page.fill('[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/status');
  expect(await hasChineseFont(page)).toBe(true);
  // the refused try is an answer of 400, which browsers note
  expect(troubles.filter((t) => !/400/.test(t))).toEqual([]);
  await page.context().close();
});

test('an unknown visitor sees nothing: pages, data and commands all lead to the sign-in page or are refused', async () => {
  const { page } = await open();
  for (const path of ['/today', '/rows/cases?phase=open', '/status/rejects', '/today/__data.json']) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    if (path.endsWith('json')) expect(await answer.text(), path).toContain('/sign-in');
    else expect(answer.status(), path).toBe(303);
  }
  const command = await page.request.post('/admin/accounts?/create', {
    form: { login: 'intruder', name: 'x', role: 'administrator' },
    headers: {
      origin: new URL(page.url() === 'about:blank' ? await base(page) : page.url()).origin,
      accept: 'application/json',
    },
  });
  expect(await command.text()).toContain('not-signed-in');
  await page.context().close();
});
async function base(page: Page): Promise<string> {
  await page.goto('/sign-in');
  return page.url();
}

test('a form sent by a page of another site is refused', async () => {
  const { page } = await open();
  await signIn(page, 'administrator');
  const answer = await page.request.post('/sign-out', { form: {}, headers: { origin: 'http://evil.example' } });
  expect(answer.status()).toBe(403);
  expect((await page.request.get('/status', { maxRedirects: 0 })).status()).toBe(200);
  await page.context().close();
});

test('the session cookie is out of reach of scripts, and signing out ends the session on the server', async () => {
  const { page } = await open();
  await signIn(page, 'leader');
  const [cookie] = (await page.context().cookies()).filter((c) => c.name === 'wf_session');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  await page.goto('/account');
  await page.locator('header summary').click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL('**/sign-in');
  // the token itself is dead, also when somebody kept it
  await page.context().addCookies([cookie!]);
  expect((await page.request.get('/today', { maxRedirects: 0 })).status()).toBe(303);
  await page.context().close();
});

test('the language is switched everywhere at once and stays', async () => {
  const { page, troubles } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/account');
  await page.getByRole('button', { name: 'English' }).first().click();
  await page.getByRole('heading', { name: 'My account' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.goto('/today');
  expect(await page.title()).toBe('Today and trends · Watchfloor');
  expect(await page.locator('main').innerText()).not.toMatch(/undefined|\[object/);
  await page.goto('/account');
  await page.getByRole('button', { name: '中文' }).first().click();
  await page.getByRole('heading', { name: '我的账号' }).waitFor();
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('an administrator makes an account, its first password is shown once, and a disabled account is out at once', async () => {
  const admin = await open();
  await signIn(admin.page, 'administrator');
  await admin.page.goto('/admin/accounts');
  await admin.page.getByRole('button', { name: '新建账号' }).click();
  const login = `web${Date.now() % 1e6}`;
  await admin.page.fill('dialog [name=name]', '测试员');
  await admin.page.fill('dialog [name=login]', login);
  await admin.page.selectOption('dialog [name=role]', 'leader');
  await admin.page.locator('dialog button[type=submit]').click();
  const password = await admin.page.locator('dialog code').innerText();
  const { page } = await open();
  await fillIn(page, login, password);
  await page.waitForURL('**/today');
  admin.page.on('dialog', (d) => void d.accept());
  await admin.page.locator('dialog[open] header button').click();
  await admin.page.locator('tr', { hasText: login }).getByRole('button', { name: '停用' }).click();
  await admin.page.locator('tr.dim', { hasText: login }).waitFor();
  expect((await page.request.get('/today', { maxRedirects: 0 })).status()).toBe(303);
  expect(admin.troubles).toEqual([]);
  await admin.page.context().close();
  await page.context().close();
});

test('a wall shows a code, a duty officer approves it, the wall goes to its scene with a session that reads nothing else', async () => {
  const wall = await open();
  await wall.page.goto('/pair');
  const code = (await wall.page.locator('.code').innerText()).replace(/\D/g, '');
  expect(code).toMatch(/^\d{6}$/);
  const duty = await open();
  await signIn(duty.page, 'duty-officer');
  await duty.page.goto('/walls');
  await duty.page.fill('[name=code]', code);
  await duty.page.getByRole('button', { name: '查找' }).click();
  const name = `测试屏${code}`;
  await duty.page.locator('.found [name=name]').fill(name);
  await duty.page.selectOption('.found [name=scene]', 'cases');
  await duty.page.locator('.found button[type=submit]').click();
  await wall.page.waitForURL('**/wall/cases');
  for (const path of ['/today', '/status', '/map', '/account', '/rows/cases?phase=open'])
    expect(await mayOpen(wall.page, path), path).toBe(false);
  // unpaired: its session is over, and it finds its way back to a code by itself
  duty.page.on('dialog', (d) => void d.accept());
  await duty.page.locator('tr', { hasText: name }).getByRole('button', { name: '断开' }).click();
  await wall.page.waitForURL('**/pair');
  await duty.page.context().close();
  await wall.page.context().close();
});
