import { createRequire } from 'node:module';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import chromium, { inflate } from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';
import { withLock } from '#scripts/provision/file-lock.ts';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';

export interface BrowserProgram {
  readonly path: string;
  /** Environment it needs beyond ours. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Chromium out of the npm package @sparticuz/chromium, unpacked once into the checkout. Its own choice, the machine's temp folder,
 * is one place for all users: the first one's file belongs to him alone, and a killed unpacking would stay broken.
 */
export async function browserProgram(): Promise<BrowserProgram> {
  const home = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  const folder = join(CHECKOUT, '.watchfloor', `chromium-${version}`);
  const whole = join(folder, '.whole');
  mkdirSync(dirname(folder), { recursive: true });
  return await withLock(
    `${folder}.lock`,
    async () => {
      if (!existsSync(whole)) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
      }
      // the package asks os.tmpdir() where to unpack
      const before = process.env.TMPDIR;
      process.env.TMPDIR = folder;
      try {
        const path = await chromium.executablePath();
        const env = await libraries(path, join(home, 'bin/al2023.tar.br'));
        writeFileSync(whole, '');
        return { path, env };
      } finally {
        if (before === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = before;
      }
    },
    (h) => process.stderr.write(`waiting for process ${h.pid}, which unpacks the browser\n`),
  );
}

/** A bare machine lacks NSS; the package brings it, but puts it in place only where it expects to be. */
async function libraries(program: string, packed: string): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  if (!stdout.includes('not found')) return {};
  return { LD_LIBRARY_PATH: join(await inflate(packed), 'lib') };
}

/** Software drawing (SwiftShader) with WebGL 2, and nothing that asks the internet. One process per page: a page that dies is one failed test. */
const ARGS = [
  '--no-sandbox',
  '--ignore-gpu-blocklist',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--font-render-hinting=none',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--no-pings',
  // and nothing that could: the network is unplugged but for this machine
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/** Browser started as the tests and the screenshots want it. The caller closes it. Chinese text needs the product's webfont. */
export async function launchBrowser(): Promise<Browser> {
  const { path, env } = await browserProgram();
  const inherited = Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v] as const]));
  return await playwright.launch({
    executablePath: path,
    args: ARGS,
    headless: true,
    env: { ...Object.fromEntries(inherited), ...env },
  });
}
