import { expect, test } from 'vitest';
import { browserName } from './browser-name.ts';

test('browsers are told by name, version and system, and an unknown one by what it says', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';
  expect(browserName(chrome)).toBe('Chrome 147 · Linux');
  expect(browserName(chrome.replace('X11; Linux x86_64', 'Windows NT 10.0; Win64') + ' Edg/147.0.1')).toBe(
    'Edge 147 · Windows',
  );
  expect(
    browserName('Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) AppleWebKit/605 (KHTML) Version/18.2 Safari/605'),
  ).toBe('Safari 18 · macOS');
  expect(browserName('curl/8.5.0')).toBe('curl/8.5.0');
  expect(browserName('')).toBe('');
});
