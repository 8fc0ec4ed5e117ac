import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, inject, onTestFinished } from 'vitest';
import { launchBrowser } from './chromium.ts';
import type {} from './provided.ts';

/** A page, and everything on it that should not have happened. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors, uncaught exceptions, failed requests, and requests and sockets that left the host, one line each. */
  readonly troubles: string[];
}

/**
 * One browser for this test file, closed at its end. Call it once, at the top of the file.
 * @returns a function that opens a page in a context of its own (cookies are not shared) at the product's address
 */
export async function testBrowser(): Promise<(options?: BrowserContextOptions) => Promise<WatchedPage>> {
  const browser = await launchBrowser();
  afterAll(() => browser.close());
  const baseURL = inject('baseUrl');
  return async (options = {}) => {
    const context = await browser.newContext({
      baseURL,
      viewport: { width: 1920, height: 1080 },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      ...options,
    });
    // also when the test fails: a page that is left open draws on and starves the tests that follow
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const troubles: string[] = [];
    watch(page, new URL(baseURL).host, troubles);
    return { page, troubles };
  };
}

function watch(page: Page, host: string, troubles: string[]): void {
  page.on('console', (m) => {
    if (m.type() === 'error') troubles.push(`console: ${m.text()}`);
  });
  page.on('pageerror', (e) => troubles.push(`exception: ${e.message}`));
  page.on('requestfailed', (r) => {
    // a page that navigates away cancels what it was loading
    if (r.failure()?.errorText !== 'net::ERR_ABORTED')
      troubles.push(`failed: ${r.url()} ${r.failure()?.errorText ?? ''}`);
  });
  const asked = (url: string): void => {
    const at = new URL(url);
    if (/^(http|ws)s?:$/.test(at.protocol) && at.host !== host) troubles.push(`left the host: ${url}`);
  };
  page.on('request', (r) => asked(r.url()));
  page.on('websocket', (w) => asked(w.url()));
}
