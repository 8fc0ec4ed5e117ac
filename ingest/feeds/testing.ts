import { pino } from 'pino';
import { feedSpecs, type FeedSpec } from '#domain/city/feed-config.ts';
import type { FeedKind } from '#domain/city/rows.ts';
import { parseConfig, type Config } from '#domain/config.ts';
import type { Sql } from '#store/db.ts';
import type { SourceContext } from '../source.ts';
import type { Clock } from '../supervisor.ts';

/** What the tests of feeds share: a worker's context that remembers, and a clock that stands until it is moved. */

export const testConfig = (env: Record<string, string> = {}): Config => {
  const { config, mistakes } = parseConfig(env);
  if (mistakes.length > 0) throw new Error(mistakes.join('; '));
  return config;
};

export interface TestContext extends SourceContext {
  readonly rejects: { raw: string | Uint8Array; code: string; reason: string }[];
  readonly reports: { state: string; detail: Record<string, unknown> }[];
}

export function testContext(
  sql: Sql,
  signal: AbortSignal = new AbortController().signal,
  config = testConfig(),
): TestContext {
  const rejects: TestContext['rejects'] = [];
  const reports: TestContext['reports'] = [];
  return {
    sql,
    config,
    log: pino({ level: 'silent' }),
    signal,
    rejects,
    reports,
    reject: async (raw, code, reason) => void rejects.push({ raw, code, reason }),
    report: (state, detail) => void reports.push({ state, detail }),
  };
}

/** A pushed feed of a kind; with a url, a pulled one. */
export function testSpec(id: string, kind: FeedKind, more: Partial<FeedSpec> = {}): FeedSpec {
  const feeds = JSON.stringify([{ id, kind, push: true }]);
  const spec = feedSpecs(testConfig({ MODE: 'live', FEEDS: feeds })).find((s) => s.id === id)!;
  return { ...spec, ...more };
}

export class TestClock implements Clock {
  #now: number;
  constructor(now: string | number) {
    this.#now = typeof now === 'number' ? now : Date.parse(now);
  }
  now(): number {
    return this.#now;
  }
  set(now: string): void {
    this.#now = Date.parse(now);
  }
  forward(ms: number): void {
    this.#now += ms;
  }
  sleep(ms: number): Promise<void> {
    this.#now += ms;
    return Promise.resolve();
  }
  random(): number {
    return 0.5;
  }
}
