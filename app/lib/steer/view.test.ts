import { expect, test } from 'vitest';
import type { LinkRow, SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import { COMMAND, EXPIRES_AFTER_MS, STEER_KINDS, type FloorCommandRow } from '#domain/steer/rows.ts';
import { Tables } from '#domain/tables.ts';
import { en } from '#lib/i18n/en.ts';
import { zhCN } from '#lib/i18n/zh-CN.ts';
import { lastOfSeats, matches, menuFor, needsDialog, SeatLines, shownState } from './view.ts';
import { resultText } from './words.ts';

const NOW = 1_800_000_000_000;
const MEANS = { hand: true, recorder: true, prompt: true };
const SEAT: SeatRow = {
  id: '1001',
  name: '李敏',
  extension: '1001',
  device: 'PJSIP/1001',
  signedInAt: NOW,
  memberships: [
    {
      queue: 'consult',
      interface: 'PJSIP/1001',
      kind: 'dynamic',
      penalty: 0,
      paused: false,
      reason: '',
      pausedAt: null,
    },
  ],
};
const LIVE: SeatLiveRow = {
  line: 'in-call',
  since: NOW,
  pause: 'none',
  reason: '',
  pauseSince: null,
  wrapUntil: null,
  onQueueCall: true,
  queue: 'consult',
  call: 'c1',
  holding: false,
  heldSince: null,
};
const command = (id: number, more: Partial<FloorCommandRow> = {}): FloorCommandRow => ({
  id: String(id),
  kind: 'listen',
  seat: '1001',
  call: 'c1',
  visit: null,
  queue: null,
  phone: '8001',
  to: null,
  reason: null,
  text: null,
  priority: null,
  penalty: null,
  by: { account: 1, name: '班长' },
  state: 'asked',
  code: null,
  detail: '',
  askedAt: NOW,
  changedAt: NOW,
  ...more,
});
function floor(live: Partial<SeatLiveRow> = {}): Tables {
  const t = new Tables();
  t.put<LinkRow>('link', 'asterisk', { state: 'live', since: NOW });
  t.put('seat', '1001', SEAT);
  t.put('seatLive', '1001', { ...LIVE, ...live });
  return t;
}
const kinds = (t: Tables) =>
  menuFor(t, { seat: '1001', call: 'c1', visit: null }, STEER_KINDS, MEANS, NOW).flatMap((g) => g.items);

test('a menu holds what the role may do, each with the rule that the server will ask', () => {
  expect(kinds(floor()).every((i) => i.refused === null)).toBe(true);
  const idle = kinds(floor({ line: 'idle', call: null }));
  expect(idle.find((i) => i.kind === 'listen')?.refused).toBe('no-conversation');
  expect(idle.find((i) => i.kind === 'set-busy')?.refused).toBeNull();
  const mine = menuFor(floor(), { seat: '1001', call: 'c1', visit: null }, ['listen'], MEANS, NOW);
  expect(mine.flatMap((g) => g.items.map((i) => i.kind))).toEqual(['listen']);
});

test('of starting and ending a recording the menu shows the one that fits', () => {
  const t = floor();
  expect(kinds(t).map((i) => i.kind)).toContain('record');
  expect(kinds(t).map((i) => i.kind)).not.toContain('stop-recording');
  t.put(COMMAND, '1', command(1, { kind: 'record', state: 'confirmed' }));
  expect(kinds(t).map((i) => i.kind)).not.toContain('record');
  expect(kinds(t).map((i) => i.kind)).toContain('stop-recording');
});

test('cutting off always asks, listening only while the own telephone is not known', () => {
  expect(needsDialog('cut-off', '8001')).toBe(true);
  expect(needsDialog('take-over', '8001')).toBe(true);
  expect(needsDialog('listen', null)).toBe(true);
  expect(needsDialog('listen', '8001')).toBe(false);
  expect(needsDialog('set-ready', null)).toBe(false);
});

test('a wish that nobody takes is told as such, and never as done', () => {
  expect(shownState(command(1), NOW + 1000)).toBe('asked');
  expect(shownState(command(1), NOW + EXPIRES_AFTER_MS + 6000)).toBe('ignored');
  expect(shownState(command(1, { state: 'sent' }), NOW + 3_600_000)).toBe('sent');
});

test('a seat’s row shows its newest command, for a while', () => {
  const rows = new Map([command(9), command(10, { kind: 'barge' })].map((c) => [c.id, c]));
  expect(lastOfSeats(rows, NOW).get('1001')?.id).toBe('10');
  expect(lastOfSeats(rows, NOW + 3_600_000).size).toBe(0);
});

test('a seat is found by number, name or the queue’s shown name', () => {
  const found = (typed: string) => matches(SEAT, 'talking', typed, null, () => '咨询');
  expect([found('100'), found('李'), found('咨询'), found('投诉')]).toEqual([true, true, true, false]);
  expect(matches(SEAT, 'talking', '', 'idle', () => '')).toBe(false);
});

test('while only time passes a seat keeps its line, and gets a new one when its state changes', () => {
  const lines = new SeatLines();
  const wrap = { ...LIVE, line: 'idle', call: null, wrapUntil: NOW + 5000 } as const;
  const first = lines.of(SEAT, wrap, NOW, {});
  expect(lines.of(SEAT, wrap, NOW + 3000, {})).toBe(first);
  expect([first.state, lines.of(SEAT, wrap, NOW + 6000, {}).state]).toEqual(['wrap', 'idle']);
});

test('a result is said in both languages: done by what was done, else with its reason', () => {
  expect(resultText(command(1, { state: 'confirmed' }), NOW, zhCN)).toBe('监听中');
  expect(resultText(command(1, { state: 'refused', code: 'call-ended' }), NOW, zhCN)).toBe('未执行 · 通话已结束');
  expect(resultText(command(1, { state: 'failed', code: 'phone-busy' }), NOW, en)).toBe(
    'Failed · your extension is busy; hang up first',
  );
});
