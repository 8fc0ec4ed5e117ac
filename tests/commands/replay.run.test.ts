import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand } from '#tests/support/command.ts';

const RECORDING = '../shared/data/asterisk/trace-a';

test.skipIf(!existsSync(RECORDING))(
  `every figure of the recording is exact at speed 5 (skipped where ${RECORDING} is not there: fixtures cover the reducer)`,
  async () => {
    const { code, said } = await runCommand('scripts/replay-ami.ts', [RECORDING, '--speed', '5']);
    expect(said).toMatch(/figures (\d+)\/\1 exact/);
    expect(code, said).toBe(0);
  },
  300_000,
);
