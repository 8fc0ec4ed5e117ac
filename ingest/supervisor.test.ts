import { pino } from 'pino';
import { expect, test } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import type { Sql } from '#store/db.ts';
import type { Source } from './source.ts';
import { LONGEST_DELAY_MS, restartDelay, supervise, type Clock, type Ledger } from './supervisor.ts';

/** A clock whose sleeps end only when the test moves it on. */
class ScriptedClock implements Clock {
  t = 0;
  readonly delays: number[] = [];
  #sleepers: { at: number; wake: () => void }[] = [];
  now(): number {
    return this.t;
  }
  random(): number {
    return 0;
  }
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    this.delays.push(ms);
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.t + ms, wake });
      signal.addEventListener('abort', () => wake());
    });
  }
  async advance(ms: number): Promise<void> {
    const until = this.t + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.filter((s) => s.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((s) => s !== next);
      this.t = Math.max(this.t, next.at);
      next.wake();
    }
    this.t = until;
    await settle();
  }
}

/** Lets everything run that needs no time. */
const settle = (): Promise<void> => new Promise((r) => setImmediate(r));

function ledgerOf(): Ledger & {
  healths: [string, string, Record<string, unknown>][];
  rejects: string[];
  away: boolean;
} {
  const l = {
    healths: [] as [string, string, Record<string, unknown>][],
    rejects: [] as string[],
    away: false,
    async health(w: string, s: string, d: Record<string, unknown>): Promise<void> {
      if (l.away) throw new Error('database away');
      l.healths.push([w, s, d]);
    },
    async reject(_source: string, raw: string | Uint8Array): Promise<void> {
      if (l.away) throw new Error('database away');
      l.rejects.push(String(raw));
    },
  };
  return l;
}

function start(sources: (clock: ScriptedClock) => Source[]): {
  clock: ScriptedClock;
  ledger: ReturnType<typeof ledgerOf>;
  stop: AbortController;
  done: Promise<void>;
  running: ReadonlySet<string>;
} {
  const clock = new ScriptedClock();
  const ledger = ledgerOf();
  const stop = new AbortController();
  const { done, running } = supervise({
    sources: sources(clock),
    config: parseConfig({}).config,
    sql: null as unknown as Sql,
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    clock,
    ledger,
  });
  return { clock, ledger, stop, done, running };
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((r) => (signal.aborted ? r() : signal.addEventListener('abort', () => r())));

test('the delay doubles, never passes its cap, and keeps at least half of itself', () => {
  expect([1, 2, 3, 4].map((n) => restartDelay(n, 0))).toEqual([250, 500, 1000, 2000]);
  expect(restartDelay(1000, 0.999)).toBeLessThanOrEqual(LONGEST_DELAY_MS);
  expect(restartDelay(1000, 0)).toBe(LONGEST_DELAY_MS / 2);
});

test('a source that fails is started again, each time after a longer delay, and its neighbour never notices', async () => {
  let starts = 0;
  let neighbour = 0;
  const { clock, stop, done } = start(() => [
    {
      name: 'bad',
      enabled: () => true,
      run: async () => {
        starts++;
        throw new Error(`failure ${starts}`);
      },
    },
    {
      name: 'good',
      enabled: () => true,
      run: async ({ signal }) => {
        neighbour++;
        await untilAborted(signal);
      },
    },
  ]);
  await clock.advance(4000);
  expect(starts).toBe(5); // at 0, 250, 750, 1750 and 3750 ms
  expect(neighbour).toBe(1);
  stop.abort();
  await done;
});

test('a source that ran well for a minute starts over with the shortest delay', async () => {
  const started: number[] = [];
  const { clock, stop, done } = start((clock) => [
    {
      name: 's',
      enabled: () => true,
      run: async ({ signal }) => {
        started.push(clock.t);
        await clock.sleep(started.length === 3 ? 61_000 : 0, signal);
        throw new Error('x');
      },
    },
  ]);
  await clock.advance(62_100);
  expect(started).toEqual([0, 250, 750, 750 + 61_000 + 250]);
  stop.abort();
  await done;
});

test('a source that ends by itself is started again', async () => {
  let starts = 0;
  const { clock, ledger, stop, done } = start(() => [
    { name: 's', enabled: () => true, run: async () => void starts++ },
  ]);
  await clock.advance(2000);
  expect(starts).toBeGreaterThan(1);
  expect(ledger.healths.at(-1)![2]).toMatchObject({ lastError: 'ended by itself' });
  stop.abort();
  await done;
});

test('a hundred reports in a second leave two rows, and the second is the newest', async () => {
  const { clock, ledger, stop, done } = start((clock) => [
    {
      name: 's',
      enabled: () => true,
      run: async ({ signal, report }) => {
        for (let i = 1; i <= 100; i++) {
          report('live', { i });
          await clock.sleep(10, signal);
        }
        await untilAborted(signal);
      },
    },
  ]);
  await clock.advance(1050);
  expect(ledger.healths.map(([, s, d]) => [s, d.i])).toEqual([
    ['starting', undefined],
    ['live', 100],
  ]);
  stop.abort();
  await done;
  expect(ledger.healths.at(-1)![1]).toBe('stopped');
});

test('a reject made while the database is away is kept and written when it is back', async () => {
  const { clock, ledger, stop, done } = start(() => [
    {
      name: 's',
      enabled: () => true,
      run: async ({ signal, reject, report }) => {
        ledger.away = true;
        await reject('one', 'bad', 'because');
        ledger.away = false;
        await reject('two', 'bad', 'because');
        report('live', {});
        await untilAborted(signal);
      },
    },
  ]);
  await clock.advance(1100);
  expect(ledger.rejects).toEqual(['one', 'two']);
  expect(ledger.healths.at(-1)![2]).toMatchObject({ rejected: 2 });
  stop.abort();
  await done;
});

test('an abort ends a waiting restart at once and names who still runs', async () => {
  let release: () => void = () => {};
  const { clock, stop, done, running } = start(() => [
    {
      name: 'broken',
      enabled: () => true,
      run: async () => {
        throw new Error('x');
      },
    },
    { name: 'slow', enabled: () => true, run: () => new Promise<void>((r) => (release = r)) },
  ]);
  await clock.advance(10);
  stop.abort();
  await settle();
  await settle();
  expect([...running]).toEqual(['slow']);
  release();
  await done;
  expect(running.size).toBe(0);
});
