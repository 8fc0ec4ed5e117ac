import { pino } from 'pino';
import { expect, test } from 'vitest';
import { windArea } from '#domain/around/area.ts';
import {
  EVACUATIONS,
  foldEvacuations,
  outdated,
  type EvacuationPlan,
  type EvacuationRow,
} from '#domain/around/evacuation-rows.ts';
import type { Fact } from '#domain/fact.ts';
import { contentOf, setArea, type Actor } from '#domain/incidents/incident.ts';
import { must } from '#domain/result.ts';
import { Tables } from '#domain/tables.ts';
import { followWind } from './wind-keeper.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  endEvacuation,
  evacuationById,
  followRegistry,
  keepEvacuation,
  placesHeld,
  setArrived,
  setTaken,
} from '#store/evacuations.ts';
import { changeIncident, incidentById, openIncident, windAt } from '#store/incidents.ts';
import { putSignals } from '#store/signals.ts';

const { sql } = await testDatabase();
const [account] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('wang', '王', 'duty-officer', 'x') returning id`;
const by: Actor = { officer: { account: account!.id, name: '王' }, role: 'duty-officer' };
const NOON = Date.parse('2026-11-22T04:00:00Z');
const who = (now = NOON) => ({ by, now, zone: 'Asia/Shanghai' });
const AT = [118.8, 31.2] as const;
const log = pino({ level: 'silent' });

const content = contentOf({
  class: 'accident',
  level: 2,
  title: '泄漏',
  place: null,
  district: null,
  at: AT,
  sensitive: false,
});
const opened = await openIncident(
  sql,
  {
    content: must(content.ok ? content.value : null, 'content'),
    report: { source: 'desk', sourceRef: null, text: null, requestKey: 'incident-1' },
    drill: true,
  },
  who(),
);
const incident = must(opened.ok ? opened.value.id : null, 'incident');
const areaNow = async () => (await incidentById(sql, incident))!.row.area!;
const reading = (fromDeg: number, speedMps: number, at: number) => ({
  ...{ lane: 'readings', key: 'weather:S1', at },
  body: {
    station: 'S1',
    zh: '城北站',
    en: 'North',
    at: [118.81, 31.2],
    values: { windDirection: fromDeg, windSpeed: speedMps },
  },
});

const plan = (over: Partial<EvacuationPlan> = {}): EvacuationPlan => ({
  ...{ incident, title: '泄漏', at: AT, area: [], people: 300, low: 200, high: 400, blocks: 2, left: 0 },
  ...{ meanS: 300, longestS: 500, closedSegments: 0, measuredSegments: 9, sensitive: false, by: by.officer },
  shelters: [
    { id: 'registry:S1', name: '体育馆', nameEn: 'Gym', at: AT, places: 200, assigned: 200, arrived: 0 },
    { id: 'map:7', name: '中学', nameEn: 'School', at: AT, places: 150, assigned: 100, arrived: 0 },
  ],
  ...over,
});
/** The live rows as the facts of the database make them. */
async function live(): Promise<Map<string, EvacuationRow>> {
  const rows = await sql<{ kind: string; body: object; occurred_at: Date; drill: boolean }[]>`
    select kind, body, occurred_at, drill from fact where kind like 'evacuation.%' order by n`;
  const tables = new Tables();
  for (const r of rows) foldEvacuations(tables, { ...r, at: r.occurred_at.getTime() } as unknown as Fact);
  return new Map(tables.all<EvacuationRow>(EVACUATIONS));
}

test('an evacuation is kept once by its request, its arrivals live on when it is computed anew, and it ends', async () => {
  const made = await keepEvacuation(sql, { plan: plan(), flows: [], id: null, requestKey: 'evac-0001' }, who());
  expect(made).toEqual({ ok: true, value: { id: 'V20261122-0001' } });
  expect(await keepEvacuation(sql, { plan: plan(), flows: [], id: null, requestKey: 'evac-0001' }, who())).toEqual(
    made,
  );
  const id = 'V20261122-0001';
  expect((await live()).get(id)).toMatchObject({ people: 300, drill: true, plannedAt: NOON });

  expect((await setArrived(sql, id, 'registry:S1', 40, who())).ok).toBe(true);
  expect((await setArrived(sql, id, 'map:7', 12, who())).ok).toBe(true);
  const anew = plan({
    shelters: [{ id: 'registry:S1', name: '体育馆', nameEn: 'Gym', at: AT, places: 200, assigned: 180, arrived: 0 }],
  });
  await keepEvacuation(sql, { plan: anew, flows: [], id, requestKey: 'evac-0002' }, who(NOON + 60_000));
  const shelters = (await live()).get(id)!.shelters.map((s) => [s.id, s.assigned, s.arrived]);
  // the school is no longer sent to, but twelve are there
  expect(shelters).toEqual([['registry:S1', 180, 40], ['map:7', 0, 12]]); // prettier-ignore
  expect((await evacuationById(sql, id))!.row.shelters.map((s) => s.arrived)).toEqual([40, 12]);

  expect((await endEvacuation(sql, id, who())).ok).toBe(true);
  expect((await live()).size).toBe(0);
  expect(await setArrived(sql, id, 'map:7', 1, who())).toMatchObject({ ok: false, code: 'evacuation-missing' });
});

test('a running plan follows the registry and what is entered by hand: told once, told anew only when the registry has something new', async () => {
  const made = await keepEvacuation(sql, { plan: plan(), flows: [], id: null, requestKey: 'evac-0010' }, who());
  const id = made.ok ? made.value.id : '';
  const shelter = async () => (await live()).get(id)!.shelters.find((s) => s.id === 'registry:S1')!;
  const tell = (capacity: number, occupied: number | null) => sql`
    insert into city_thing (city, id, kind, name, name_en, capacity, occupied, source, as_of, at)
    values ('c', 'S1', 'shelter', '体育馆', 'Gym', ${capacity}, ${occupied}, '民政', '2026-11-22', st_setsrid(st_point(118.8, 31.2), 4326))
    on conflict (city, id) do update set capacity = excluded.capacity, occupied = excluded.occupied`;
  await sql`insert into city (id, name, name_en, west, south, east, north, centre, attribution, simulated, map_version, active)
    values ('c', '城', 'C', 118, 31, 119, 32, st_setsrid(st_point(118.5, 31.5), 4326), '', true, '1', true)`;
  await tell(200, 0);
  expect(await followRegistry(sql, NOON + 1000)).toEqual([]);
  expect(outdated((await live()).get(id)!)).toEqual([]);
  await tell(200, 50);
  expect(await followRegistry(sql, NOON + 2000)).toEqual([id]);
  expect(await followRegistry(sql, NOON + 3000)).toEqual([]);
  expect(await shelter()).toMatchObject({ places: 200, taken: 50, assigned: 200 });
  expect(outdated((await live()).get(id)!)).toEqual([{ id: 'registry:S1', why: 'full', people: 50 }]);
  const [fact] = await sql<
    { actor: string }[]
  >`select actor from fact where kind = 'evacuation.filled' order by n desc limit 1`;
  expect(fact!.actor).toBe('system:registry');
  // by hand it is otherwise, and that stands until the registry tells something new
  expect((await setTaken(sql, id, 'registry:S1', 0, who())).ok).toBe(true);
  expect(await followRegistry(sql, NOON + 4000)).toEqual([]);
  expect(await shelter()).toMatchObject({ taken: 0 });
  expect(await setTaken(sql, id, 'registry:S1', -1, who())).toMatchObject({ ok: false, code: 'evacuation-arrived' });
  expect(await setTaken(sql, id, 'map:99', 1, who())).toMatchObject({ ok: false, code: 'evacuation-shelter' });
  await sql`delete from city_thing`;
  expect(await followRegistry(sql, NOON + 5000)).toEqual([id]);
  expect(await shelter()).toMatchObject({ places: 0 });
  expect((await evacuationById(sql, id))!.row.shelters).toEqual((await live()).get(id)!.shelters);
  expect((await endEvacuation(sql, id, who())).ok).toBe(true);
});

test('running evacuations hold the places of a shelter for all who are to go there or are there; a drill holds none of what is real', async () => {
  const keep = async (key: string, over: Partial<EvacuationPlan>): Promise<string> => {
    const made = await keepEvacuation(sql, { plan: plan(over), flows: [], id: null, requestKey: key }, who());
    return must(made.ok ? made.value.id : null, key);
  };
  const [a, b] = [await keep('evac-0020', { incident: null }), await keep('evac-0021', { incident: null })];
  const drill = await keep('evac-0022', {});
  await setArrived(sql, b, 'map:7', 130, who());
  const held = async (of: Parameters<typeof placesHeld>[1]) => [...(await placesHeld(sql, of))].sort();
  expect(await held({ incident: null, id: null })).toEqual([['map:7', 230], ['registry:S1', 400]]); // prettier-ignore
  expect(await held({ incident: null, id: a })).toEqual([['map:7', 130], ['registry:S1', 200]]); // prettier-ignore
  expect(await held({ incident, id: null })).toEqual([['map:7', 100], ['registry:S1', 200]]); // prettier-ignore
  expect(await held({ incident, id: drill })).toEqual([]);
  for (const id of [a, b, drill]) await endEvacuation(sql, id, who());
  expect(await held({ incident: null, id: null })).toEqual([]);
});

test('arrivals that are no number, and shelters of another plan, are refused', async () => {
  const made = await keepEvacuation(sql, { plan: plan(), flows: [], id: null, requestKey: 'evac-0003' }, who());
  const id = must(made.ok ? made.value.id : null, 'id');
  expect(await setArrived(sql, id, 'registry:S1', -1, who())).toMatchObject({ ok: false, code: 'evacuation-arrived' });
  expect(await setArrived(sql, id, 'map:99', 1, who())).toMatchObject({ ok: false, code: 'evacuation-shelter' });
  expect(
    await keepEvacuation(sql, { plan: plan(), flows: [], id: 'V20261122-0099', requestKey: 'evac-0004' }, who()),
  ).toMatchObject({ ok: false, code: 'evacuation-missing' });
});

test('an area of the wind is computed anew when the wind turns, and not for a breath; an old reading says nothing', async () => {
  await putSignals(sql, [reading(270, 3, NOON)]);
  const wind = must(await windAt(sql, AT, NOON), 'wind');
  expect(wind).toMatchObject({ station: '城北站', fromDeg: 270, speedMps: 3 });
  expect(wind.distanceM).toBeGreaterThan(900);
  expect(await windAt(sql, AT, NOON + 4 * 3_600_000)).toBeNull();
  await changeIncident(
    sql,
    incident,
    (i) => setArea(i, by, windArea(AT, wind, { reachM: 1000, isolationM: 100 })),
    who(),
  );
  expect((await areaNow()).by).toEqual(by.officer);

  await putSignals(sql, [reading(273, 3.2, NOON + 1000)]);
  expect(await followWind(sql, log, NOON + 2000)).toBe(0);
  await putSignals(sql, [reading(300, 3.2, NOON + 3000)]);
  expect(await followWind(sql, log, NOON + 4000)).toBe(1);
  const area = await areaNow();
  expect(area).toMatchObject({ by: null, at: NOON + 4000, kind: 'wind' });
  expect(area.inputs.wind!.fromDeg).toBe(300);
  expect(area.inputs.reachM).toBe(1000);
  expect(await followWind(sql, log, NOON + 5000)).toBe(0);
  const [fact] = await sql<{ actor: string; drill: boolean }[]>`
    select actor, drill from fact where kind = 'incident.areaSet' order by n desc limit 1`;
  expect(fact).toEqual({ actor: 'system:wind', drill: true });
});
