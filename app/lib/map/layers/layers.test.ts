import { expect, test } from 'vitest';
import { CASE_TYPES, URGENCIES } from '#domain/cases/case.ts';
import type { CaseRow, HotIssueRow } from '#domain/cases/rows.ts';
import type { ReadingSignal } from '#domain/city/rows.ts';
import type { IncidentRow, IncidentState } from '#domain/incidents/rows.ts';
import { foldText } from '#domain/text-fold.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { plainFiltered, plainMarks } from '#tests/support/plain-layers.ts';
import { ALL_CASES, caseMarks, filterCount, filteredCases, type CaseFilter } from './cases.ts';
import { hotAreas, hotTags } from './hot-issues.ts';
import { incidentTags } from './incidents.ts';
import { cityMean, cityMost, notable, readingTags, readingText } from './readings.ts';
import { flowCounts, flows } from './speeds.ts';

const NOW = Date.parse('2026-11-22T04:00:00Z');
const row = (over: Partial<CaseRow>): CaseRow =>
  ({
    type: 'complaint',
    category: ['城市管理', '路灯'],
    title: '路灯不亮',
    district: '云山区',
    place: '云山路',
    at: [118.78, 32.05],
    state: 'registered',
    urgency: 'normal',
    acceptedAt: NOW - HOUR,
    unit: null,
    ...over,
  }) as CaseRow;

test('a filter keeps what fulfils all of it, in either script', () => {
  const rows = new Map([
    ['C1', row({})],
    ['C2', row({ type: 'help' })],
    ['C3', row({ state: 'closed' })],
    ['C4', row({ district: '江滨区' })],
    ['C5', row({ acceptedAt: NOW - 5 * HOUR })],
    ['C6', row({ title: '噪音扰民' })],
  ]);
  const nos = (over: object): string[] =>
    filteredCases(rows, { ...ALL_CASES, ...over }, NOW)
      .map(([no]) => no)
      .sort();
  expect(nos({})).toEqual(['C1', 'C2', 'C3', 'C4', 'C5', 'C6']);
  expect(nos({ types: ['help'] })).toEqual(['C2']);
  expect(nos({ phases: ['done'] })).toEqual(['C3']);
  expect(nos({ district: '江滨区' })).toEqual(['C4']);
  expect(nos({ hours: 3 })).toEqual(['C1', 'C2', 'C3', 'C4', 'C6']);
  expect(nos({ text: '路燈不亮 雲山' })).toEqual(['C1', 'C2', 'C3', 'C4', 'C5']);
  expect(nos({ text: 'c6' })).toEqual(['C6']);
  expect(filterCount({ ...ALL_CASES, types: ['help'], text: ' ' })).toBe(1);
});

test('urgent open cases come first, then the newest', () => {
  const rows = new Map([
    ['old', row({ acceptedAt: NOW - 2 * HOUR })],
    ['new', row({ acceptedAt: NOW })],
    ['urgent', row({ urgency: 'urgent', acceptedAt: NOW - 9 * HOUR })],
    ['worst', row({ urgency: 'veryUrgent', acceptedAt: NOW - 9 * HOUR })],
    ['done', row({ urgency: 'veryUrgent', state: 'closed', acceptedAt: NOW - 9 * HOUR })],
  ]);
  expect(filteredCases(rows, ALL_CASES, NOW).map(([no]) => no)).toEqual(['worst', 'urgent', 'new', 'old', 'done']);
});

test('equal times are listed by number, whatever order the rows came in', () => {
  const at = [NOW, NOW - 5, NOW, NOW - 5, NOW - 9];
  const rows = at.map((acceptedAt, i): [string, CaseRow] => [`C${i}`, row({ acceptedAt })]);
  const far = ['C9', row({ acceptedAt: NOW - 10 * 365 * 24 * HOUR })] as [string, CaseRow];
  const listed = (from: [string, CaseRow][]): string =>
    filteredCases(new Map(from), ALL_CASES, NOW)
      .map(([no]) => no)
      .join(' ');
  expect(listed(rows)).toBe('C2 C0 C3 C1 C4');
  expect(listed(rows.toReversed())).toBe('C2 C0 C3 C1 C4');
  // times too far apart for one number are sorted all the same
  expect(listed([far, ...rows])).toBe('C2 C0 C3 C1 C4 C9');
});

/** Cases of all kinds, on and beside one another, some without a place. */
const many = new Map(
  Array.from({ length: 3000 }, (_, i): [string, CaseRow] => [
    `C${(i * 7) % 3000}`,
    row({
      type: CASE_TYPES[i % 4]!,
      state: (['registered', 'handling', 'closed'] as const)[i % 3]!,
      urgency: URGENCIES[(i * 5) % 7] ?? 'normal',
      district: ['云山区', '江滨区', null][(i * 11) % 3]!,
      title: i % 5 === 0 ? '噪音扰民' : '路灯不亮',
      at: i % 13 === 0 ? null : [118.6 + ((i * 7919) % 1009) / 2500, 31.9 + ((i * 104_729) % 2999) / 9900],
      acceptedAt: NOW - ((i * 7919) % 500) * MINUTE,
    }),
  ]),
);

test('the filter finds the same cases in the same order as a plain one', () => {
  const wishes: Partial<CaseFilter>[] = [
    {},
    { types: ['complaint', 'report'], phases: ['pending'] },
    { district: '江滨区', hours: 3 },
    { urgentOnly: true },
    { text: '噪音' },
    { text: '路燈 雲山', types: ['consultation'], hours: 6 },
  ];
  for (const wish of wishes) {
    const f = { ...ALL_CASES, ...wish };
    const found = filteredCases(many, f, NOW);
    expect(found).toEqual(plainFiltered(many, f, NOW, foldText));
    expect(found.length).toBeGreaterThan(10);
  }
});

