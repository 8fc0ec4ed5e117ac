import { expect, test } from 'vitest';
import { emptyFloorDay, emptyQueueDay } from '#domain/floor/counters.ts';
import { TODAY } from '#domain/floor/fold.ts';
import type { FloorDayRow, GapRow, QueueDayRow, QueueRow, VisitRow } from '#domain/floor/rows.ts';
import { floorView } from '#domain/floor/view.ts';
import { Tables } from '#domain/tables.ts';
import { startOfDay } from '#domain/time.ts';
import { makeLocale } from '#lib/i18n/locale.ts';
import { floorFreshness } from './freshness.ts';
import { gapNote, headlines } from './headline.ts';

const ZONE = 'Asia/Shanghai';
const DAY = '2026-11-22';
const START = startOfDay(DAY, ZONE);
const NOW = START + 10 * 3_600_000;
const zh = makeLocale('zh-CN', ZONE);

function floor(queueDay: Partial<QueueDayRow>, floorDay: Partial<FloorDayRow> = {}): Tables {
  const tables = new Tables();
  tables.put<QueueRow>('queue', 'q', {
    id: 'q',
    strategy: '',
    maxWaiting: 0,
    serviceLevelS: 20,
    weight: 0,
    wrapUpS: null,
  });
  tables.put<QueueDayRow>('queueDay', 'q', { ...emptyQueueDay(DAY), ...queueDay });
  tables.put<FloorDayRow>('floorDay', TODAY, { ...emptyFloorDay(DAY), ...floorDay });
  return tables;
}
const shown = (tables: Tables): Record<string, { value: string; unit: string; met: boolean | null; lasting: string }> =>
  Object.fromEntries(headlines(floorView(tables, { now: NOW, zone: ZONE }), zh).map((h) => [h.key, h]));

test('before the first call rates are unknown and held against no goal', () => {
  const h = shown(floor({}));
  for (const key of ['connect15', 'connectRate', 'serviceLevel'])
    expect(h[key]).toMatchObject({ value: '–', unit: '', met: null });
});

test('within 15 s is held against 90 %, connection against 95 %', () => {
  const h = shown(floor({ offered: 100, answered: 94, answered15: 90, answered20: 92, abandoned: 6 }));
  expect(h.connect15).toMatchObject({ value: '90.0', met: true });
  expect(h.connectRate).toMatchObject({ value: '94.0', met: false });
  expect(h.serviceLevel).toMatchObject({ value: '92.0', met: true });
});

test('calls refused at the door count as missed and against the connection rate', () => {
  const h = shown(floor({ offered: 10, answered: 9, abandoned: 1 }, { blocked: 2 }));
  expect(h.missed!.value).toBe('3');
  expect(h.connectRate!.value).toBe('75.0');
});

test('the number of waiting callers is marked when the oldest waits too long', () => {
  const tables = floor({ waiting: 1, offered: 1 });
  tables.put<VisitRow>('visit', 'v', {
    id: 'v',
    call: 'c',
    queue: 'q',
    caller: '138****0000',
    joinedAt: NOW - 61_000,
    approximate: false,
    state: 'waiting',
    answeredAt: null,
    waitS: null,
    seat: null,
  });
  expect(shown(tables).waiting).toMatchObject({ value: '1', lasting: 'overlong' });
});

test('a gap of today marks the figures of today and is named with its time and cause', () => {
  const tables = floor({ offered: 1, answered: 1 });
  tables.put<GapRow>('gap', 'g', { id: 'g', from: START + 3_600_000, to: START + 3_630_000, why: 'ingest' });
  const view = floorView(tables, { now: NOW, zone: ZONE });
  const marked = headlines(view, zh).filter((h) => h.gap);
  expect(marked.map((h) => h.key)).toEqual([
    'connect15',
    'connectRate',
    'serviceLevel',
    'inbound',
    'answered',
    'abandoned',
    'missed',
  ]);
  expect(gapNote(view, NOW, zh)).toBe('≈ 今日数据不全：01:00:00–01:00:30 未采集');
});

test('many gaps are named by the longest two and their number', () => {
  const tables = floor({});
  for (let i = 1; i <= 4; i++)
    tables.put<GapRow>('gap', `g${i}`, {
      id: `g${i}`,
      from: START + i * 3_600_000,
      to: START + i * 3_600_000 + i * 1000,
      why: 'link',
    });
  const note = gapNote(floorView(tables, { now: NOW, zone: ZONE }), NOW, zh)!;
  expect(note).toContain('04:00:00–04:00:04');
  expect(note).toContain('03:00:00–03:00:03');
  expect(note).not.toContain('02:00:00');
  expect(note).toContain('4');
});

test('a reader that died looks stale although the switch’s link still says live', () => {
  const link = { state: 'live', since: START } as const;
  const beat = { body: { contactAt: NOW - 40_000, limitS: 10 } };
  expect(floorFreshness(link, beat, NOW, zh).asOf).toBe(NOW - 40_000);
  expect(floorFreshness(link, { body: { ...beat.body, contactAt: NOW - 1000 } }, NOW, zh).asOf).toBe(NOW - 1000);
  // nobody ever gave a sign: what the link's fact said is all that is known, and it ages
  expect(floorFreshness(link, undefined, NOW, zh).asOf).toBe(START);
  // the link came back, and the first sign after it is still on its way
  expect(floorFreshness({ state: 'live', since: NOW - 500 }, beat, NOW, zh).asOf).toBe(NOW - 500);
  expect(floorFreshness({ state: 'away', since: NOW - 5000 }, beat, NOW, zh).asOf).toBe(NOW - 5000);
  expect(floorFreshness(undefined, beat, NOW, zh).asOf).toBeNull();
});
