import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import { accountOf } from './product.ts';
import type {} from './provided.ts';

/** Signs a page in as a role by the form's own request, without drawing the sign-in page: most tests are about another one. */
export async function signIn(page: Page, role: string): Promise<void> {
  const { login, password } = accountOf(role);
  const answer = await page.request.post('/sign-in', {
    form: { login, password },
    headers: { origin: new URL(inject('baseUrl')).origin, accept: 'text/html' },
    maxRedirects: 0,
  });
  if (answer.status() !== 303) throw new Error(`${role} could not sign in: ${answer.status()} ${await answer.text()}`);
}

/** May the session of this page read what this page shows? Pages drawn in the browser only answer 200 in any case: their data do not. */
export async function mayOpen(page: Page, path: string): Promise<boolean> {
  const [at, query] = path.split('?');
  const answer = await page.request.get(`${at}/__data.json${query ? `?${query}` : ''}`, { maxRedirects: 0 });
  const text = await answer.text();
  return answer.ok() && !/"type":"(error|redirect)"/.test(text);
}
