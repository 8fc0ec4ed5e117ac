import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from '#scripts/provision/file-lock.ts';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';

/** Everything a build depends on. The server half of the app is bundled too, so what it imports counts. */
const SOURCES = ['app', 'domain', 'store', 'gis-data'];
const SINGLE = ['svelte.config.js', 'vite.config.ts', 'package.json', 'package-lock.json'];
/** Builds that stay: the newest ones, so that changing back and forth between branches builds nothing. */
const KEEP = 3;

/** Hash of the sources' names and contents. */
export function sourceHash(checkout: string): string {
  const files = globSync(
    SOURCES.map((s) => `${s}/**/*`),
    { cwd: checkout, exclude: ['**/node_modules', '**/.svelte-kit', '**/*.test.ts'], withFileTypes: true },
  )
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name));
  const hash = createHash('sha256');
  for (const f of [...files, ...SINGLE.map((s) => join(checkout, s))].sort())
    hash
      .update(`${f.slice(checkout.length)}\0`)
      .update(readFileSync(f))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/**
 * The production build of the screens, made when no build of the same sources is there. It lies in the checkout, because its server half
 * finds its packages in node_modules beside it.
 * @returns the folder for app/server.ts
 * @throws with the build's last lines
 */
export async function buildScreens(tell: (text: string) => void): Promise<string> {
  const parent = join(CHECKOUT, '.watchfloor/screens');
  mkdirSync(parent, { recursive: true });
  return await withLock(
    join(CHECKOUT, '.watchfloor/screens.lock'),
    async () => {
      const folder = join(parent, sourceHash(CHECKOUT));
      const whole = join(folder, '.whole');
      if (!existsSync(whole)) {
        tell('building the screens');
        rmSync(folder, { recursive: true, force: true });
        await viteBuild(folder);
        writeFileSync(whole, '');
      }
      utimesSync(folder, new Date(), new Date());
      dropOldest(parent);
      return folder;
    },
    (h) => tell(`waiting for process ${h.pid}, which builds the screens`),
  );
}

function dropOldest(parent: string): void {
  const byAge = readdirSync(parent)
    .map((n) => join(parent, n))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of byAge.slice(KEEP)) rmSync(old, { recursive: true, force: true });
}

function viteBuild(out: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(CHECKOUT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
      {
        cwd: CHECKOUT,
        env: { ...process.env, WATCHFLOOR_SCREENS: out, NODE_ENV: 'production' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    const keep = (d: Buffer): string => (said = (said + d.toString()).slice(-6000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const stop = (): boolean => child.kill('SIGTERM');
    process.once('exit', stop);
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('exit', stop);
      if (code === 0 && existsSync(join(out, 'handler.js'))) resolve();
      else reject(new Error(`the screens could not be built:\n${said.trim()}`));
    });
  });
}
