import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand } from '#tests/support/command.ts';
import { testDatabase } from '#tests/support/database.ts';

const { url } = await testDatabase();

/** Twelve minutes of a real switch where they are there, else our own few minutes cut from them. */
const whole = '../shared/data/asterisk/trace-a';
const recording = existsSync(whole) ? whole : 'ingest/asterisk/fixtures';

test('the figures of the recording come out at speed 5, played to the real ingest', async () => {
  const { said } = await runCommand(url, 'scripts/replay-ami.ts', [recording, '--speed', '5']);
  const [, exact, all] = /figures (\d+)\/(\d+) exact/.exec(said) ?? [];
  // the second in which the switch restarts is 200 ms here: what it says before a busy machine is back is not heard.
  // `npm run replay:ami` asks for every figure.
  expect(Number(exact) / Number(all), said).toBeGreaterThan(0.97);
  // seat states are judged at ±1 s of the recording, which is 200 ms here: the command itself asks 99.5 %, on a quiet machine
  const [, seats, ghosts] = /seats ([\d.]+) % at ±1 s, ghosts (\d+)/.exec(said) ?? [];
  expect(Number(seats), said).toBeGreaterThan(95);
  expect(Number(ghosts), said).toBeLessThan(3);
}, 300_000);
