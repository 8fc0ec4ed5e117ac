import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Marks a case of the open map desk as an incident of this title, level 2, until it stands in the panel. */
export async function markCase(page: Page, title: string): Promise<void> {
  await page.locator('[data-tab=cases]').click();
  // of the first cases other tests, or an earlier try, may have made incidents
  const mark = page.locator('[data-action=mark]');
  await expect
    .poll(
      async () => {
        for (let i = 0; i < 4 && (await mark.count()) === 0; i++) await page.locator('[data-case-row]').nth(i).click();
        return mark.count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  await mark.click();
  await page.locator('[data-class=accident]').click();
  await page.locator('[data-level="2"]').click();
  await page.locator('input[name=title]').fill(title);
  await page.locator('[data-action=submit-incident]').click();
  await page.locator('[data-action=confirm]').waitFor();
}
