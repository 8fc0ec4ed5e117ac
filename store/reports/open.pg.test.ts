import { expect, test } from 'vitest';
import type { CountedCase } from '#domain/calls/matters.ts';
import { countParts, type Parts } from '#domain/calls/count.ts';
import { sourceRows, type Dimension, type Source } from '#domain/calls/sources.ts';
import { NO_TEAMS } from '#domain/calls/teams.ts';
import { seededDay } from '#domain/calls/testing-day.ts';
import type { IndicatorKey } from '#domain/calls/indicators.ts';
import { emptyRecords, RecordFold, type FloorRecords } from '#domain/floor/records.ts';
import { CALL_TYPES } from '#domain/reports/catalogue.ts';
import { SEAT_STATES } from '#domain/floor/view.ts';
import { mulberry32 } from '#domain/random.ts';
import { DAY, HOUR, MINUTE, startOfDay, type Instant } from '#domain/time.ts';
import { casesOf, countedCases } from '#tests/support/counted-cases.ts';
import { testDatabase } from '#tests/support/database.ts';
import { upsertCases } from '../cases.ts';
import { claimFloor, writeFloorBatch } from '../floor.ts';
import { keepUp } from './keep.ts';
import { runStat } from './run.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const START = startOfDay('2026-03-30', ZONE);
const REASONS = { 就餐: 'break', 小休: 'other' } as const;
const BATCH = 40;
const facts = seededDay(mulberry32(5), { from: START + 19 * HOUR, to: START + DAY + 5 * HOUR, calls: 800, seats: 6 });
const all = emptyRecords();
const fold = new RecordFold(REASONS);
/** What the day's calls will be, and the cases that name them: a case is told while its call goes on, or later. */
const cases = casesOf(mulberry32(6), foreseen(), 0.7, 'O').filter((c) => c.type !== 'unknown');
function foreseen(): FloorRecords {
  const records = emptyRecords();
  const future = new RecordFold(REASONS);
  for (const f of facts) future.apply(f, records);
  return records;
}
let written = 0;
let batches = 0;
await claimFloor(sql, 'run', ZONE);

/** Writes what happened until t as ingest does, in batches, and lets the keeper count it. */
async function until(t: Instant): Promise<void> {
  while (written < facts.length && facts[written]!.at <= t) {
    const some = facts.slice(written, written + BATCH).filter((f) => f.at <= t);
    const records: FloorRecords = emptyRecords();
    for (const f of some) fold.apply(f, records);
    for (const k of Object.keys(all) as (keyof FloorRecords)[]) (all[k] as unknown[]).push(...records[k]);
    await writeFloorBatch(sql, { run: 'run', batch: ++batches, heardAt: t, startup: null, facts: some, records });
    written += some.length;
  }
  await upsertCases(sql, cases.filter((c) => c.acceptedAt - 2 * MINUTE <= t).slice(-400), {
    now: t,
    zone: ZONE,
    actor: 'test',
  });
  await keepUp(sql, { zone: ZONE, now: () => t, pack: false });
}

const TIME: readonly IndicatorKey[] = [
  'login',
  'stateIdle',
  'stateTalking',
  'stateWrap',
  'stateBreak',
  'stateBusy',
  'rest',
  'utilisation',
];
const COUNTS: readonly IndicatorKey[] = [
  'inbound',
  'offered',
  'answered',
  'abandoned',
  'leftOtherwise',
  'visitsUnknown',
  'waiting',
];
const period = { from: START, to: START + 2 * DAY, grain: 'half-hour' as const, zone: ZONE };
const live = async (columns: readonly IndicatorKey[], by: readonly Dimension[], now: Instant) =>
  (await runStat(sql, { ...period, columns, by, open: { now, reasons: REASONS } })).table;

type Cells = Record<string, Parts>;
const cellsOf = (list: Iterable<{ interval: number | null; group: readonly string[] | null; parts: object }>): Cells =>
  Object.fromEntries(
    [...list].flatMap((c) => {
      const parts = Object.entries(c.parts as Parts).filter(([, n]) => n !== 0);
      return parts.length === 0 ? [] : [[`${c.interval} ${c.group?.join()}`, Object.fromEntries(parts.sort())]];
    }),
  );

/** What the records, once all are there, say of the time before `now`. */
function afterwards(s: Source, by: readonly Dimension[], now: Instant, known: readonly CountedCase[] = []): Cells {
  const edges = Array.from({ length: 97 }, (_, i) => START + i * 30 * MINUTE).filter((t) => t < now);
  const answered = all.seat_segment.filter((x) => s !== 'inbound' || (x.t_answer ?? Infinity) <= now);
  const rows = sourceRows({ ...all, seat_segment: answered }, ZONE, NO_TEAMS, known);
  return cellsOf(countParts(s, rows[s] as never, { edges: [...edges, now], by }));
}

