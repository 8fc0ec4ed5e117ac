import type { Logger } from 'pino';
import type { Config } from '#domain/config.ts';
import type { Sql } from '#store/db.ts';

/** What a source is given. `signal` aborts when the worker is to stop. */
export interface SourceContext {
  readonly sql: Sql;
  readonly config: Config;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Keeps a message that could not be used, with its reason, and counts it. Never throws. */
  reject(raw: string | Uint8Array, code: string, reason: string): Promise<void>;
  /** Says how this source is, with its outcome (rows, last message, delay); at most once a second reaches the database. */
  report(state: 'starting' | 'live' | 'behind' | 'away', detail: Record<string, unknown>): void;
}

/**
 * One source of facts or signals: a folder with client.ts (I/O), parse.ts (pure and total) and index.ts (joins them).
 * `run` resolves when the signal aborts; when it rejects, the supervisor starts it again after a growing, capped delay.
 */
export interface Source {
  readonly name: string;
  /** False when the configuration does not ask for it. */
  enabled(config: Config): boolean;
  run(context: SourceContext): Promise<void>;
}
