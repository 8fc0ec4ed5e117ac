import { expect, test } from 'vitest';
import { foldFact, TOPICS, type State } from '#domain/folds.ts';
import { close, confirm, control, respond, type Actor } from '#domain/incidents/incident.ts';
import {
  INCIDENT_COLLECTIONS as C,
  MAX_SHOWN_ROUTES,
  type IncidentRow,
  type RouteRow,
} from '#domain/incidents/rows.ts';
import { Tables } from '#domain/tables.ts';
import { testDatabase } from '#tests/support/database.ts';
import { factsAfter } from './facts.ts';
import {
  addReport,
  changeIncident,
  incidentById,
  incidentHistory,
  openIncident,
  openIncidentOf,
  takeIncident,
  type ReportInput,
} from './incidents.ts';
import { chooseRoute, routeById, setRouteShown, showOnWall, type ChosenRoute } from './routes.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const T0 = Date.parse('2026-11-22T01:00:00Z');
const accounts = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values
  ('wang', '王敏', 'duty-officer', 'x'), ('li', '李强', 'duty-officer', 'x'), ('zhao', '赵倩', 'coordinator', 'x') returning id`;
const [wang, li, zhao] = accounts.map(({ id }, i): Actor => ({
  officer: { account: id, name: ['王敏', '李强', '赵倩'][i]! },
  role: i === 2 ? 'coordinator' : 'duty-officer',
})) as [Actor, Actor, Actor];
const as = (by: Actor, now = T0) => ({ by, now, zone: ZONE });
const content = {
  class: 'accident',
  level: 3,
  title: '燃气泄漏',
  place: '云山路12号',
  district: '云山区',
  at: [118.78123, 32.05432],
  sensitive: false,
} as const;
let keys = 0;
const report = (over: Partial<ReportInput> = {}): ReportInput => ({
  source: 'desk',
  sourceRef: null,
  text: '有浓烈气味',
  requestKey: `key-${++keys}`,
  ...over,
});
async function open(over: Partial<ReportInput> = {}, by = wang): Promise<string> {
  const r = await openIncident(sql, { content, report: report(over), drill: false }, as(by));
  if (!r.ok) throw new Error(r.reason);
  return r.value.id;
}
/** The live state, as a gateway would fold it from all facts. */
async function live(): Promise<Tables> {
  const state = Object.fromEntries(TOPICS.map((t) => [t, new Tables()])) as State;
  for (const f of await factsAfter(sql, 0)) foldFact(state, f, ZONE);
  return state.incidents;
}
const rowInTable = async (id: string): Promise<IncidentRow | undefined> => (await incidentById(sql, id))?.row;

test('numbers bear the city day and count without gap, also when commands are refused or run at once', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, () => open()));
  await openIncident(sql, { content, report: report({ source: 'case', sourceRef: 'C-gap' }), drill: false }, as(wang));
  const again = report({ source: 'case', sourceRef: 'C-gap' });
  expect(await openIncident(sql, { content, report: again, drill: false }, as(wang))).toMatchObject({
    ok: false,
    code: 'case-is-incident',
    reason: '20261122-0007',
  });
  expect([...ids].sort()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `20261122-000${n}`));
  expect(await open()).toBe('20261122-0008');
  const late = await openIncident(sql, { content, report: report(), drill: false }, as(wang, T0 + 15 * 3_600_000));
  expect(late).toMatchObject({ ok: true, value: { id: '20261123-0001' } });
});

test('the row in the table is at every step the row that the facts fold to', async () => {
  const id = await open({ source: 'case', sourceRef: 'C-walk' }, zhao);
  const same = async (): Promise<IncidentRow> => {
    const row = await rowInTable(id);
    expect(row).toEqual((await live()).get(C.incident, id));
    return row!;
  };
  expect(await same()).toMatchObject({ state: 'reported', owner: null, cases: ['C-walk'] });
  await takeIncident(sql, id, null, as(wang, T0 + 1000));
  expect(await same()).toMatchObject({ state: 'verifying', owner: wang.officer });
  await changeIncident(sql, id, (i) => confirm(i, wang, { ...content, level: 2 }), as(wang, T0 + 2000));
  expect(await same()).toMatchObject({ state: 'confirmed', level: 2, confirmedAt: T0 + 2000 });
  await addReport(sql, id, { ...report({ source: 'phone' }), place: null, point: null }, as(wang, T0 + 3000));
  expect(await same()).toMatchObject({ reports: 2 });
  await changeIncident(sql, id, (i) => respond(i, zhao), as(zhao, T0 + 4000));
  await changeIncident(sql, id, (i) => control(i, zhao), as(zhao, T0 + 5000));
  await changeIncident(sql, id, (i) => close(i, wang, '已处置'), as(wang, T0 + 6000));
  expect(await same()).toMatchObject({ state: 'closed', outcome: '已处置', closedAt: T0 + 6000 });
  expect((await incidentHistory(sql, id)).map((f) => f.kind)).toEqual([
    'incident.reported',
    'incident.taken',
    'incident.confirmed',
    'incident.reportAdded',
    'incident.responding',
    'incident.controlled',
    'incident.closed',
  ]);
});

test('a refused rule changes neither row nor facts', async () => {
  const id = await open();
  const before = (await factsAfter(sql, 0)).length;
  expect(await changeIncident(sql, id, (i) => respond(i, wang), as(wang))).toMatchObject({ code: 'incident-state' });
  expect(await changeIncident(sql, '20990101-0001', (i) => respond(i, wang), as(wang))).toMatchObject({
    code: 'incident-missing',
  });
  expect((await factsAfter(sql, 0)).length).toBe(before);
  expect((await rowInTable(id))!.state).toBe('verifying');
});

test('two officers who take the same report at once: one has it, the other is told', async () => {
  const id = await open({}, zhao);
  const answers = await Promise.all([takeIncident(sql, id, null, as(wang)), takeIncident(sql, id, null, as(li))]);
  expect(answers.map((a) => a.ok).sort()).toEqual([false, true]);
  expect(answers.find((a) => !a.ok)).toMatchObject({ code: 'incident-owner' });
});

test('a command that is sent twice with one key opens one incident', async () => {
  const r = report();
  const both = await Promise.all([
    openIncident(sql, { content, report: r, drill: false }, as(wang)),
    openIncident(sql, { content, report: r, drill: false }, as(wang)),
  ]);
  expect(both[0]).toEqual(both[1]);
});

test('a case belongs to one open incident only, and is free again when that one is over', async () => {
  const id = await open({ source: 'case', sourceRef: 'C-one' });
  const other = await open();
  const join = { ...report({ source: 'case', sourceRef: 'C-one' }), place: null, point: null };
  expect(await addReport(sql, other, join, as(wang))).toMatchObject({ code: 'case-is-incident', reason: id });
  for (const rule of [confirm, respond] as const)
    await changeIncident(sql, id, (i) => (rule === confirm ? confirm(i, wang, content) : respond(i, wang)), as(wang));
  await changeIncident(sql, id, (i) => close(i, wang, '完'), as(wang));
  expect(await openIncidentOf(sql, 'C-one')).toBeNull();
  expect(await addReport(sql, other, join, as(wang))).toMatchObject({ ok: true, value: { seq: 2 } });
});

test('a drill is a drill in the row and in every one of its facts', async () => {
  const r = await openIncident(sql, { content, report: report(), drill: true }, as(wang));
  if (!r.ok) throw new Error(r.reason);
  await changeIncident(sql, r.value.id, (i) => confirm(i, wang, content), as(wang));
  const facts = (await factsAfter(sql, 0)).filter((f) => f.subject === `incident:${r.value.id}`);
  expect(facts.map((f) => f.drill)).toEqual([true, true, true]);
  expect((await rowInTable(r.value.id))!.drill).toBe(true);
});

const line = {
  line: [
    [118.7, 32],
    [118.78, 32.05],
  ] as const,
  lengthM: 9000,
  timeS: 700,
  via: [],
};
const route = (incident: string | null = null): ChosenRoute => ({
  from: { kind: 'point', ref: null, label: 'A', at: [118.7, 32] },
  to: { kind: incident ? 'incident' : 'point', ref: incident, label: 'B', at: [118.78, 32.05] },
  incident,
  vehicle: null,
  shortest: line,
  best: { ...line, timeS: 650 },
  why: [{ code: 'slow', road: '云山路', lossS: 120 }],
  sensitive: false,
  measuredSegments: 40,
});
async function choose(now: number, show = true): Promise<string> {
  const r = await chooseRoute(sql, { route: route(), show, requestKey: `route-${++keys}` }, as(wang, now));
  if (!r.ok) throw new Error(r.reason);
  return r.value.id;
}

test('a fourth route on the wall takes the place of the oldest, and table and facts agree', async () => {
  const ids = [];
  for (let i = 0; i <= MAX_SHOWN_ROUTES; i++) ids.push(await choose(T0 + i * 1000));
  const tables = await live();
  const shown = ids.filter((id) => tables.get<RouteRow>(C.route, id)?.shownAt != null);
  expect(shown).toEqual(ids.slice(1));
  for (const id of ids) expect(await routeById(sql, id)).toEqual(tables.get(C.route, id));
});

test('a route is taken off and put back, each once however often it is asked', async () => {
  const id = await choose(T0 + 60_000, false);
  const count = async (): Promise<number> =>
    (await factsAfter(sql, 0)).filter((f) => f.subject === `route:${id}`).length;
  for (const shown of [true, true, false, false, true])
    expect(await setRouteShown(sql, id, shown, as(li, T0 + 61_000))).toMatchObject({ ok: true });
  expect(await count()).toBe(4);
  expect((await live()).get<RouteRow>(C.route, id)).toMatchObject({ shownBy: li.officer });
  expect(await setRouteShown(sql, 'R20990101-0001', true, as(li))).toMatchObject({ code: 'route-missing' });
});

test('yesterday’s route is not put on the wall again, because no live state holds it', async () => {
  const id = await choose(T0 + 70_000, false);
  expect(await setRouteShown(sql, id, true, as(li, T0 + 86_400_000))).toMatchObject({ code: 'route-old' });
});

test('a route to an incident that does not exist is refused', async () => {
  const r = await chooseRoute(sql, { route: route('20990101-0001'), show: false, requestKey: 'no' }, as(wang));
  expect(r).toMatchObject({ code: 'incident-missing' });
});

test('the desk that spoke last decides where the wall looks', async () => {
  const about = { kind: 'view', ref: null } as const;
  await showOnWall(sql, 'city', { center: [118.7, 32], zoom: 13, about, sensitive: false }, as(wang));
  await showOnWall(sql, 'city', { center: [118.8, 32], zoom: 14, about, sensitive: false }, as(li, T0 + 5));
  expect((await live()).get(C.wallView, 'city')).toMatchObject({ zoom: 14, by: li.officer, since: T0 + 5 });
  await showOnWall(sql, 'city', null, as(wang));
  expect((await live()).get(C.wallView, 'city')).toBeUndefined();
});
