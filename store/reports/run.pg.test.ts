import { expect, test } from 'vitest';
import { addParts, type Parts } from '#domain/calls/count.ts';
import { valueOf, type Fraction } from '#domain/calls/figure.ts';
import { INDICATORS, type IndicatorKey } from '#domain/calls/indicators.ts';
import { PARTS } from '#domain/calls/parts.ts';
import { scoped } from '#domain/calls/scope.ts';
import { sourceRows, type Dimension } from '#domain/calls/sources.ts';
import { randomRecords } from '#domain/calls/testing.ts';
import type { FactDraft } from '#domain/fact.ts';
import { mulberry32 } from '#domain/random.ts';
import { REPORTS, type FiguresReport } from '#domain/reports/catalogue.ts';
import { LISTS, type ListName } from '#domain/reports/lists.ts';
import { DAY, HOUR, startOfDay, parseLocal } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { recording } from '../facts.ts';
import { loadFloorRecords } from '../floor.ts';
import { drill } from './drill.ts';
import { keepUp } from './keep.ts';
import { readList } from './lists.ts';
import { readLive } from './live.ts';
import { compareStat, runStat, type StatQuery } from './run.ts';
import { addThresholds } from './thresholds.ts';
import { DEFAULT_THRESHOLDS } from '#domain/calls/thresholds.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const START = startOfDay('2026-03-30', ZONE);
const END = START + 4 * DAY;
const records = randomRecords(mulberry32(11), { from: START, hours: 90, calls: 900 });
await loadFloorRecords(sql, records);
await sql`insert into floor_gap (gap_id, t_from, t_to, why) values ('g', ${new Date(START + HOUR)}, ${new Date(START + 2 * HOUR)}, 'link')`;
await sql`insert into trunk_size (trunk, from_at, channels, set_by) values ('trunk-a', ${new Date(START - DAY)}, 30, 'test')`;
await sql.begin(
  async (tx) =>
    await addThresholds(
      tx as never,
      { queue: 'consult', from: START + 2 * DAY, values: { ...DEFAULT_THRESHOLDS, connectS: 30 } },
      'test',
      END,
    ),
);
await keepUp(sql, { zone: ZONE, now: () => END + 5 * HOUR });

const REPORTS_OF_FIGURES = REPORTS.filter((r): r is FiguresReport => r.kind === 'figures');
const query = (r: FiguresReport, by: readonly Dimension[], more: Partial<StatQuery> = {}): StatQuery => ({
  columns: r.columns,
  from: START,
  to: END,
  grain: r.grains[0]!,
  by,
  zone: ZONE,
  ...more,
});

test('every report, in each of its breakdowns and grains, cross-foots in every cell and equals the count from the records', async () => {
  let cells = 0;
  for (const r of REPORTS_OF_FIGURES)
    for (const by of r.by)
      for (const grain of new Set([r.grains[0]!, 'hour' as const, 'none' as const])) {
        const { table, pending } = await runStat(sql, query(r, by, { grain }));
        expect(pending).toBe(false);
        const raw = await runStat(sql, query(r, by, { grain, raw: true }));
        expect(table.rows, `${r.id} by ${by.join()}`).toEqual(raw.table.rows);
        const all: Parts = {};
        for (const row of table.rows) addParts(all, withoutChannels(row.parts));
        expect(nonZero(all)).toEqual(nonZero(withoutChannels(table.total.parts)));
        for (const g of table.groups) {
          const own: Parts = {};
          for (const row of table.rows)
            if (String(row.group) === String(g.group)) addParts(own, withoutChannels(row.parts));
          expect(nonZero(own)).toEqual(nonZero(withoutChannels(g.parts)));
        }
        cells += table.rows.length;
      }
  expect(cells).toBeGreaterThan(2000);
}, 120_000);

