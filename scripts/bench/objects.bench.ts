import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';
import { ms, quantile, scaled, WAYS, type Bench, type BenchContext, type BenchResult, type Way } from './bench.ts';
import { ObjectsServer, type Course } from './objects-server.ts';

/** Moving vehicles on the map: the product's layers beside a list of objects that is drawn anew with each message. */

const OBJECTS = 10_000;
const SECONDS = 15;
/** `none`: the commands that draw are swallowed, what is left is what the code costs; `software`: all is drawn, by the processor. */
interface Screen {
  readonly card: 'none' | 'software';
  readonly size: readonly [number, number];
}
const SCREENS: readonly Screen[] = [
  { card: 'none', size: [160, 90] },
  { card: 'software', size: [480, 270] },
  { card: 'software', size: [1920, 1080] },
];
/** A marker glides for four seconds at most, and a slow machine may have messages waiting; then everything stands where it was told last. */
const SETTLED_WITHIN_S = 60;
const GOAL_AGE_MS = 2000;
const GOAL_FPS = 30;
/** The product draws every second frame of a 60 Hz screen, 30 a second at most: of five seconds a picture or two lie beyond the edges. */
const COUNTING_FPS = 0.5;
/** What 30 pictures a second leave for one. */
const GOAL_FRAME_MS = 1000 / GOAL_FPS;

interface Counted {
  readonly draws: number;
  readonly frames: number;
  readonly ages: readonly number[];
  readonly worstGapMs: number;
}
interface Run {
  readonly fps: number;
  /** Milliseconds of the page's main thread, of its own time on the processor. */
  readonly mainMsPerS: number;
  readonly mainMsPerDraw: number;
  readonly scriptMsPerS: number;
  readonly p50AgeMs: number;
  readonly p95AgeMs: number;
  readonly worstGapMs: number;
}

async function builtPage(folder: string): Promise<void> {
  const { build } = await import('vite');
  const { svelte } = await import('@sveltejs/vite-plugin-svelte');
  await build({
    configFile: false,
    root: join(CHECKOUT, 'app/lib/map/bench'),
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: { outDir: folder, emptyOutDir: true, target: 'es2023' },
  });
}

/** @throws with what to do, where the development packages are not installed */
async function browser(): Promise<Browser> {
  try {
    return await (await import('#tests/support/chromium.ts')).launchBrowser();
  } catch (e) {
    throw new Error('this benchmark draws in a browser of the development packages (@sparticuz/chromium, playwright-core): npm ci', { cause: e }); // prettier-ignore
  }
}

/** @throws when a vehicle does not end where it was told last */
async function settled(page: Page, told: ReadonlyMap<string, readonly [number, number]>, way: Way): Promise<void> {
  let wrong = '';
  for (let s = 0; s < SETTLED_WITHIN_S; s++) {
    await sleep(1000);
    const drawn = (await page.evaluate('window.bench.drawn()')) as Record<string, [number, number]>;
    const off = [...told].find(([id, at]) => drawn[id]?.[0] !== at[0] || drawn[id][1] !== at[1]);
    if (!off) return;
    wrong = `${way}: ${off[0]} was told at ${off[1].join()}, and is drawn at ${drawn[off[0]]?.join()}`;
  }
  throw new Error(wrong);
}

