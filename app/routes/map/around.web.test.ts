import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import postgres from 'postgres';
import { expect, inject, onTestFinished, test } from 'vitest';
import { testBrowser } from '#tests/support/browser.ts';
import { markCase } from '#tests/support/incidents.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = await testBrowser();

async function desk(): Promise<{ page: Page; troubles: string[] }> {
  const opened = await open({ reducedMotion: 'reduce', viewport: { width: 1920, height: 1080 } });
  onTestFinished(() => opened.page.context().close());
  await signIn(opened.page, 'duty-officer');
  await opened.page.goto('/map');
  await opened.page.locator('[data-ready=true]').waitFor({ timeout: 90_000 });
  return opened;
}
/** The panel of a place that is found by its name. */
async function around(page: Page, name: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  await page.locator('[data-hit]').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[data-panel=details] [data-action=around]').click();
}
const numbers = (texts: readonly string[]): number[] => texts.map((t) => Number(/[\d,]+/.exec(t)?.[0].replaceAll(',', '') ?? NaN)); // prettier-ignore

test('what is around a place is listed by distance with road times; a drawn area holds less, is undone by keys and taken away as a file', async () => {
  const { page, troubles } = await desk();
  await around(page, '第一人民医院');
  const rows = page.locator('[data-table=target] tbody tr');
  await page.locator('[data-list=target]').click({ timeout: 30_000 });
  await rows.first().waitFor();
  // the hospital itself is the nearest of what is to be protected
  expect(await rows.first().innerText()).toContain('第一人民医院');
  expect(await rows.nth(5).innerText()).toMatch(/分钟|秒/);
  const [targets] = numbers(await page.locator('[data-list=target] small').allInnerTexts());
  await page.locator('[data-list=people]').click();
  await page.locator('[data-table=people] tbody tr').first().waitFor();
  await page.locator('[data-list=case]').click();
  await page.locator('[data-table=case] tbody tr').first().waitFor();
  await page.locator('[data-list=resource]').click();

  await page.locator('[data-action=draw-area]').first().click();
  for (const [x, y] of [[800, 300], [1000, 300], [1000, 420], [1400, 560]] as const) await page.mouse.click(x, y); // prettier-ignore
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.locator('[data-list=target] small', { hasNotText: String(targets) }).waitFor();
  await expect
    .poll(async () => numbers(await page.locator('[data-list=target] small').allInnerTexts())[0])
    .toBeLessThan(targets!);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[data-action=around-csv]').click()]);
  expect(file.suggestedFilename()).toBe('around.csv');

  // the sides of a line: the wider the more, the line back after it was deleted
  await page.locator('[data-action=draw-line]').click();
  for (const [x, y] of [[800, 300], [1000, 420], [1200, 300], [1400, 300]] as const) await page.mouse.click(x, y); // prettier-ignore
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  const people = async (): Promise<number> =>
    numbers(await page.locator('[data-list=people] small').allInnerTexts())[0]!;
  const beside = page.locator('[data-field=beside]');
  expect(await beside.inputValue()).toBe('200');
  await page.locator('[data-table=resource] caption, [data-table=resource] tbody').first().waitFor();
  const sides = async (m: string): Promise<number> => {
    const answer = page.waitForResponse('**/map/commands/find-around');
    await beside.fill(m);
    await beside.press('Tab');
    const { made } = (await (await answer).json()) as { made: { extent: { besideM: number; area: unknown[] } } };
    expect(made.extent.besideM).toBe(Number(m));
    expect(made.extent.area.length).toBeGreaterThan(0);
    return people();
  };
  const narrow = await sides('100');
  await sides('1000');
  await expect.poll(people).toBeGreaterThan(narrow);
  await beside.fill('5');
  await page.getByText('两侧距离为 10–5000 米').waitFor();
  await page.getByRole('button', { name: '删除线' }).click();
  await page.getByRole('button', { name: '恢复删除的线' }).click();
  await beside.fill('300');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('[data-panel=around]').count()).toBe(0);
  expect(troubles).toEqual([]);
}, 240_000);

