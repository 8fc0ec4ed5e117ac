import { defineConfig } from 'vitest/config';

/**
 * Names carry what a test needs: x.test.ts nothing, x.pg.test.ts a database, x.web.test.ts a browser and the running product,
 * x.run.test.ts a command of ours run as a user runs it. `npm test` runs all; `npm run check` the first.
 */
const folders = '{domain,store,gis-data,ingest,realtime,app,scripts,tests}';
/**
 * A shared machine may stall for seconds: there a browser test that fails is tried again on the product that runs, and the report says so.
 * Files that fail are run again by scripts/test.ts. Never on a desk.
 */
const retry = process.env.CI ? 2 : 0;
/** How long a thing that must come is waited for: a stall of the machine is no fault, and what comes at once costs nothing. */
const expectSoon = { poll: { timeout: 20_000 } };
const ignore = ['**/node_modules/**', 'build/**', '.watchfloor/**', 'app/.svelte-kit/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect: expectSoon,
          include: [`${folders}/**/*.test.ts`],
          exclude: [...ignore, '**/*.pg.test.ts', '**/*.web.test.ts', '**/*.run.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'pg',
          expect: expectSoon,
          include: [`${folders}/**/*.pg.test.ts`],
          exclude: ignore,
          globalSetup: ['tests/support/pg-global.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'run',
          expect: expectSoon,
          include: [`${folders}/**/*.run.test.ts`],
          exclude: ignore,
          globalSetup: ['tests/support/pg-global.ts'],
          fileParallelism: false,
        },
      },
      {
        test: {
          retry,
          name: 'web',
          include: [`${folders}/**/*.web.test.ts`],
          exclude: ignore,
          globalSetup: ['tests/support/pg-global.ts', 'tests/support/web-global.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
