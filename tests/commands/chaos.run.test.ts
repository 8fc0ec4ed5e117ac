import { expect, test } from 'vitest';
import { runCommand } from '#tests/support/command.ts';
import { testDatabase } from '#tests/support/database.ts';

const { url } = await testDatabase();

test('a minute of kills loses nothing, doubles nothing, and every screen agrees afterwards', async () => {
  const { code, said } = await runCommand(url, 'scripts/chaos.ts', ['--minutes', '1', '--seed', '1', '--screens', '4']);
  expect(said).not.toContain('FAILED');
  expect(said).toMatch(/(\d+)\/\1 promises kept/);
  expect(code, said).toBe(0);
}, 420_000);
