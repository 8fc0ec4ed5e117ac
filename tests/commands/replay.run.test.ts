import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand } from '#tests/support/command.ts';
import { testDatabase } from '#tests/support/database.ts';

const { url } = await testDatabase();

/** Twelve minutes of a real switch where they are there, else our own few minutes cut from them. */
const whole = '../shared/data/asterisk/trace-a';
const recording = existsSync(whole) ? whole : 'ingest/asterisk/fixtures';

test('every figure of the recording is exact at speed 5, played to the real ingest', async () => {
  const { code, said } = await runCommand(url, 'scripts/replay-ami.ts', [recording, '--speed', '5']);
  expect(said).toMatch(/figures (\d+)\/\1 exact/);
  expect(code, said).toBe(0);
}, 300_000);
