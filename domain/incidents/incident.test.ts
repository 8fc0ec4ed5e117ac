import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldIncidents } from './fold.ts';
import { INCIDENT_COLLECTIONS as C, INCIDENT_STATES, type IncidentRow } from './rows.ts';
import {
  actionsFor,
  close,
  confirm,
  contentOf,
  control,
  correct,
  isOpen,
  likelySame,
  reject,
  respond,
  take,
  type Actor,
  type Incident,
} from './incident.ts';
import { Tables } from '../tables.ts';
import type { Fact } from '../fact.ts';

const ZONE = 'Asia/Shanghai';
const T0 = Date.parse('2026-11-22T01:00:00Z');
const wang: Actor = { officer: { account: 1, name: '王敏' }, role: 'duty-officer' };
const li: Actor = { officer: { account: 2, name: '李强' }, role: 'duty-officer' };
const zhao: Actor = { officer: { account: 3, name: '赵倩' }, role: 'coordinator' };
const content = {
  class: 'accident',
  level: 3,
  title: '燃气泄漏',
  place: '云山路12号',
  district: '云山区',
  at: [118.78, 32.05],
  sensitive: false,
} as const;
const incident = (over: Partial<Incident> = {}): Incident => ({
  id: '20261122-0001',
  state: 'reported',
  owner: null,
  ...content,
  ...over,
});

test('the whole way of an incident is reported, verifying, confirmed, responding, controlled, closed', () => {
  const tables = new Tables();
  let n = 0;
  const now = (): IncidentRow => tables.get<IncidentRow>(C.incident, '20261122-0001')!;
  const current = (): Incident => ({ id: '20261122-0001', ...now() });
  const record = (answer: ReturnType<typeof take>): void => {
    if (!answer.ok) throw new Error(answer.reason);
    for (const body of answer.value)
      foldIncidents(tables, { ...body, n: ++n, at: T0 + n, recordedAt: T0, subject: '', actor: '' } as Fact, ZONE);
  };
  record({
    ok: true,
    value: [{ kind: 'incident.reported', body: { id: '20261122-0001', source: 'desk', sourceRef: null, content } }],
  });
  const states = [now().state];
  for (const step of [
    () => take(current(), wang, null),
    () => confirm(current(), wang, { ...content, level: 2 }),
    () => respond(current(), zhao),
    () => control(current(), zhao),
    () => close(current(), wang, '阀门已关闭，无人受伤'),
  ]) {
    record(step());
    states.push(now().state);
  }
  expect(states).toEqual(['reported', 'verifying', 'confirmed', 'responding', 'controlled', 'closed']);
  expect(now()).toMatchObject({ level: 2, owner: wang.officer, outcome: '阀门已关闭，无人受伤', confirmedAt: T0 + 3 });
});

test('nobody but the duty officer who took it may confirm or reject it', () => {
  const mine = incident({ state: 'verifying', owner: wang.officer });
  expect(confirm(mine, wang, content).ok).toBe(true);
  expect(confirm(mine, li, content)).toMatchObject({ ok: false, code: 'incident-owner' });
  expect(confirm(mine, zhao, content)).toMatchObject({ ok: false, code: 'incident-role' });
  expect(reject(mine, li, '误报', null)).toMatchObject({ ok: false, code: 'incident-owner' });
});

test('an incident is taken from a colleague only with a reason, and that reason is kept', () => {
  const his = incident({ state: 'verifying', owner: li.officer });
  expect(take(his, wang, '  ')).toMatchObject({ ok: false, code: 'incident-owner' });
  expect(take(his, wang, '交接班')).toMatchObject({
    ok: true,
    value: [{ body: { from: li.officer, reason: '交接班' } }],
  });
});

test('taking twice, or taking what one has, records nothing the second time', () => {
  expect(take(incident({ state: 'verifying', owner: wang.officer }), wang, null)).toEqual({ ok: true, value: [] });
});

