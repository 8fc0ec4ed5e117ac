import { expect, inject, test } from 'vitest';
import { alarmState } from '#domain/alarms/rows.ts';
import { alarms, openAlarms, raiseAlarm } from '#store/alarms.ts';
import { connect } from '#store/db.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const openPage = await testBrowser();

test('an alarm stands in the head of every page until somebody acknowledges it or puts it aside with a reason', async () => {
  const sql = connect(inject('productUrl'), { max: 1, name: 'watchfloor-status-test' });
  // of parts that this house does not have: the real watch neither raises nor clears them
  const part = (name: string) => `worker:test-${name}-${at}`;
  const at = Date.now();
  for (const name of ['gate', 'link'])
    await raiseAlarm(
      sql,
      { key: part(name), subject: 'worker', name: `test-${name}`, severity: 'medium', code: 'silent' },
      at,
    );
  const { page, troubles } = await openPage();
  await signIn(page, 'administrator');
  await page.goto('/account');
  await page.locator('header .alarms', { hasText: '系统告警' }).click();
  const row = (name: string) => page.locator('tr', { has: page.locator(`[data-alarm="${part(name)}"]`) });
  await row('gate').getByRole('button', { name: '确认' }).click();
  await row('gate').getByText('已确认').waitFor();
  expect(await row('gate').innerText()).toContain('系统管理员');
  await row('link').getByRole('button', { name: '搁置' }).click();
  await page.locator('dialog input[name=reason]').fill('计划检修');
  await page.keyboard.press('Enter');
  await row('link').getByText('计划检修').waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/status.png` });
  // what the other tests did to the house may have raised alarms of its own: only ours must be gone from the count
  const others = (await alarms(sql)).filter((a) => a.name !== 'test-gate' && a.name !== 'test-link');
  const open = others.filter((a) => alarmState(a, Date.now()) === 'raised').length;
  expect((await openAlarms(sql, Date.now())).count).toBe(open);
  await sql.end();
  expect(troubles).toEqual([]);
  await page.context().close();
});