test('R8: what is live at any instant is what the records say of it once the day is over', async () => {
  const random = mulberry32(9);
  const gapAt = facts.find((f) => f.kind === 'floor.gap')!.at;
  const instants = [
    ...Array.from({ length: 9 }, () => START + 19.2 * HOUR + Math.floor(random() * 9.6 * HOUR)),
    START + DAY,
    START + DAY + 1,
    gapAt + 10 * MINUTE,
  ].sort((a, b) => a - b);
  const seen: {
    now: Instant;
    time: Cells;
    rests: Cells;
    offered: Cells;
    taken: number;
    answered: number;
    lines: Cells;
    typed: Cells;
    known: readonly CountedCase[];
  }[] = [];
  let waited = 0;
  for (const now of instants) {
    await until(now);
    const time = await live(TIME, ['seat'], now);
    const counts = await live(COUNTS, ['queue'], now);
    const whole = await live(['inbound', 'answered', 'lineBusy'], [], now);
    const seats = await live(['answered'], ['seat'], now);
    const typed = await live(['inbound', ...CALL_TYPES], ['seat'], now);
    for (const { parts } of [...counts.rows, counts.total]) {
      const n = (p: keyof Parts): number => parts[p] ?? 0;
      expect(n('offered')).toBe(n('answered') + n('abandoned') + n('left_otherwise') + n('visits_lost') + n('waiting'));
    }
    waited += counts.total.parts.waiting ?? 0;
    const only = (rows: typeof time.rows, p: (name: string) => boolean): Cells =>
      cellsOf(rows.map((r) => ({ ...r, parts: Object.fromEntries(Object.entries(r.parts).filter(([k]) => p(k))) })));
    seen.push({
      now,
      time: only(time.rows, (k) => k.startsWith('state_')),
      rests: only(time.rows, (k) => k === 'rest_ms'),
      offered: only(counts.rows, (k) => k === 'offered'),
      lines: only(whole.rows, (k) => k === 'calls_in' || k === 'line_ms'),
      typed: cellsOf(typed.rows),
      known: await countedCases(sql),
      taken: seats.total.parts.taken ?? 0,
      answered: whole.total.parts.answered ?? 0,
    });
  }
  await until(START + 2 * DAY);
  expect(Object.values(seen.at(-1)!.typed).some((p) => (p.typed_consultation ?? 0) > 0)).toBe(true);
  expect(waited).toBeGreaterThan(3);
  expect(all.seat_state.filter((s) => s.t_from < START + DAY && s.t_to > START + DAY).length).toBeGreaterThan(2);
  const named = (cells: Cells, ...names: (keyof Parts)[]): Cells =>
    cellsOf(
      Object.entries(cells).map(([key, parts]) => {
        const [interval, group] = key.split(' ');
        const some = Object.fromEntries(Object.entries(parts).filter(([k]) => names.includes(k as keyof Parts)));
        return { interval: Number(interval), group: group ? [group] : [], parts: some };
      }),
    );
  for (const s of seen) {
    const states = SEAT_STATES.filter((x) => x !== 'offline');
    const names = states.map((x) => `state_${x}_ms` as const);
    expect(named(s.time, ...names), new Date(s.now).toISOString()).toEqual(
      named(afterwards('time', ['seat'], s.now), ...names),
    );
    expect(s.rests).toEqual(named(afterwards('rest', ['seat'], s.now), 'rest_ms'));
    expect(s.offered).toEqual(named(afterwards('visit', ['queue'], s.now), 'offered'));
    const lines = { ...named(afterwards('call', [], s.now), 'calls_in') };
    for (const [key, parts] of Object.entries(named(afterwards('line', [], s.now), 'line_ms')))
      lines[key] = { ...lines[key], ...parts };
    expect(s.lines).toEqual(lines);
    expect(s.taken).toBe(s.answered);
    expect(s.typed).toEqual(afterwards('inbound', ['seat'], s.now, s.known));
  }
});

test('when the day is closed, the figures with what runs are the stored ones', async () => {
  await until(START + 2 * DAY);
  const now = START + 2 * DAY + HOUR;
  for (const [columns, by] of [
    [TIME, ['seat']],
    [COUNTS, ['queue']],
  ] as const) {
    const yesterday = { ...period, to: START + DAY, columns, by: [...by] };
    const stored = await runStat(sql, yesterday);
    const withOpen = await runStat(sql, { ...yesterday, open: { now, reasons: REASONS } });
    expect(withOpen.table.rows.map((r) => ({ ...r }))).toEqual(stored.table.rows.map((r) => ({ ...r })));
    expect(stored.table.rows.length).toBeGreaterThan(10);
  }
});
