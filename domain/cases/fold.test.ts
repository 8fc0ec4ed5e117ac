import { expect, test } from 'vitest';
import { aContent } from '#tests/support/cases.ts';
import { digest } from '../digest.ts';
import type { Fact, FactBody } from '../fact.ts';
import { PACKERS } from '../packers.ts';
import { ByteReader, ByteWriter } from '../bytes.ts';
import { Tables } from '../tables.ts';
import { DAY, HOUR, type Instant } from '../time.ts';
import { counted } from './counters.ts';
import { foldCases } from './fold.ts';
import { CASE_COLLECTIONS as C, MAX_LIVE_CASES, OTHER_KEY, type CaseDayRow, type CaseRow } from './rows.ts';
import { caseDayOf, curve24, unbalanced } from './view.ts';

const ZONE = 'Asia/Shanghai';
/** 2026-11-22 10:00 in Shanghai. */
const NOW = Date.parse('2026-11-22T02:00:00Z');
let n = 0;
const fact = (body: FactBody, recordedAt: Instant = NOW): Fact => ({
  ...body,
  n: ++n,
  at: recordedAt,
  recordedAt,
  subject: 's',
  actor: 'test',
});
const fold = (tables: Tables, ...facts: Fact[]): Tables => {
  for (const f of facts) foldCases(tables, f, ZONE);
  return tables;
};
const registered = (no: string, over: Parameters<typeof aContent>[0] = {}, recordedAt = NOW): Fact =>
  fact({ kind: 'case.registered', body: { no, case: aContent({ acceptedAt: recordedAt, ...over }) } }, recordedAt);

test('old, closed and imported cases pass through without entering the state', () => {
  const t = fold(new Tables(), registered('old', { acceptedAt: NOW - 400 * DAY, urgency: 'normal' }));
  expect(t.all(C.case).size).toBe(0);
  expect(caseDayOf(t, NOW, ZONE).total).toBe(0);
  expect(curve24(t, NOW).reduce((sum, p) => sum + p.count, 0)).toBe(0);
});

test('an old case that is open and urgent is live, and leaves when it is closed', () => {
  const old = { acceptedAt: NOW - 30 * DAY, urgency: 'urgent' as const };
  const t = fold(new Tables(), registered('u', old));
  expect(t.get(C.case, 'u')).toBeDefined();
  fold(t, fact({ kind: 'case.moved', body: { no: 'u', from: 'registered', irregular: false, case: aContent({ ...old, state: 'closed' }) } })); // prettier-ignore
  expect(t.get(C.case, 'u')).toBeUndefined();
});

test('a new day keeps yesterday’s open cases and counters and drops what is older or done', () => {
  const t = fold(
    new Tables(),
    registered('before', { acceptedAt: NOW - DAY }),
    registered('open'),
    registered('done', { state: 'closed' }),
    fact({ kind: 'day.opened', body: { day: '2026-11-23' } }, NOW + 14 * HOUR),
  );
  expect([...t.all(C.case).keys()]).toEqual(['open']);
  expect([...t.all(C.caseDay).keys()]).toEqual(['2026-11-22']);
});

test('a case of the incident topic carries its incident', () => {
  const t = fold(
    new Tables(),
    registered('a'),
    fact({
      kind: 'incident.reportAdded',
      body: { id: '20261122-0001', seq: 2, source: 'case', sourceRef: 'a' },
    }),
  );
  expect(t.get<CaseRow>(C.case, 'a')!.incident).toBe('20261122-0001');
});

test('a correction keeps what desks and incidents added to the row', () => {
  const t = fold(
    new Tables(),
    registered('a', { urgency: 'urgent' }),
    fact({ kind: 'case.acknowledged', body: { no: 'a', by: { account: 1, name: 'x' } } }),
    fact({
      kind: 'case.corrected',
      body: {
        no: 'a',
        case: aContent({ acceptedAt: NOW, urgency: 'urgent', title: 'b' }),
        before: { title: 'a' },
        fields: ['title'],
        corrections: 1,
      },
    }),
  );
  expect(t.get<CaseRow>(C.case, 'a')).toMatchObject({
    acknowledgedAt: NOW,
    acknowledgedBy: 'x',
    corrections: 1,
    title: 'b',
  });
  expect(t.get<CaseDayRow>(C.caseDay, '2026-11-22')).toMatchObject({ total: 1, corrections: 1 });
});

test('beyond the bound the least important cases leave, the same ones in every copy, and the counters still know them', () => {
  const facts = Array.from({ length: MAX_LIVE_CASES + 600 }, (_, i) =>
    registered(`c${i}`, {
      acceptedAt: NOW - i,
      urgency: i % 1000 === 999 ? 'veryUrgent' : 'normal',
      state: i % 3 ? 'registered' : 'closed',
    }),
  );
  const t = fold(new Tables(), ...facts);
  expect(t.all(C.case).size).toBeLessThanOrEqual(MAX_LIVE_CASES + 250);
  expect(t.get(C.case, 'c5999')).toBeDefined();
  const day = caseDayOf(t, NOW, ZONE);
  expect(day.total).toBe(MAX_LIVE_CASES + 600);
  expect(unbalanced(day)).toEqual([]);
  // rows that went through a snapshot stand in another order: the next ones to leave are the same
  const copy = new Tables();
  copy.applyChanges([...t.everything()].reverse());
  const more = Array.from({ length: 700 }, (_, i) => registered(`d${i}`, { acceptedAt: NOW }));
  expect(digest(fold(copy, ...more))).toBe(digest(fold(t, ...more)));
});

test('a key beyond the bound of counted keys is counted with the others and taken away from there', () => {
  let counts = {};
  for (let i = 0; i < 100; i++) counts = counted(counts, `k${i}`, 1);
  for (let i = 0; i < 100; i++) counts = counted(counts, `k${i}`, -1);
  expect(Object.values(counts).every((x) => x === 0)).toBe(true);
  expect(Object.keys(counts)).toContain(OTHER_KEY);
  expect(counted({}, '__proto__', 1)).toEqual(JSON.parse('{"__proto__":1}'));
});

test('the curve has 24 full hours and the running one, zeros included', () => {
  const t = fold(
    new Tables(),
    registered('a', { acceptedAt: NOW }),
    registered('b', { acceptedAt: NOW - HOUR }),
    registered('c', { acceptedAt: NOW - 25 * HOUR }),
  );
  const curve = curve24(t, NOW + 5 * 60_000);
  expect(curve).toHaveLength(25);
  expect(curve.at(-1)).toEqual({ at: NOW, count: 1, dayBefore: 0, running: true });
  expect(curve.at(-2)).toEqual({ at: NOW - HOUR, count: 1, dayBefore: 1, running: false });
  expect(curve[0]).toEqual({ at: NOW - 24 * HOUR, count: 0, dayBefore: 0, running: false });
});

test('a case row survives its compact form unchanged', () => {
  const row = {
    ...aContent({ at: [118.7, 32.1], satisfaction: 'satisfied' }),
    incident: null,
    acknowledgedAt: NOW,
    acknowledgedBy: '值班员',
    corrections: 0,
  };
  const w = new ByteWriter();
  PACKERS.case!.pack(w, row);
  expect(PACKERS.case!.unpack(new ByteReader(w.done()))).toEqual(row);
});
