import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import type { Fact } from '#domain/fact.ts';
import { foldFloor } from '#domain/floor/fold.ts';
import { emptyRecords, RecordFold, type FloorRecords } from '#domain/floor/records.ts';
import type { GapRow, LinkRow, QueueDayRow } from '#domain/floor/rows.ts';
import { Tables } from '#domain/tables.ts';
import { compare, quietZone } from '#scripts/replay/compare.ts';
import { freePort } from '#scripts/replay/ingest-process.ts';
import { readRecording } from '#scripts/replay/recording.ts';
import { RecordingPlayer } from '#scripts/replay/switch.ts';
import { readTruth } from '#scripts/replay/truth.ts';
import { factsAfter } from '#store/facts.ts';
import type { Sql } from '#store/db.ts';
import { testDatabase } from '#tests/support/database.ts';
import { asterisk } from './index.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures');
const { sql } = await testDatabase();
const recording = readRecording(FIXTURE);
const truth = readTruth(FIXTURE);

// each test plays the same recording from its beginning: the switch's clock would go back
beforeEach(async () => {
  const tables = ['fact', 'source_cursor', 'state_snapshot', ...Object.keys(emptyRecords())];
  await sql.unsafe(`truncate ${tables.join(', ')}`);
});

/** The source as the supervisor runs it, until `stop` is called. */
function source(port: number): { stop(): Promise<void>; stopped: Promise<void>; rejected: string[] } {
  const { config } = parseConfig({
    AMI_HOST: '127.0.0.1',
    AMI_PORT: String(port),
    AMI_USER: 'replay',
    AMI_SECRET: 's',
  });
  const stop = new AbortController();
  const rejected: string[] = [];
  const running = asterisk.run({
    sql,
    config,
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    reject: async (_raw, code, reason) => void rejected.push(`${code} ${reason}`),
    report: () => {},
  });
  return {
    rejected,
    stopped: running,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

async function player(speed: number): Promise<RecordingPlayer> {
  const p = new RecordingPlayer(recording, {
    port: await freePort(),
    speed,
    secret: 's',
    now: () => performance.now(),
  });
  await p.listen();
  return p;
}

async function allFacts(db: Sql): Promise<Fact[]> {
  const out: Fact[] = [];
  for (let some = await factsAfter(db, 0); some.length > 0; some = await factsAfter(db, out.at(-1)!.n))
    out.push(...some);
  return out;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const give = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > give) throw new Error(`waited for: ${what}`);
    await sleep(20);
  }
}

const fold = (facts: readonly Fact[]): Tables => {
  const tables = new Tables();
  for (const f of facts) foldFloor(tables, f, quietZone(truth.epochMs));
  return tables;
};

/** What the tables hold, in the shape of the records. */
async function stored(): Promise<Record<string, unknown[]>> {
  const out: Record<string, unknown[]> = {};
  for (const table of Object.keys(emptyRecords())) {
    const rows = await sql.unsafe<Record<string, unknown>[]>(`select * from ${table}`);
    out[table] = rows.map((r) => JSON.stringify(r, Object.keys(r).sort())).sort();
  }
  return out;
}

const heardToTheEnd = (): Promise<void> =>
  until('the last event', async () => {
    const [r] = await sql<{ heard: number }[]>`select (cursor->>'heardAt')::float8 as heard from source_cursor`;
    return (r?.heard ?? 0) >= truth.epochMs + recording.to - 5000;
  });

/** The records of a fold, written as the tables would give them back. */
function expected(records: FloorRecords): Record<string, unknown[]> {
  const date = (k: string, v: unknown): unknown =>
    (k === 't' || k.startsWith('t_')) && typeof v === 'number' ? new Date(v).toISOString() : v;
  const gaps = [...new Map(records.floor_gap.map((g) => [g.gap_id, g])).values()];
  return Object.fromEntries(
    Object.entries({ ...records, floor_gap: gaps }).map(([table, rows]) => [
      table,
      (rows as unknown as Record<string, unknown>[])
        .map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, date(k, v)])))
        .map((r) => JSON.stringify(r, Object.keys(r).sort()))
        .sort(),
    ]),
  );
}

test('a recording played live into the database gives the switch’s own figures, and the stored rows are those of the facts', async () => {
  const p = await player(25);
  const s = source(p.port);
  await p.over;
  await heardToTheEnd();
  await s.stop();
  await p.stop();
  const facts = await allFacts(sql);
  const c = compare(facts, truth);
  expect(c.differing).toEqual([]);
  // at this speed a second of the switch is a few dozen milliseconds: single states may come late on a busy machine
  expect(c.seatMisses.length / c.seatChecks).toBeLessThan(0.02);
  expect(c.ghosts.length).toBeLessThan(3);
  expect(s.rejected).toEqual([]);

  const records = emptyRecords();
  const again = new RecordFold({});
  for (const f of facts) again.apply(f, records);
  expect(await stored()).toEqual(expected(records));
  expect(records.queue_visit.length).toBeGreaterThan(100);
  expect(records.seat_state.length).toBeGreaterThan(300);
});

test('a source that starts again marks the gap, ends what vanished as unknown, and is live again', async () => {
  const p = await player(25);
  const first = source(p.port);
  const at = (s: number): Promise<void> =>
    until(`${s} s of the recording`, () => Promise.resolve(p.eventNow() >= truth.epochMs + s * 1000));
  await at(100);
  await first.stop();
  await at(130);
  const second = source(p.port);
  await until('live again', async () =>
    (await allFacts(sql)).some(
      (f) => f.kind === 'floor.linked' && f.body.state === 'live' && f.at > truth.epochMs + 130_000,
    ),
  );
  await p.over;
  await heardToTheEnd();
  await second.stop();
  await p.stop();
  const tables = fold(await allFacts(sql));
  const gap = [...tables.all<GapRow>('gap').values()].find((g) => g.to !== null && g.from > truth.epochMs + 95_000);
  expect(gap?.why).toBe('ingest');
  expect(gap!.from).toBeLessThanOrEqual(truth.epochMs + 101_000);
  expect(gap!.to).toBeGreaterThanOrEqual(truth.epochMs + 130_000);
  expect(tables.get<LinkRow>('link', 'asterisk')?.state).toBe('live');
  let unknown = 0;
  for (const [queue, want] of Object.entries(truth.queues)) {
    const d = tables.get<QueueDayRow>('queueDay', queue)!;
    unknown += d.unknown + d.talkingUnknown;
    expect(d.offered).toBe(d.waiting + d.answered + d.abandoned + d.timedOut + d.left + d.lost + d.unknown);
    expect(d.abandoned).toBeLessThanOrEqual(want.abandoned!);
  }
  expect(unknown).toBeGreaterThan(0);
  const [written] = await sql<{ n: number }[]>`select count(*)::int as n from queue_visit where outcome = 'unknown'`;
  expect(written!.n).toBeGreaterThan(0);
});

test('two sources cannot both write the floor: the older one stops', async () => {
  const p = await player(1);
  const first = source(p.port);
  const firstEnds = expect(first.stopped).rejects.toThrow(/another process/);
  await until('the first is live', async () =>
    (await allFacts(sql)).some((f) => f.kind === 'floor.linked' && f.body.state === 'live'),
  );
  const second = source(p.port);
  await firstEnds;
  await second.stop();
  await p.stop();
});