test('rejecting needs a reason and closing a summary', () => {
  expect(reject(incident({ state: 'verifying', owner: wang.officer }), wang, ' \n ', null)).toMatchObject({
    code: 'incident-reason',
  });
  expect(close(incident({ state: 'controlled', owner: wang.officer }), wang, '')).toMatchObject({
    code: 'incident-reason',
  });
});

test('from no state may a rule do what the table of transitions does not hold', () => {
  const allowed: Record<string, readonly string[]> = {
    take: ['reported', 'verifying', 'confirmed', 'responding', 'referred', 'controlled'],
    confirm: ['verifying'],
    reject: ['verifying'],
    respond: ['confirmed'],
    control: ['responding'],
    close: ['responding', 'controlled'],
    correct: ['reported', 'verifying', 'confirmed', 'responding', 'referred', 'controlled'],
  };
  for (const state of INCIDENT_STATES) {
    const i = incident({ state, owner: state === 'reported' ? null : wang.officer });
    const done = {
      take: take(i, li, '交接班'),
      confirm: confirm(i, wang, content),
      reject: reject(i, wang, '误报', null),
      respond: respond(i, wang),
      control: control(i, wang),
      close: close(i, wang, '完'),
      correct: correct(i, wang, content),
    };
    for (const [rule, answer] of Object.entries(done))
      expect([rule, state, answer.ok]).toEqual([rule, state, allowed[rule]!.includes(state)]);
    expect(isOpen(state)).toBe(allowed.correct!.includes(state));
  }
});

test('the buttons offered are exactly what the rules would accept', () => {
  expect(actionsFor(incident(), wang)).toEqual(['take', 'correct']);
  expect(actionsFor(incident(), zhao)).toEqual(['correct']);
  expect(actionsFor(incident({ state: 'verifying', owner: wang.officer }), wang)).toEqual([
    'confirm',
    'reject',
    'correct',
  ]);
  expect(actionsFor(incident({ state: 'closed', owner: wang.officer }), wang)).toEqual([]);
});

test('content from outside is checked: class, level, title, point', () => {
  const input = { ...content, class: content.class as string, level: 3 as number };
  expect(contentOf(input)).toEqual({ ok: true, value: content });
  expect(contentOf({ ...input, class: 'fire' })).toMatchObject({ code: 'incident-class' });
  expect(contentOf({ ...input, level: 5 })).toMatchObject({ code: 'incident-level' });
  expect(contentOf({ ...input, title: ' \t ' })).toMatchObject({ code: 'incident-title' });
  expect(contentOf({ ...input, at: [118, 200] })).toMatchObject({ code: 'incident-point' });
  expect(contentOf({ ...input, at: [Number.NaN, 32] })).toMatchObject({ code: 'incident-point' });
});

test('whatever is written, a title is one line of at most 80 characters', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (title) => {
      const r = contentOf({ ...content, title });
      if (r.ok) expect(r.value.title.length <= 80 && !/[\n\r\t]/.test(r.value.title)).toBe(true);
      else expect(r.code).toBe('incident-title');
    }),
  );
});

test('a new report finds open incidents within 1 km and 2 hours, nearest first', () => {
  const row = (over: Partial<IncidentRow>): IncidentRow =>
    ({ ...content, state: 'reported', reportedAt: T0, owner: null, ...over }) as IncidentRow;
  const rows: [string, IncidentRow][] = [
    ['far', row({ at: [118.8, 32.05] })],
    ['near', row({ at: [118.784, 32.05] })],
    ['nearer', row({ at: [118.7805, 32.05] })],
    ['closed', row({ state: 'closed' })],
    ['old', row({ reportedAt: T0 - 3 * 3_600_000 })],
  ];
  expect(likelySame(rows, [118.78, 32.05], T0).map((s) => [s.id, Math.round(s.distanceM)])).toEqual([
    ['nearer', 47],
    ['near', 377],
  ]);
});