/** One page of one size: what it costs while vehicles move. @throws when a vehicle does not end where it was told last */
async function measure(b: Browser, folder: string, way: Way, { card, size }: Screen, seconds: number, seed: number): Promise<Run> {
  await using server = new ObjectsServer(folder, OBJECTS, seed);
  const url = await server.listen();
  const context = await b.newContext({ viewport: { width: size[0], height: size[1] } });
  try {
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('pageerror', (e) => troubles.push(e.message));
    await page.goto(`${url}/?way=${way}&card=${card}`);
    await page.waitForFunction('window.bench?.ready && Object.keys(window.bench.drawn()).length > 0', null, { timeout: 60_000 });
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const spent = async (): Promise<Record<string, number>> =>
      Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
    const course: Course = server.drive();
    // compiled, and all glide
    await sleep(3000);
    await page.evaluate(`window.bench.begin(${JSON.stringify(course)})`);
    const [before, from] = [await spent(), performance.now()];
    await sleep(seconds * 1000);
    const [after, took] = [await spent(), (performance.now() - from) / 1000];
    const counted = (await page.evaluate('window.bench.end()')) as Counted;
    server.stop();
    await settled(page, server.told, way);
    if (troubles.length > 0) throw new Error(`${way}: ${troubles[0]}`);
    const spentMs = (name: string): number => (after[name]! - before[name]!) * 1000;
    const ages = [...counted.ages].sort((x, y) => x - y);
    return {
      fps: counted.draws / took,
      mainMsPerS: spentMs('TaskDuration') / took,
      mainMsPerDraw: spentMs('TaskDuration') / counted.draws,
      scriptMsPerS: spentMs('ScriptDuration') / took,
      p50AgeMs: quantile(ages, 0.5),
      p95AgeMs: quantile(ages, 0.95),
      worstGapMs: counted.worstGapMs,
    };
  } finally {
    await context.close();
  }
} // prettier-ignore

const goalsOf = (r: Run): BenchResult['goals'] => [
  { goal: `pictures a second ≥ ${GOAL_FPS} (−${COUNTING_FPS} of counting), the card left out`, got: r.fps.toFixed(1), met: r.fps >= GOAL_FPS - COUNTING_FPS },
  { goal: `main thread a picture, messages and all, ≤ ${GOAL_FRAME_MS.toFixed(1)} ms`, got: ms(r.mainMsPerDraw), met: r.mainMsPerDraw <= GOAL_FRAME_MS },
  { goal: `age of what is drawn, p95 ≤ ${GOAL_AGE_MS} ms`, got: ms(r.p95AgeMs), met: r.p95AgeMs <= GOAL_AGE_MS },
]; // prettier-ignore

export const objects: Bench = {
  name: 'objects',
  title: `${OBJECTS.toLocaleString('en')} moving vehicles on the map, each told once a second, drawn in software`,
  async run({ seed, scale, log }: BenchContext): Promise<BenchResult> {
    const folder = mkdtempSync(join(tmpdir(), 'watchfloor-objects-'));
    const b = await browser();
    try {
      await builtPage(folder);
      const rows: BenchResult['rows'] = [];
      const goals: { goal: string; got: string; met: boolean }[] = [];
      for (const screen of SCREENS) {
        const at = `${screen.size.join(' × ')}, ${screen.card === 'none' ? 'nothing drawn' : 'drawn in software'}`;
        const runs = {} as Record<Way, Run>;
        for (const way of WAYS) {
          const r = (runs[way] = await measure(b, folder, way, screen, scaled(SECONDS, scale, 5), seed));
          log(`${at}, ${way}: ${r.fps.toFixed(1)} pictures/s, main thread ${ms(r.mainMsPerDraw)} each, ${r.mainMsPerS.toFixed(0)} ms/s, age p95 ${ms(r.p95AgeMs)}`); // prettier-ignore
          rows.push({
            screen: at, way, 'pictures/s': r.fps.toFixed(1), 'main thread a picture': ms(r.mainMsPerDraw), 'main thread a second': ms(r.mainMsPerS),
            'of it script': ms(r.scriptMsPerS), 'age p50': ms(r.p50AgeMs), 'age p95': ms(r.p95AgeMs), 'longest gap': ms(r.worstGapMs),
          }); // prettier-ignore
        }
        // what software draws in a second is the processor's, and says nothing of this code
        if (screen.card === 'none') goals.push(...goalsOf(runs.product));
      }
      return { rows, goals };
    } finally {
      await b.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
