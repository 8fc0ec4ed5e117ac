import { expect, inject, test } from 'vitest';
import { raiseAlarm } from '#store/alarms.ts';
import { connect } from '#store/db.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

test('an alarm stands in the head of every page until somebody acknowledges it or puts it aside with a reason', async () => {
  const sql = connect(inject('productUrl'), { max: 1, name: 'watchfloor-status-test' });
  // of a part that this house does not have: the real watch neither raises nor clears it
  for (const name of ['gate', 'link'])
    await raiseAlarm(
      sql,
      { key: `worker:test-${name}`, subject: 'worker', name: `test-${name}`, severity: 'medium', code: 'silent' },
      Date.now(),
    );
  await sql.end();
  const { page, troubles } = await open();
  await signIn(page, 'administrator');
  await page.goto('/account');
  await page.locator('header .alarms', { hasText: '系统告警' }).click();
  const row = (name: string) => page.locator('tr', { has: page.locator(`[data-alarm="worker:test-${name}"]`) });
  await row('gate').getByRole('button', { name: '确认' }).click();
  await row('gate').getByText('已确认').waitFor();
  expect(await row('gate').innerText()).toContain('系统管理员');
  await row('link').getByRole('button', { name: '搁置' }).click();
  await page.locator('dialog input[name=reason]').fill('计划检修');
  await page.keyboard.press('Enter');
  await row('link').getByText('计划检修').waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/status.png` });
  await page.goto('/account');
  await page.locator('header time').waitFor();
  expect(await page.locator('header .alarms').count()).toBe(0);
  expect(troubles).toEqual([]);
  await page.context().close();
});