test('cases are drawn as a plain version draws them, at every zoom', () => {
  const rows = [...many];
  for (const zoom of [10, 13, 14, 16]) {
    const [made, plain] = [caseMarks(rows, zoom), plainMarks(rows, zoom)];
    for (const part of ['ids', 'fills', 'lines', 'radii'] as const)
      expect([zoom, part, made.marks[part]]).toEqual([zoom, part, plain.marks[part]]);
    expect(made.marks.positions.every((v, i) => Math.abs(v - plain.marks.positions[i]!) < 1e-7)).toBe(true);
    expect(made.groups.map((g) => [g.id, g.count])).toEqual(plain.groups.map((g) => [g.id, g.count]));
  }
});

test('a case without a point is in the list and not on the map', () => {
  const { marks, groups } = caseMarks(
    [
      ['C1', row({})],
      ['C2', row({ at: null })],
    ],
    16,
  );
  expect(marks.ids).toEqual(['C1']);
  expect(groups).toEqual([]);
});

test('cases that lie on one another are one head with a count', () => {
  const { marks, groups } = caseMarks(
    [
      ['C1', row({})],
      ['C2', row({ at: [118.7801, 32.05] })],
    ],
    10,
  );
  expect(marks.ids).toEqual(['C1']);
  expect(groups.map((g) => g.count)).toEqual([2]);
});

test('incidents stand gravest first; what is over is left out unless asked for', () => {
  const incident = (state: IncidentState, level: 1 | 2 | 3 | 4, drill = false): IncidentRow =>
    ({ state, level, drill, at: [118, 32], reportedAt: NOW }) as unknown as IncidentRow;
  const rows = new Map([
    ['a', incident('responding', 2)],
    ['b', incident('closed', 1)],
    ['c', incident('reported', 4)],
    ['d', incident('confirmed', 1)],
    ['e', incident('confirmed', 1, true)],
  ]);
  expect(incidentTags(rows).map((t) => `${t.id} ${t.look}`)).toEqual([
    'c asked',
    'd certain',
    'a certain',
    'e certain',
  ]);
  expect(incidentTags(rows, { over: true }).at(-2)).toMatchObject({ id: 'b', look: 'over' });
});

test('hot issues without a place are on no map; the others have a circle one can see', () => {
  const hot = (rank: number, at: HotIssueRow['at'], radiusM: number | null): HotIssueRow =>
    ({ rank, at, radiusM }) as HotIssueRow;
  const rows = new Map([
    ['b', hot(2, [118, 32], 5)],
    ['a', hot(1, [118, 32], null)],
    ['c', hot(3, null, null)],
  ]);
  expect(hotTags(rows).map((t) => t.id)).toEqual(['a', 'b']);
  expect(hotAreas(rows).features).toHaveLength(2);
});

const station = (values: Record<string, number | null>, ageMs = 0, at: ReadingSignal['at'] = [118, 32]) => ({
  at: NOW - ageMs,
  body: { feed: 'f', partner: 'weather', station: 's', zh: '站', en: null, at, values } as ReadingSignal,
});

test('a station shows its foremost value; without a value, without a place or long silent it shows nothing', () => {
  const tags = readingTags(
    new Map([
      ['a', station({ humidity: 60, temperature: 21.44 })],
      ['b', station({ temperature: null })],
      ['c', station({ temperature: 20 }, 7 * HOUR)],
      ['d', station({ temperature: 20 }, 100 * MINUTE)],
      ['e', station({ temperature: 20 }, 0, null)],
    ]),
    NOW,
  );
  expect(tags.map((t) => [t.id, readingText(t.metric, t.value), t.stale])).toEqual([
    ['a', '21.4°C', false],
    ['d', '20.0°C', true],
  ]);
});

test('a wall shows of the stations what matters: standing water, not a dry street', () => {
  const tags = readingTags(
    new Map([
      ['dry', station({ waterLevel: 0 })],
      ['wet', station({ waterLevel: 12 })],
      ['air', station({ aqi: 40 })],
      ['mild', station({ temperature: 20 })],
    ]),
    NOW,
  );
  expect(notable(tags).map((t) => t.id)).toEqual(['air', 'wet']);
});

test('a mean counts fresh values only, and is unknown where nobody measures', () => {
  const values = new Map([
    ['a', station({ temperature: 20 })],
    ['b', station({ temperature: 22 })],
    ['c', station({ temperature: 99 }, 7 * HOUR)],
  ]);
  expect(cityMean(values, 'temperature', NOW)).toBe(21);
  expect(cityMean(values, 'aqi', NOW)).toBeNull();
  expect(cityMost(values, 'temperature', NOW)?.value).toBe(22);
});

test('roads are coloured by their share of the free speed, and lose their colour after ten minutes', () => {
  const speed = (kmh: number, freeKmh: number | null, ageMs = 0) => ({
    at: NOW - ageMs,
    body: { feed: 'f', kmh, freeKmh, confidence: null },
  });
  const made = flows(
    new Map([
      ['1', speed(12, 60)],
      ['2', speed(31, 60)],
      ['3', speed(80, 60)],
      ['4', speed(10, null)],
      ['5', speed(10, 60, 11 * MINUTE)],
      ['x', speed(10, 60)],
    ]),
    NOW,
  );
  expect([...made]).toEqual([
    [1, 0.2],
    [2, 0.5],
    [3, 1],
  ]);
  expect(flowCounts(made)).toEqual({ free: 1, slow: 1, jam: 1 });
});