const withoutChannels = ({ channel_ms: _, ...parts }: Parts & { channel_ms?: number }): Parts => parts;
const nonZero = (p: Parts): object =>
  Object.fromEntries(
    Object.entries(p)
      .filter(([, n]) => n !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

test('what the seats took is what the queues answered, in every hour', async () => {
  const columns = ['answered', 'offered'] as const;
  const q = { columns, from: START, to: END, grain: 'hour' as const, zone: ZONE };
  const whole = await runStat(sql, { ...q, by: [] });
  const seats = await runStat(sql, { ...q, by: ['seat'] });
  for (const row of whole.table.rows) {
    const taken = seats.table.rows
      .filter((r) => r.interval === row.interval)
      .reduce((n, r) => n + (r.parts.taken ?? 0), 0);
    expect(taken).toBe(row.parts.answered ?? 0);
  }
});

test('a total opens what its column counts in the breakdown, and a break begun earlier is not one of the hour', async () => {
  const from = START + 2 * DAY + 9 * HOUR;
  for (const [key, by] of [
    ['offered', 'seat'],
    ['rests', 'reason'],
  ] as const)
    for (const to of [from + HOUR, from + DAY]) {
      const { table } = await runStat(sql, { columns: [key], from, to, grain: 'none', by: [by], zone: ZONE });
      const found = await drill(sql, { indicator: key, from, to, only: {}, by: [by], zone: ZONE });
      expect(found?.total).toBe(valueOf(table.total.figures[0] as Fraction));
    }
});

test('a figure opens exactly the rows that it counts, in the whole, a group and an hour', async () => {
  const from = START + 2 * DAY + 9 * HOUR;
  let opened = 0;
  for (const key of Object.keys(INDICATORS) as IndicatorKey[])
    for (const only of [{}, { queue: ['consult'] }, { seat: ['1002'] }] as const) {
      const by = Object.keys(only) as Dimension[];
      const i = scoped(INDICATORS[key], by);
      const found = await drill(sql, { indicator: key, from, to: from + 6 * HOUR, only, zone: ZONE });
      if (!i || i.opens.length === 0) {
        expect(found).toBeNull();
        continue;
      }
      if (i.opens.length !== 1 || PARTS[i.opens[0]!].value !== 'one') continue;
      const { table } = await runStat(sql, {
        columns: [key],
        from,
        to: from + 6 * HOUR,
        grain: 'none',
        by: [],
        only,
        zone: ZONE,
      });
      expect([key, found!.total]).toEqual([key, table.total.parts[i.opens[0]!] ?? 0]);
      expect(found!.rows).toHaveLength(Math.min(1000, found!.total));
      opened += found!.total;
    }
  expect(opened).toBeGreaterThan(300);
}, 60_000);

test('missed calls are settled in the database as in memory', async () => {
  const { table } = await runStat(sql, {
    columns: ['missed', 'callBackRate'],
    from: START,
    to: END,
    grain: 'day',
    by: [],
    zone: ZONE,
  });
  const missed = sourceRows(records, ZONE).missed.filter((m) => m.t_setup >= START && m.t_setup < END);
  const n = (how: string | null) => missed.filter((m) => m.how === how).length;
  expect(missed.length).toBeGreaterThan(30);
  expect(Math.min(n('through'), n('back'), n(null))).toBeGreaterThan(2);
  const { parts } = table.total;
  expect([parts.missed, parts.missed_through, parts.missed_back]).toEqual([missed.length, n('through'), n('back')]);
  expect(parts.missed_back_day ?? 0).toBe(missed.filter((m) => m.how === 'back' && m.same_day === 1).length);
});

test('a period in which the switch was not heard is told with the figures of its intervals only', async () => {
  const { gapMs, gapTotalMs, thresholds } = await runStat(sql, {
    columns: ['offered'],
    from: START,
    to: END,
    grain: 'day',
    by: [],
    zone: ZONE,
  });
  expect([gapMs, gapTotalMs]).toEqual([[HOUR, 0, 0, 0], HOUR]);
  expect(thresholds.map((p) => [p.queue, p.values.connectS])).toEqual([
    ['', 15],
    ['consult', 15],
    ['consult', 30],
  ]);
});

test('what the channels of a trunk offer follows its size, and a trunk without one stays unknown', async () => {
  const { table } = await runStat(sql, {
    columns: ['lineIdle'],
    from: START,
    to: START + DAY,
    grain: 'none',
    by: ['trunk'],
    zone: ZONE,
  });
  const of = (trunk: string) => table.rows.find((r) => r.group![0] === trunk)!.figures[0]!;
  const f = of('trunk-a');
  expect(typeof f === 'object' && f.whole).toBe(30 * DAY);
  expect(of('trunk-b')).toBe('unknown');
});

test('an earlier period stands beside, interval by interval; a group that was not there before had nothing', async () => {
  const q: StatQuery = {
    columns: ['offered', 'answerRate'],
    from: START + DAY,
    to: START + 2 * DAY,
    grain: 'hour',
    by: ['queue'],
    zone: ZONE,
  };
  const now = await runStat(sql, q);
  const c = await compareStat(sql, q, now.table, 'period');
  const before = await runStat(sql, { ...q, from: START, to: START + DAY });
  expect([c.from, c.to]).toEqual([START, START + DAY]);
  const sum = c.total[0]!.before;
  expect(sum).toEqual(before.table.total.figures[0]);
  expect(c.total[0]!.difference).toBe(valueOf(now.table.total.figures[0] as never)! - valueOf(sum as never)!);
  now.table.rows.forEach((row, i) => {
    const then = before.table.rows.find((b) => b.interval === row.interval && b.group![0] === row.group![0]);
    expect(c.rows[i]![0]!.before).toEqual(then?.figures[0] ?? { part: 0, whole: 1 });
  });
});

test('what is not counted yet is said, and only for the periods it touches', async () => {
  await sql`insert into call_move (t, call_id, kind, to_number) values (${new Date(START + 3 * DAY)}, 'x', 'blind', '')`;
  const pending = async (from: number) =>
    (await runStat(sql, { columns: ['transfers'], from, to: from + DAY, grain: 'none', by: [], zone: ZONE })).pending;
  expect([await pending(START), await pending(START + 3 * DAY)]).toEqual([false, true]);
  await keepUp(sql, { zone: ZONE, now: () => END + 5 * HOUR });
  expect(await pending(START + 3 * DAY)).toBe(false);
});

test('every list answers with its columns, and refuses a filter that it cannot keep', async () => {
  for (const list of Object.keys(LISTS) as ListName[]) {
    const { rows, more } = await readList(sql, { list, from: START, to: END, limit: 5 });
    expect(rows.length, list).toBeGreaterThan(list === 'logins' ? 0 : 3);
    expect(Object.keys(rows[0]!), list).toEqual(LISTS[list].map((c) => c.key));
    if (list === 'visits') expect(more).toBe(true);
  }
  await expect(readList(sql, { list: 'logins', from: START, to: END, filter: { queue: ['q'] } })).rejects.toThrow(
    /cannot be narrowed by queue/,
  );
  const all = await readList(sql, { list: 'answered', from: START, to: END });
  const bands = await Promise.all(
    [0, 1, 2, 3, 4].map((band) => readList(sql, { list: 'answered', from: START, to: END, filter: { band } })),
  );
  expect(bands.reduce((n, b) => n + b.rows.length, 0)).toBe(all.rows.length);
  const one = await readList(sql, {
    list: 'visits',
    from: START,
    to: END,
    filter: { queue: ['consult'], seat: ['1001', '1002'] },
  });
  expect(new Set(one.rows.map((r) => `${r.queue}`))).toEqual(new Set(['consult']));
});

test('the live reports are the folded floor at the newest fact', async () => {
  const at = parseLocal('2026-04-03 10:00', ZONE)!;
  const fact = (subject: string, body: object): FactDraft => ({ at, subject, actor: 'test', ...body }) as FactDraft;
  await recording(sql, async () => ({
    result: null,
    facts: [
      fact('consult', {
        kind: 'queue.described',
        body: { strategy: 'ringall', maxWaiting: 0, serviceLevelS: 20, weight: 0, wrapUpS: 5 },
      }),
      fact('1001', {
        kind: 'seat.changed',
        body: {
          line: 'idle',
          since: at - 60_000,
          pause: 'none',
          reason: '',
          pauseSince: null,
          wrapUntil: null,
          onQueueCall: false,
          queue: null,
          call: null,
          holding: false,
          heldSince: null,
        },
      }),
      fact('v', {
        kind: 'visit.joined',
        body: { queue: 'consult', call: 'c', joinedAt: at, caller: '13800000001', approximate: false },
      }),
    ],
  }));
  const o = { zone: ZONE, now: at + 5000, reasons: {} };
  expect(await readLive(sql, 'seats', o)).toMatchObject([{ seat: '1001', state: 'idle', in_state_s: 65 }]);
  expect(await readLive(sql, 'waiting', o)).toMatchObject([{ queue: 'consult', caller: '13800000001', age_s: 5 }]);
  expect(await readLive(sql, 'queues', o)).toMatchObject([{ queue: 'consult', waiting: 1, oldest_s: 5, offered: 1 }]);
});

test('sign-ins that go on stand among those that are over, and a consultation is found by its other side', async () => {
  const at = parseLocal('2026-04-03 11:00', ZONE)!;
  const body = {
    name: '李',
    extension: '1077',
    device: 'PJSIP/1077',
    ip: '10.0.0.7',
    signedInAt: at - HOUR,
    memberships: [{ queue: 'consult', penalty: 0, paused: false, reason: '', kind: 'dynamic' }],
  };
  await recording(sql, async () => ({
    result: null,
    facts: [{ kind: 'seat.described', at, subject: '1077', actor: 'test', body } as unknown as FactDraft],
  }));
  await sql`
    insert into seat_login (t_in, t_out, seat_no, name, extension, ip)
    values (${new Date(at - 3 * HOUR)}, ${new Date(at - 2 * HOUR)}, '1077', '李', '1077', '10.0.0.7')`;
  const ask = { list: 'logins', from: at - DAY, to: at + HOUR, zone: ZONE, filter: { seat: ['1077'] } } as const;
  expect((await readList(sql, ask)).rows.map((r) => [r.t_in, r.t_out, r.ip])).toEqual([
    [at - 3 * HOUR, at - 2 * HOUR, '10.0.0.7'],
    [at - HOUR, null, '10.0.0.7'],
  ]);
  expect((await readList(sql, { ...ask, from: at, to: at + HOUR })).rows).toEqual([]);
  const all = { list: 'moves', from: START - DAY, to: END + DAY } as const;
  const moves = (await readList(sql, all)).rows;
  const seat = moves.find((m) => m.to_seat !== null)!.to_seat as string;
  const found = (await readList(sql, { ...all, filter: { other: seat } })).rows;
  expect(found).toEqual(moves.filter((m) => m.to_seat === seat));
  expect((await readList(sql, { ...all, filter: { other: '800' } })).rows).toEqual(moves.filter((m) => m.to_number === '800')); // prettier-ignore
  await expect(readList(sql, { ...ask, filter: { other: seat } })).rejects.toThrow('other side');
});
