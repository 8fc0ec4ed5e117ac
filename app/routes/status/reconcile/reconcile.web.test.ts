import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { emptyTally, type Difference } from '#domain/reconcile/rows.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { connect } from '#store/db.ts';
import { beginRun, endRun, keepDifferences } from '#store/reconcile.ts';
import { testBrowser } from '#tests/support/browser.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();
const to = Math.floor(Date.now() / HOUR) * HOUR;
const from = to - 24 * HOUR;

const difference = (i: number, d: Partial<Difference>): Difference => ({
  source: 'queue-log',
  kind: 'differs',
  reason: 'unknown',
  at: from + i * MINUTE,
  callId: `179532${i}.1`,
  visitId: null,
  queue: 'tousu',
  seat: '1003',
  fields: [{ field: 'wait', ours: '12', theirs: '17' }],
  ...d,
});

/** A night that was equal, one with differences of each kind, one that could not be read. */
async function seed(): Promise<void> {
  const sql = connect(inject('productUrl'), { max: 1, name: 'watchfloor-reconcile-test' });
  const night = {
    askedBy: 'nightly',
    queueLog: '/var/log/asterisk/queue_log',
    cdr: '/var/log/asterisk/cdr-csv/Master.csv',
  };
  const tally = (n: Partial<ReturnType<typeof emptyTally>>) => ({ ...emptyTally(), both: 4812, ...n });
  const end = { lines: 61_204, broken: 2, orphans: 1, differences: 0, error: null };
  const first = await beginRun(sql, { ...night, from: from - 24 * HOUR, to: from });
  await endRun(sql, first, { ...end, from: from - 24 * HOUR, to: from, visits: tally({}), calls: tally({ both: 5230 }), broken: 0, orphans: 0 }); // prettier-ignore
  const away = await beginRun(sql, { ...night, from, to });
  await endRun(sql, away, { ...end, from, to, visits: null, calls: null, lines: 0, error: '/var/log/asterisk/queue_log is not there, nor any rotated file of it' }); // prettier-ignore
  const list = [
    difference(1, {}),
    difference(2, { kind: 'only-there', reason: 'gap', seat: null, fields: [{ field: 'outcome', ours: null, theirs: 'abandoned' }] }), // prettier-ignore
    difference(3, { kind: 'only-here', fields: [{ field: 'outcome', ours: 'answered', theirs: null }] }),
    difference(4, { reason: 'sent-on', fields: [{ field: 'outcome', ours: 'left', theirs: 'abandoned' }] }),
    ...Array.from(
      { length: 130 },
      (_, i) =>
      difference(i + 5, { source: 'cdr', reason: 'conference', queue: null, seat: null, fields: [{ field: 'end', ours: '2026-11-22T04:12:32.924Z', theirs: '2026-11-22T04:12:29.000Z' }, { field: 'answered', ours: '1003', theirs: '1003 1009' }] }), // prettier-ignore
    ),
  ];
  const run = await beginRun(sql, { ...night, askedBy: 'command', from, to });
  await keepDifferences(sql, run, 0, list);
  await endRun(sql, run, { ...end, from, to, visits: tally({ differing: 2, onlyHere: 1, onlyThere: 1, open: 3 }), calls: tally({ differing: 130 }), differences: list.length }); // prettier-ignore
  await sql.end();
}

test('a supervisor sees what differs, narrows it to what nothing explains, and has the way to the call', async () => {
  await seed();
  const { page, troubles } = await open();
  await signIn(page, 'supervisor');
  await page.goto('/status');
  await page.getByRole('link', { name: '话务核对' }).click();
  await page.getByText('134 处差异').waitFor();
  const rows = page.locator('table').nth(1).locator('tbody tr');
  expect(await rows.count()).toBe(100);
  await page.getByRole('link', { name: '下一页' }).click();
  await page.getByText('第 101–134 条').waitFor();
  expect(await rows.count()).toBe(34);
  for (const language of ['en', 'zh-CN'] as const) {
    if (!process.env.SHOTS) break;
    const headers = { origin: new URL(page.url()).origin };
    await page.request.post('/language', { form: { language, back: '/status/reconcile' }, headers });
    await page.goto('/status/reconcile');
    await page.screenshot({ path: join(process.env.SHOTS, `reconcile-${language}.png`) });
  }
  await page.goto('/status/reconcile?kind=differs&reason=unknown');
  expect(await rows.count()).toBe(1);
  expect(await rows.innerText()).toMatch(/12.*17/s);
  expect(await rows.getByRole('link').getAttribute('href')).toBe('/calls/1795321.1');
  // what only the switch has, has no call of ours to open
  await page.goto('/status/reconcile?kind=only-there&reason=gap');
  expect(await rows.getByRole('link').count()).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(troubles).toEqual([]);
  await page.context().close();
});
