import { inflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { mayOpen, signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

async function manager(): Promise<{ page: Page; troubles: string[] }> {
  const { page, troubles } = await open();
  await signIn(page, 'supervisor');
  return { page, troubles };
}
const settled = (page: Page): Promise<unknown> => page.locator('table[data-rows]').first().waitFor();
/** Chooses until the page has taken it: a page that was just loaded may not listen yet. */
const choose = async (page: Page, control: string, value: string): Promise<void> => {
  await expect
    .poll(
      async () => {
        await page.locator(`[data-control="${control}"]`).selectOption(value);
        return new URL(page.url()).searchParams.get(control);
      },
      { timeout: 10_000 },
    )
    .toBe(value);
  await settled(page);
};
const numberOf = (text: string): number => Number(text.replaceAll(/[^\d.]/g, ''));

/** The first sheet of a workbook, by the directory of its archive: rows of texts. */
function firstSheet(zip: Buffer): string[][] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    const length = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    if (zip.subarray(at + 46, at + 46 + length).toString() === 'xl/worksheets/sheet1.xml') {
      const xml = inflateRawSync(zip.subarray(data, data + zip.readUInt32LE(at + 20))).toString();
      return [...xml.matchAll(/<row>(.*?)<\/row>/g)].map((row) =>
        [...row[1]!.matchAll(/<c [^>]*>(?:<v>(.*?)<\/v>|<is><t[^>]*>(.*?)<\/t><\/is>)<\/c>/g)].map(
          (c) => c[1] ?? c[2]!,
        ),
      );
    }
    at += 46 + length;
  }
  return [];
}

test('a report is found in the catalogue, its grain changed, and a figure opens as many rows as it says', async () => {
  const { page, troubles } = await manager();
  await page.goto('/reports');
  await expect
    .poll(async () => {
      await page.locator('input[type=search]').fill('');
      await page.locator('input[type=search]').fill('技能组综合');
      return page.locator('main li a').count();
    })
    .toBe(1);
  await page.locator('main li a').click();
  await page.waitForURL('**/reports/R-06*');
  await choose(page, 'period', 'days-7');
  await choose(page, 'grain', 'hour');
  const link = page.locator('tbody tr.row a[data-figure="answered"]').last();
  // a product that has just started is still counting the week that was loaded
  const counted = async (): Promise<number> => {
    if ((await link.count()) > 0) return 1;
    await page.reload();
    await settled(page);
    return await link.count();
  };
  await expect.poll(counted, { timeout: 90_000, interval: 2000 }).toBeGreaterThan(0);
  const figure = numberOf(await link.innerText());
  expect(figure).toBeGreaterThan(0);
  await link.click();
  const count = page.locator('[data-count]');
  await count.waitFor();
  expect(Number(await count.getAttribute('data-count'))).toBe(figure);
  expect(await page.locator('tbody tr').count()).toBe(Math.min(figure, 100));
  expect(await page.locator('tbody a[href^="/calls/"]').count()).toBe(Math.min(figure, 100));
  await page.goBack();
  await settled(page);
  expect(new URL(page.url()).searchParams.get('grain')).toBe('hour');
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('beside an earlier period the files hold the totals of the screen: as CSV, and as numbers in Excel', async () => {
  const { page } = await manager();
  // a day that is over: what runs now would be counted on between two files
  await page.goto('/reports/R-03?period=yesterday&by=queue&grain=hour');
  await settled(page);
  await choose(page, 'with', 'period');
  expect(await page.locator('tfoot small').count()).toBeGreaterThan(0);
  const total = numberOf((await page.locator('tfoot td').nth(1).innerText()).split('\n')[0]!);
  const file = async (kind: string): Promise<Buffer> => {
    const href = await page.locator(`[data-file="${kind}"]`).getAttribute('href');
    return await (await page.request.get(href!)).body();
  };
  const csv = (await file('csv')).toString();
  expect(csv.charCodeAt(0)).toBe(0xfeff);
  const lines = csv
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map((l) => l.split(','));
  const sheet = firstSheet(await file('xlsx'));
  expect(sheet.length).toBe(lines.length);
  expect(sheet[0]).toEqual(lines[0]);
  const column = lines[0]!.indexOf('进入ACD电话总数');
  expect([Number(lines.at(-1)![column]), Number(sheet.at(-1)![column])]).toEqual([total, total]);
  const beside = lines[0]!.indexOf('进入ACD电话总数 同期');
  expect(Number(sheet.at(-1)![beside])).toBe(Number(lines.at(-1)![beside]));
  // the work index stands last, and opens what it is made of
  await page.goto('/reports/R-13?period=yesterday&by=team&grain=none');
  await settled(page);
  const index = page.locator('tfoot td').last().locator('button');
  const shown = await index.innerText();
  await index.click();
  await expect.poll(() => page.locator('dialog[open] [data-index]').innerText()).toBe(shown);
  expect(await page.locator('dialog[open] tbody tr').count()).toBe(4);
  await page.context().close();
});

test('on paper there is a title, a period and the table, and nothing to press', async () => {
  const { page } = await manager();
  await page.goto('/reports/R-06?period=days-7');
  await settled(page);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('h1').isVisible()).toBe(true);
  expect(await page.locator('.paper-head').isVisible()).toBe(true);
  expect(await page.locator('tbody tr').first().isVisible()).toBe(true);
  for (const gone of ['body header nav', '[data-control]', 'main button', '[data-file]'])
    expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
  // white, however the build writes it
  const panel = () =>
    page.evaluate(() => {
      window.dispatchEvent(new Event('beforeprint'));
      return getComputedStyle(document.documentElement).getPropertyValue('--panel').trim();
    });
  await expect.poll(panel, { timeout: 10_000 }).toMatch(/^#fff(fff)?$/);
  await page.context().close();
});

test('who has no right for reports gets neither the catalogue nor a report, its rows or its file', async () => {
  const { page } = await open();
  await signIn(page, 'coordinator');
  for (const path of ['/reports', '/reports/R-06', '/reports/R-06/rows?key=offered', '/reports/settings'])
    expect(await mayOpen(page, path), path).toBe(false);
  expect((await page.request.get('/reports/R-15/file?format=csv')).status()).toBe(403);
  await page.context().close();
  const { page: leader } = await open();
  await signIn(leader, 'leader');
  // a leader reads reports, with numbers partly hidden, and cannot try numbers out
  const rows = await (await leader.request.get('/reports/R-15/file?format=csv&period=days-7')).text();
  expect(rows).toMatch(/\d{3}\*{4}\d{2,4}/);
  expect(rows).not.toMatch(/,1[3-9]\d{9},/);
  await leader.goto('/reports/R-15?number=13800000000');
  await leader.locator('[role=alert]').waitFor();
  await leader.context().close();
});
