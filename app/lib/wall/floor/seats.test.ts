import { expect, test } from 'vitest';
import type { SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import { makeLocale } from '#lib/i18n/locale.ts';
import { agentName, inOrder, keepTiles, LEGEND, seatGrid, stateCounts, tileTime, tileView } from './seats.ts';
import { SEAT_STATES } from '#domain/floor/view.ts';

const NOW = 1_000_000_000;
const seat = (id: string, name = ''): SeatRow => ({
  id,
  name,
  extension: id,
  device: `PJSIP/${id}`,
  memberships: [],
  signedInAt: null,
});
const row = (change: Partial<SeatLiveRow>): SeatLiveRow => ({
  line: 'idle',
  since: NOW - 10_000,
  pause: 'none',
  reason: '',
  pauseSince: null,
  wrapUntil: null,
  onQueueCall: false,
  queue: null,
  call: null,
  holding: false,
  heldSince: null,
  ...change,
});
const many = (n: number): SeatRow[] => Array.from({ length: n }, (_, i) => seat(String(1001 + i)));

test('seats stand in the order of their numbers, not of their digits', () => {
  const seats = new Map(['1010', '999', '1002'].map((id) => [id, seat(id)]));
  expect(inOrder(seats).map((s) => s.id)).toEqual(['999', '1002', '1010']);
});

test('a member name that only repeats the number is no agent’s name', () => {
  expect(agentName(seat('1001', '坐席1001'))).toBe('');
  expect(agentName(seat('1001', 'PJSIP/1001'))).toBe('');
  expect(agentName(seat('1001', '王静'))).toBe('王静');
});

test('states sum to all seats, also with seats that were never heard of', () => {
  const seats = many(7);
  const live = new Map([
    ['1001', row({ line: 'in-call', onQueueCall: true })],
    ['1002', row({ line: 'in-call' })],
    ['1003', row({ pause: 'all', reason: '小休' })],
    ['1004', row({ pause: 'all' })],
    ['1005', row({ wrapUntil: NOW + 1 })],
  ]);
  const counts = stateCounts(seats, live, NOW, {});
  expect(counts).toMatchObject({ talking: 1, outbound: 1, break: 1, busy: 1, wrap: 1, offline: 2 });
  expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(seats.length);
});

test('the legend names every state once', () => {
  expect([...LEGEND].sort()).toEqual([...SEAT_STATES].sort());
});

test('a call over its limit is marked, then marked more strongly; the limit itself is not over', () => {
  const talk = (s: number): string =>
    tileView(row({ line: 'in-call', onQueueCall: true, since: NOW - s * 1000 }), NOW, {}).lasting;
  expect([talk(300), talk(301), talk(600), talk(601)]).toEqual(['fine', 'long', 'long', 'overlong']);
});

test('a long idle seat is not marked', () => {
  expect(tileView(row({ since: NOW - 9_999_000 }), NOW, {}).lasting).toBe('fine');
});

test('a seat that was never heard of shows no time', () => {
  expect(tileView(undefined, NOW, {})).toMatchObject({ state: 'offline', timeKnown: false });
});

test('the time of a dense tile leaves room for its sign: four characters beside one, three beside two', () => {
  const { format } = makeLocale('zh-CN', 'Asia/Shanghai');
  const shown = (line: SeatLiveRow['line'], s: number, tier: 'dense' | 'short' = 'dense'): string =>
    tileTime(tileView(row({ line, since: NOW - s * 1000 }), NOW, {}), tier, format);
  expect([shown('ringing', 20), shown('ringing', 45), shown('ringing', 100)]).toEqual(['0:20', '45″', '1′']);
  expect([shown('in-call', 599), shown('in-call', 3599), shown('idle', 7200)]).toEqual(['9:59', '59′', '2h']);
  expect(shown('ringing', 100, 'short')).toBe('1:40');
});

/** The seat panel of the wall at 1920×1080, rem. */
const W = 76.6;
const H = 48;

test('60 seats are told whole, 84 with name and time, 200 with sign and time, each on a tile of its own', () => {
  for (const [n, tier] of [
    [60, 'whole'],
    [84, 'short'],
    [200, 'dense'],
  ] as const) {
    for (const language of ['zh-CN', 'en'] as const) {
      const grid = seatGrid(n, W, H, language);
      expect([n, language, grid.tier]).toEqual([n, language, tier]);
      expect(grid.shown).toBe(n);
    }
  }
});

test('the grid never leaves its box, and tiles and “+n” together are all seats', () => {
  for (let n = 1; n < 400; n += 7) {
    const g = seatGrid(n, W, H);
    expect(g.columns * g.w + (g.columns - 1) * g.gap).toBeLessThanOrEqual(W + 1e-9);
    expect(g.rows * g.h + (g.rows - 1) * g.gap).toBeLessThanOrEqual(H + 1e-9);
    expect(g.shown === n || g.shown === g.columns * g.rows - 1).toBe(true);
    expect(g.shown).toBeLessThanOrEqual(g.columns * g.rows);
  }
});

test('few seats fill the panel: from 10 seats on tiles cover nine tenths of it, and text grows to at most twice its size', () => {
  for (const language of ['zh-CN', 'en'] as const) {
    for (const n of [10, 16, 30, 60, 120, 200]) {
      const g = seatGrid(n, W, H, language);
      expect([n, g.columns * (g.w + g.gap) >= 0.95 * W, g.rows * (g.h + g.gap) >= 0.95 * H]).toEqual([n, true, true]);
      expect(n / (g.columns * g.rows)).toBeGreaterThan(0.75);
      expect(g.scale).toBeGreaterThanOrEqual(1);
      expect(g.scale).toBeLessThanOrEqual(2);
    }
    expect(seatGrid(16, W, H, language).scale).toBeGreaterThan(1.8);
    expect(seatGrid(1, W, H, language).scale).toBe(2);
  }
});

test('a seat more never makes the text of a tile of the same kind larger', () => {
  let before = seatGrid(1, W, H);
  for (let n = 2; n < 300; n++) {
    const g = seatGrid(n, W, H);
    if (g.tier === before.tier) expect([n, g.scale <= before.scale + 0.011]).toEqual([n, true]);
    before = g;
  }
});

test('a box without size gives one tile and no nonsense', () => {
  expect(seatGrid(60, 0, 0)).toMatchObject({ columns: 1, rows: 1, shown: 0 });
});

test('where tiles run out, signed-out seats give way before anybody who works', () => {
  const seats = many(5);
  const live = new Map(['1001', '1003', '1004', '1005'].map((id) => [id, row({})]));
  expect(keepTiles(seats, live, 4).map((s) => s.id)).toEqual(['1001', '1003', '1004', '1005']);
  expect(keepTiles(seats, live, 2).map((s) => s.id)).toEqual(['1001', '1003']);
});