test('an incident keeps the area of the wind as an estimate, its people go to shelters within their places, and arrivals are counted', async () => {
  const { page, troubles } = await desk();
  await markCase(page, '液氨泄漏');
  await page.locator('[data-panel=details] [data-action=around]').click();
  await page.locator('[data-around-tab=area]').click();
  await page.locator('[data-action=estimate-area]').click();
  await page.locator('[data-area=estimate]').waitFor();
  expect(await page.locator('[data-area=estimate]').innerText()).toContain('wind-sector/1');
  await page.locator('[data-action=keep-area]').click();
  await page.locator('[data-area=kept]').waitFor();
  expect(await page.locator('[data-tag=area]').first().innerText()).toMatch(/m\/s[\s\S]*估算，非扩散模型/);
  await page.locator('[data-action=clear-area]').click();
  await expect.poll(() => page.locator('[data-area=kept]').count(), { timeout: 15_000 }).toBe(0);
  await page.locator('[data-action=undo-area]').click();
  await page.locator('[data-area=kept]').waitFor();

  await page.locator('[data-around-tab=evacuation]').click();
  await page.locator('[data-field=evacuate-how]').selectOption('true');
  await page.locator('[data-action=plan-evacuation]').click();
  await page.locator('[data-evacuation]').waitFor({ timeout: 60_000 });
  expect(await page.locator('[data-evacuation]').innerText()).toContain('平均步行时间');
  const shelters = page.locator('[data-table=shelters] tr[data-key]');
  /** Capacity, taken, assigned of each row. */
  const fills = async (): Promise<number[][]> =>
    (await shelters.evaluateAll((trs) =>
      trs.map((tr) => ['places', 'taken', 'assigned'].map((c) => {
        const cell = tr.querySelector(`td.${c}`);
        return Number((cell?.querySelector('input')?.value ?? cell?.textContent ?? '').replaceAll(',', ''));
      })),
    )); // prettier-ignore
  expect((await fills()).length).toBeGreaterThan(0);
  for (const [places, taken, assigned] of await fills()) expect(assigned! + taken!).toBeLessThanOrEqual(places!);
  await shelters.first().locator('[data-enter=arrived]').fill('25');
  await shelters.first().locator('[data-enter=arrived]').press('Tab');
  await expect.poll(() => page.locator('tr.sum td').nth(4).innerText(), { timeout: 15_000 }).toBe('25');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('[data-action=evacuation-csv]').click(),
  ]);
  expect(file.suggestedFilename()).toBe('evacuation.csv');
  expect(await page.locator('[data-outdated]').count()).toBe(0);
  // others take what was to be theirs: the plan says so, and computed again it holds
  const [places] = (await fills())[0]!;
  await shelters
    .first()
    .locator('[data-enter=taken]')
    .fill(String(places! - 30));
  await shelters.first().locator('[data-enter=taken]').press('Tab');
  await page.locator('[data-outdated]').waitFor();
  await page.locator('[data-action=replan]').click();
  await expect.poll(() => page.locator('[data-outdated]').count(), { timeout: 60_000 }).toBe(0);
  for (const [all, taken, assigned] of await fills()) expect(assigned! + taken!).toBeLessThanOrEqual(all!);
  expect(troubles).toEqual([]);
}, 240_000);

test('a running evacuation stands on the city wall with its shelters as full as they are, the fullest first, and leaves it when it ends', async () => {
  // the wall alone: beside a large map of a desk one software renderer would draw its first row after a minute
  const { page, troubles } = await open({ reducedMotion: 'reduce', viewport: { width: 960, height: 540 } });
  await signIn(page, 'duty-officer');
  const send = async <T>(name: string, data: object): Promise<T> => {
    const answer = (await (await page.request.post(`/map/commands/${name}`, { data })).json()) as {
      ok: boolean;
      made: T;
    };
    expect(answer, name).toMatchObject({ ok: true });
    return answer.made;
  };
  const sql = postgres(inject('productUrl'), { max: 1 });
  onTestFinished(() => sql.end());
  // so small a wall has room for one evacuation, and a larger one, of another test or an earlier try, comes first
  for (const { id } of await sql<{ id: string }[]>`select id from evacuation where ended_at is null`)
    await send('end-evacuation', { id });
  const hits = await page.request.get(`/map/search?q=${encodeURIComponent('第一人民医院')}`);
  const [lng, lat] = ((await hits.json()) as { made: { at: [number, number] }[] }).made[0]!.at;
  const d = 0.004;
  const plan = (): Promise<{ id: string }> => send('plan-evacuation', {
    from: { kind: 'point', ref: null, label: '医院周边 13812345678', at: [lng, lat] },
    area: [[[[lng - d, lat - d], [lng + d, lat - d], [lng + d, lat + d], [lng - d, lat + d], [lng - d, lat - d]]]],
    onFoot: true,
    requestKey: randomUUID(),
  }); // prettier-ignore
  const { id } = await plan();
  // as many again find what the first leave, and nobody a place that is given away
  const { id: second } = await plan();
  const given = await sql<{ places: number; assigned: number }[]>`
    select max((s ->> 'places')::int - coalesce((s ->> 'taken')::int, 0)) as places, sum((s ->> 'assigned')::int)::int as assigned
    from evacuation, jsonb_array_elements(plan -> 'shelters') s where id in (${id}, ${second}) group by s ->> 'id'`;
  expect(given.length).toBeGreaterThan(1);
  expect(given.filter((s) => s.assigned > s.places)).toEqual([]);
  expect(given.some((s) => s.assigned === s.places)).toBe(true);
  await send('end-evacuation', { id: second });
  await page.goto('/wall/city');
  await page.locator('[data-ready=true]').waitFor({ timeout: 90_000 });
  const panel = page.locator(`[data-evacuation="${id}"]`);
  const first = panel.locator('[data-shelter]').first();
  await first.waitFor();
  expect(await panel.innerText()).not.toContain('13812345678');
  const last = panel.locator('[data-shelter]').last();
  const shelter = (await last.getAttribute('data-shelter'))!;
  const places = numbers([(await last.innerText()).split('/')[1]!])[0]!;
  for (const [arrived, fill, said] of [
    [places, 'full', /! 已满\s+100 %/],
    [places + 1, 'over', /!! 超容量\s+10[1-9] %/],
  ] as const) {
    await send('set-arrived', { id, shelter, arrived });
    await panel.locator(`[data-shelter="${shelter}"][data-fill=${fill}]`).waitFor();
    expect(await first.getAttribute('data-shelter')).toBe(shelter);
    expect(await first.innerText()).toMatch(said);
    expect(numbers(await panel.locator('[data-arrived]').allInnerTexts())).toEqual([arrived]);
  }
  expect(await page.locator(`[data-shelter-mark="${shelter}"]`).count()).toBe(1);
  await send('end-evacuation', { id });
  await expect.poll(() => panel.count()).toBe(0);
  expect(troubles).toEqual([]);
}, 240_000);
