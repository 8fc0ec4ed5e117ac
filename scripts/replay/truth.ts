import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What truth.json.gz of a recording says; computed from the switch's own logs, never from its manager interface. */
export interface Truth {
  readonly epochMs: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly queues: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  readonly agents: Readonly<Record<string, TruthAgent>>;
  readonly cdr?: { readonly inboundCalls?: number; readonly byUserfield?: Readonly<Record<string, number>> };
  readonly config?: { readonly queues?: Readonly<Record<string, Readonly<Record<string, string>>>> };
  /** `queueLogRestartMs`: seconds in which the switch began a new log, milliseconds since epochMs. */
  readonly disturbances?: { readonly queueLogRestartMs?: readonly number[] };
  /** Seconds that each telephone's channel was in a bridge, from the channel event log. */
  readonly celBridgeSecondsByExt?: Readonly<Record<string, number>>;
  readonly queueLogHistogram?: Readonly<Record<string, number>>;
  readonly samples: readonly TruthSample[];
}

export interface TruthAgent {
  readonly answered: number;
  readonly talkSeconds: number;
  readonly ringNoAnswer: number;
  readonly byQueue: Readonly<Record<string, number>>;
  readonly completedByCaller: number;
  readonly completedByAgent: number;
  readonly transferred: number;
  readonly lostAtRestart: number;
  readonly pauseEvents: number;
  readonly unpauseEvents: number;
  readonly pausedSeconds: number;
  readonly pauseReasons: Readonly<Record<string, number>>;
  readonly logins: number;
  readonly logouts: number;
}

export type TruthSeat = 'unavailable' | 'ringing' | 'incall' | 'paused' | 'wrapup' | 'idle';

export interface TruthSample {
  /** The switch was asked between t and t1, milliseconds since epochMs. */
  readonly t: number;
  readonly t1: number;
  readonly down?: boolean;
  readonly seats?: Readonly<Record<string, TruthSeat>>;
  readonly queues?: Readonly<Record<string, TruthSampleQueue>>;
}

/** What `queue show` says of a queue. `completed` and `abandoned` count from the switch's start. */
export interface TruthSampleQueue {
  readonly waiting: number;
  /** Whole seconds each caller has waited, in the order of the queue. */
  readonly waits?: readonly number[];
  readonly completed?: number;
  readonly abandoned?: number;
  readonly members?: readonly TruthMember[];
}

export interface TruthMember {
  readonly name: string;
  readonly interface: string;
  readonly penalty: number;
  readonly dynamic: boolean;
  readonly paused: boolean;
  readonly pausedReason: string;
}

/** Text of DIR/name or DIR/name.gz; null when there is neither. */
export function readMaybeGz(dir: string, name: string): string | null {
  const plain = join(dir, name);
  if (existsSync(plain)) return readFileSync(plain, 'utf8');
  return existsSync(`${plain}.gz`) ? gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8') : null;
}

/** @throws when the recording has no truth.json(.gz) */
export function readTruth(dir: string): Truth {
  const text = readMaybeGz(dir, 'truth.json');
  if (text === null) throw new Error(`${dir} has neither truth.json nor truth.json.gz`);
  return JSON.parse(text) as Truth;
}
