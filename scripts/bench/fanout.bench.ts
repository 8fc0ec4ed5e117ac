import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#scripts/provision/cluster.ts';
import { inTurn, mid, scaled, WAYS, type Bench, type BenchContext, type BenchResult, type Way } from './bench.ts';
import { ask, Measured } from './process.ts';

const CLIENTS = 200;
const TICKS = 250;
const EVERY_MS = 16;
const ROUNDS = 5;
/** Seats that change in one tick: a quiet floor, and a busy one. */
const CHANGES = [1, 8] as const;

interface Run {
  /** CPU microseconds of the server per change and client. */
  us: number;
  /** Bytes per change and client. */
  bytes: number;
}

/** @throws when a client's tables differ from the server's */
async function measure(kind: Way, changes: number, seed: number, ticks: number): Promise<Run> {
  const port = String(await freePort());
  await using server = await Measured.start('scripts/bench/fanout-server.ts', {}, [port, kind, String(seed)]);
  await using clients = await Measured.start('scripts/bench/fanout-clients.ts', {}, [
    `ws://127.0.0.1:${port}/`,
    String(CLIENTS),
  ]);
  await ask(server, { ticks: 50, changes, everyMs: EVERY_MS }); // warm
  await sleep(300);
  const before = await ask<{ bytes: number }>(clients, 'end');
  const { cpuMs, digest } = await ask<{ cpuMs: number; digest: string }>(server, { ticks, changes, everyMs: EVERY_MS });
  await sleep(1000); // what is still under way arrives
  const { digests, bytes } = await ask<{ digests: string[]; bytes: number }>(clients, 'end');
  const differ = digests.filter((d) => d !== digest).length;
  if (differ > 0) throw new Error(`${differ} of ${CLIENTS} clients of ${kind} differ from the server`);
  const sent = ticks * changes * CLIENTS;
  return { us: (cpuMs * 1000) / sent, bytes: (bytes - before.bytes) / sent };
}

export const fanout: Bench = {
  name: 'fanout',
  title: `a changed seat → ${CLIENTS} clients, CPU of the server alone, beside JSON.stringify and send per change and client`,
  async run({ seed, scale, log }: BenchContext): Promise<BenchResult> {
    const rows: BenchResult['rows'] = [];
    const goals: BenchResult['goals'][number][] = [];
    for (const changes of CHANGES) {
      const runs = await inTurn(
        scaled(ROUNDS, scale),
        (way) => measure(way, changes, seed, scaled(TICKS, scale, 50)),
        (way, r) =>
          log(`${changes} a tick, ${way}: ${r.us.toFixed(2)} µs, ${r.bytes.toFixed(0)} bytes per change and client`),
      );
      for (const kind of WAYS)
        rows.push({
          'changes a tick': changes,
          way: kind,
          'µs CPU per change and client': mid(runs[kind], 'us').toFixed(2),
          'bytes per change and client': mid(runs[kind], 'bytes').toFixed(0),
        });
      const ratio = mid(runs.product, 'us') / mid(runs.naive, 'us');
      if (changes === 8)
        goals.push({ goal: '8 changes a tick: CPU ≤ 1/4 of naive', got: ratio.toFixed(2), met: ratio <= 0.25 });
    }
    return { rows, goals };
  },
};
