import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { processId } from '#scripts/provision/processes.ts';

const PRELOAD = join(import.meta.dirname, 'preload.ts');

test('a process whose supervisor is killed with SIGKILL ends by itself, also while it ignores SIGTERM', async () => {
  const home = mkdtempSync(join(tmpdir(), 'wf-lifeline-'));
  const polite = join(home, 'polite.mjs');
  const deaf = join(home, 'deaf.mjs');
  writeFileSync(
    polite,
    'setInterval(() => {}, 1000); process.on("SIGTERM", () => process.exit(0)); console.log("up");',
  );
  writeFileSync(deaf, 'setInterval(() => {}, 1000); process.on("SIGTERM", () => {}); console.log("up");');
  const parent = join(home, 'parent.mjs');
  writeFileSync(
    parent,
    `import { spawn } from 'node:child_process';
    for (const file of ${JSON.stringify([polite, deaf])}) {
      const c = spawn(process.execPath, ['--import', ${JSON.stringify(PRELOAD)}, file], {
        detached: true, env: { ...process.env, WATCHFLOOR_LIFELINE: '3' }, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
      c.stdout.once('data', () => console.log(c.pid));
    }`,
  );
  const supervisor = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids: number[] = [];
  for await (const line of createInterface({ input: supervisor.stdout })) {
    pids.push(Number(line));
    if (pids.length === 2) break;
  }
  expect(pids.map((p) => processId(p) !== null)).toEqual([true, true]);
  supervisor.kill('SIGKILL');
  await once(supervisor, 'exit');
  await expect.poll(() => pids.map(processId), { timeout: 10_000 }).toEqual([null, null]);
});
