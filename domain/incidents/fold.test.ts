import { expect, test } from 'vitest';
import { EVACUATIONS } from '../around/evacuation-rows.ts';
import { canonical } from '../digest.ts';
import type { Fact } from '../fact.ts';
import { Tables } from '../tables.ts';
import { DAY } from '../time.ts';
import type { IncidentFactBody } from './facts.ts';
import { foldIncidents } from './fold.ts';
import { maskIncidents } from './mask.ts';
import { INCIDENT_COLLECTIONS as C, MAX_ROUTES, type IncidentRow, type RouteRow } from './rows.ts';

const ZONE = 'Asia/Shanghai';
const T0 = Date.parse('2026-11-22T01:00:00Z');
const officer = { account: 1, name: '王敏' };
const content = {
  class: 'accident',
  level: 3,
  title: '燃气泄漏，联系人 138 1234 5678',
  place: '云山路128号3幢502室',
  district: '云山区',
  at: [118.78123, 32.05432],
  sensitive: false,
} as const;

function city(): {
  tables: Tables;
  record: (body: IncidentFactBody | { kind: 'day.opened'; body: { day: string } }, at?: number) => void;
} {
  const tables = new Tables();
  let n = 0;
  return {
    tables,
    record: (body, at = T0 + n) =>
      foldIncidents(tables, { ...body, n: ++n, at, recordedAt: at, subject: '', actor: '' } as Fact, ZONE),
  };
}
const line = {
  line: [
    [118.7, 32],
    [118.74, 32.02],
    [118.78123, 32.05432],
  ] as const,
  lengthM: 9000,
  timeS: 700,
  via: [],
};
const route: Omit<RouteRow, 'shownAt' | 'shownBy' | 'chosenAt' | 'drill'> = {
  from: { kind: 'vehicle', ref: 'v7', label: '抢险7号', at: [118.7, 32] },
  to: { kind: 'incident', ref: '20261122-0001', label: '燃气泄漏', at: [118.78123, 32.05432] },
  incident: '20261122-0001',
  vehicle: 'v7',
  shortest: line,
  best: line,
  why: [{ code: 'same' }],
  sensitive: false,
  measuredSegments: 12,
  by: officer,
};

test('an incident that ended stays until the next city day begins, an open one stays for ever', () => {
  const { tables, record } = city();
  for (const id of ['a', 'b'])
    record({ kind: 'incident.reported', body: { id, source: 'desk', sourceRef: null, content } });
  record({ kind: 'incident.rejected', body: { id: 'a', reason: '误报', passedTo: null, by: officer } });
  expect([...tables.all(C.incident).keys()]).toEqual(['a', 'b']);
  record({ kind: 'day.opened', body: { day: '2026-11-23' } }, T0 + DAY);
  expect([...tables.all(C.incident).keys()]).toEqual(['b']);
});

test('a continued report counts and brings its case along, once', () => {
  const { tables, record } = city();
  record({ kind: 'incident.reported', body: { id: 'a', source: 'case', sourceRef: 'C1', content } });
  record({ kind: 'incident.reportAdded', body: { id: 'a', seq: 2, source: 'case', sourceRef: 'C2' } });
  record({ kind: 'incident.reportAdded', body: { id: 'a', seq: 3, source: 'case', sourceRef: 'C2' } });
  expect(tables.get<IncidentRow>(C.incident, 'a')).toMatchObject({ reports: 3, cases: ['C1', 'C2'] });
});

test('of routes the newest twenty stay, and a route on the wall is never the one that leaves', () => {
  const { tables, record } = city();
  record({ kind: 'route.chosen', body: { id: 'R000', route } });
  record({ kind: 'route.shown', body: { id: 'R000', by: officer } });
  for (let i = 1; i <= 2 * MAX_ROUTES; i++)
    record({ kind: 'route.chosen', body: { id: `R${String(i).padStart(3, '0')}`, route } });
  const ids = [...tables.all(C.route).keys()];
  expect(ids).toHaveLength(MAX_ROUTES);
  expect(ids).toContain('R000');
  expect(ids).toContain('R040');
});

test('a route is on the wall from shown to hidden', () => {
  const { tables, record } = city();
  record({ kind: 'route.chosen', body: { id: 'R1', route } });
  record({ kind: 'route.shown', body: { id: 'R1', by: officer } });
  expect(tables.get<RouteRow>(C.route, 'R1')).toMatchObject({ shownAt: T0 + 1, shownBy: officer });
  record({ kind: 'route.hidden', body: { id: 'R1', by: officer, replaced: false } });
  expect(tables.get<RouteRow>(C.route, 'R1')).toMatchObject({ shownAt: null, shownBy: null });
});

test('a wall gets no house number, no telephone number and no exact point', () => {
  const { tables, record } = city();
  record({ kind: 'incident.reported', body: { id: 'a', source: 'desk', sourceRef: null, content } });
  const text = canonical(maskIncidents(C.incident, tables.get<IncidentRow>(C.incident, 'a')!));
  for (const secret of ['128', '502', '1234', '118.78123', '32.05432']) expect(text).not.toContain(secret);
  expect(text).toContain('云山路');
});

test('a wall gets of a sensitive incident neither title nor place nor the end of the way to it', () => {
  const { tables, record } = city();
  record({
    kind: 'incident.reported',
    body: { id: 'a', source: 'case', sourceRef: 'C1', content: { ...content, sensitive: true } },
  });
  expect(maskIncidents(C.incident, tables.get<IncidentRow>(C.incident, 'a')!)).toMatchObject({
    title: '',
    place: '云山区',
    at: [118.78, 32.05],
    sourceRef: null,
    cases: [],
  });
  record({ kind: 'route.chosen', body: { id: 'R1', route: { ...route, sensitive: true } } });
  const masked = maskIncidents(C.route, tables.get<RouteRow>(C.route, 'R1')!) as RouteRow;
  expect(masked.best.line).toEqual([
    [118.7, 32],
    [118.74, 32.02],
  ]);
  expect(masked.to.label).toBe('20261122-0001');
  expect(canonical(masked)).not.toContain('118.78123');
});

test('a wall gets of an evacuation its shelters and how full they are, not the exact place, and nothing of a sensitive one', () => {
  const shelters = [{ id: 'map:7', name: '第七中学', at: [118.79, 32.06], places: 200, taken: 20, arrived: 150 }];
  const { title, at, sensitive } = content;
  const row = { title, at, sensitive, area: [[[at, [118.79, 32.05], [118.79, 32.06], at]]], people: 300, shelters };
  const masked = maskIncidents(EVACUATIONS, row)!;
  expect(masked).toMatchObject({ people: 300, shelters });
  for (const secret of ['1234', '118.78123', '32.05432']) expect(canonical(masked)).not.toContain(secret);
  expect(maskIncidents(EVACUATIONS, { ...row, sensitive: true })).toBeNull();
});

test('a vehicle keeps its name on the wall, although a number stands in it, and a way says there for whom it is', () => {
  const { tables, record } = city();
  const terms = { vehicle: 'heavy', emergency: true, avoided: 1 } as const;
  record({ kind: 'route.chosen', body: { id: 'R1', route: { ...route, terms } } });
  const masked = maskIncidents(C.route, tables.get<RouteRow>(C.route, 'R1')!) as RouteRow;
  expect(masked.from.label).toBe('抢险7号');
  expect(masked.terms).toEqual(terms);
});
