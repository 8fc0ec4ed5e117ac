import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CITY_COLLECTIONS as C, type TrafficEventRow, type WarningRow } from '#domain/city/rows.ts';
import { foldCity } from '#domain/city/fold.ts';
import { Tables } from '#domain/tables.ts';
import { factsAfter, newestCursor } from '#store/facts.ts';
import { feedStatus, savedLinks } from '#store/feeds.ts';
import { forgetEndedSignals, signalsAfter } from '#store/signals.ts';
import { testDatabase } from '#tests/support/database.ts';
import { policeIncidentsType } from '../police-incidents/index.ts';
import { trafficEventsType } from '../traffic-events/index.ts';
import { urbanManagementType } from '../urban-management/index.ts';
import { weatherObservationsType } from '../weather-observations/index.ts';
import { weatherWarningsType } from '../weather-warnings/index.ts';
import { sweep } from './index.ts';
import { TestClock, testContext, testSpec } from './testing.ts';
import { FeedWorker } from './worker.ts';
import type { FeedType } from './contract.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';

const cap = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../weather-warnings/fixtures', name));
const datex = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../traffic-events/fixtures', name));
const json = (x: unknown): Buffer => Buffer.from(JSON.stringify(x));

let made = 0;
/** A worker on a feed of its own; `rows` folds the facts since it was opened. */
async function open(type: FeedType, at: string) {
  const clock = new TestClock(at);
  const ctx = testContext(sql);
  const from = await newestCursor(sql);
  const worker = await FeedWorker.open(testSpec(`feed-${++made}`, type.kind), type, ctx, clock);
  const rows = async (): Promise<Tables> => {
    const tables = new Tables();
    for (const f of await factsAfter(sql, from)) foldCity(tables, f, ZONE);
    return tables;
  };
  const warnings = async () => [...(await rows()).all<WarningRow>(C.warning)];
  return { clock, ctx, worker, rows, warnings, from };
}
/** Alerts are told apart by their sender, so each test has its own. */
const by = (file: Buffer, sender: string): Buffer =>
  Buffer.from(file.toString('utf8').replaceAll('yj@weather.example.cn', sender));

test('an update takes the place of the warning it names, and a cancellation ends it', async () => {
  const f = await open(weatherWarningsType, '2026-07-10T08:01:00+08:00');
  await f.worker.ingest(by(cap('rain-1-alert.cap'), 'a@x'), null);
  let [[id, w]] = (await f.warnings()) as [[string, WarningRow]];
  expect(id).toBe('a@x,QX-20260710-0001');
  expect(w).toMatchObject({
    level: 'orange',
    levelFrom: 'declared',
    headline: { zh: '市气象台发布暴雨橙色预警信号', en: 'Orange rainstorm warning' },
    drill: false,
  });
  expect(w.areas).toHaveLength(1);
  expect(w.areas[0]!.polygons[0]![0]).toEqual([114.2, 30.6]);

  f.clock.set('2026-07-10T09:31:00+08:00');
  await f.worker.ingest(by(cap('rain-2-update.cap'), 'a@x'), null);
  const after = await f.warnings();
  expect(after).toHaveLength(1);
  [[id, w]] = after as [[string, WarningRow]];
  expect(id).toBe('a@x,QX-20260710-0002');
  expect(w).toMatchObject({ level: 'red', messages: 2, firstSentAt: Date.parse('2026-07-10T08:00:00+08:00') });

  f.clock.set('2026-07-10T12:11:00+08:00');
  await f.worker.ingest(by(cap('rain-3-cancel.cap'), 'a@x'), null);
  expect(await f.warnings()).toEqual([]);
});

test('a chain that arrives backwards ends with the same picture: nothing in force comes back to life', async () => {
  const f = await open(weatherWarningsType, '2026-07-10T12:11:00+08:00');
  for (const name of ['rain-3-cancel.cap', 'rain-2-update.cap', 'rain-1-alert.cap'])
    await f.worker.ingest(by(cap(name), 'b@x'), null);
  expect(await f.warnings()).toEqual([]);

  const g = await open(weatherWarningsType, '2026-07-10T10:00:00+08:00');
  for (const name of ['rain-2-update.cap', 'rain-1-alert.cap']) await g.worker.ingest(by(cap(name), 'c@x'), null);
  expect((await g.warnings()).map(([id]) => id)).toEqual(['c@x,QX-20260710-0002']);
});

test('an exercise is shown as a drill and cannot end a real warning', async () => {
  const f = await open(weatherWarningsType, '2026-07-10T08:45:00+08:00');
  await f.worker.ingest(by(cap('rain-1-alert.cap'), 'd@x'), null);
  await f.worker.ingest(by(cap('exercise.cap'), 'd@x'), null);
  await f.worker.ingest(by(cap('exercise-cancel-of-real.cap'), 'd@x'), null);
  const rows = await f.warnings();
  expect(rows.map(([id, w]) => [id, w.drill])).toEqual([
    ['d@x,QX-20260710-0001', false],
    ['d@x,YL-20260710-0001', true],
  ]);
  const facts = await factsAfter(sql, f.from);
  expect(facts.filter((x) => x.kind === 'warning.issued').map((x) => x.drill ?? false)).toEqual([false, true]);
});

test('another sender in another feed cannot cancel a warning', async () => {
  const f = await open(weatherWarningsType, '2026-07-10T08:45:00+08:00');
  const g = await open(weatherWarningsType, '2026-07-10T08:45:00+08:00');
  await f.worker.ingest(by(cap('rain-1-alert.cap'), 'e@x'), null);
  const cancel = cap('rain-3-cancel.cap')
    .toString('utf8')
    .replace('<sender>yj@weather.example.cn', '<sender>thief@x')
    .replace('yj@weather.example.cn,QX-20260710-0002', 'e@x,QX-20260710-0001');
  await g.worker.ingest(Buffer.from(cancel), null);
  expect(await f.warnings()).toHaveLength(1);
});

test('the same messages again change nothing and record no fact', async () => {
  const f = await open(weatherWarningsType, '2026-07-10T09:31:00+08:00');
  const t = await open(trafficEventsType, '2026-07-10T09:01:00+08:00');
  for (const name of ['rain-1-alert.cap', 'rain-2-update.cap']) await f.worker.ingest(by(cap(name), 'g@x'), null);
  await t.worker.ingest(datex('snapshot.xml'), null);
  const before = await newestCursor(sql);
  for (const name of ['rain-1-alert.cap', 'rain-2-update.cap', 'rain-1-alert.cap'])
    expect((await f.worker.ingest(by(cap(name), 'g@x'), null)).accepted).toBe(1);
  expect(await t.worker.ingest(datex('snapshot.xml'), null)).toMatchObject({ accepted: 2, facts: 0 });
  expect(await newestCursor(sql)).toBe(before);
});

test('a warning whose time is over leaves without a word of its sender', async () => {
  const f = await open(weatherWarningsType, '2026-07-10T08:01:00+08:00');
  await f.worker.ingest(by(cap('rain-1-alert.cap'), 'h@x'), null);
  await sweep({ sql }, Date.parse('2026-07-10T13:59:59+08:00'));
  expect(await f.warnings()).toHaveLength(1);
  await sweep({ sql }, Date.parse('2026-07-10T14:00:00+08:00'));
  expect(await f.warnings()).toHaveLength(0);
});

test('a record that cannot be used is set aside with its reason, and the rest flows', async () => {
  const t = await open(trafficEventsType, '2026-07-10T09:01:00+08:00');
  const done = await t.worker.ingest(datex('snapshot.xml'), null);
  expect(done).toMatchObject({ accepted: 2, rejection: null });
  expect(done.quarantined.map((q) => [q.id, q.code])).toEqual([['JT3/JT3-1', 'time']]);
  expect(t.ctx.rejects).toHaveLength(1);
  const rows = [...(await t.rows()).all<TrafficEventRow>(C.trafficEvent).values()];
  expect(rows.map((r) => [r.kind, r.closed, r.road, r.severity, r.comment.zh])).toEqual([
    ['closure', true, '滨江大道', 'high', '滨江大道积水封闭，请绕行。'],
    ['accident', false, null, null, null],
  ]);
  // sent every 10 s, it is kept once
  await t.worker.ingest(datex('snapshot.xml'), null);
  expect(t.ctx.rejects).toHaveLength(1);
});

test('a record that only the database refuses is found among many, and the rest flows', async () => {
  const f = await open(policeIncidentsType, '2026-07-10T09:01:00+08:00');
  const features = Array.from({ length: 20 }, (_, i) => ({
    type: 'Feature',
    id: `P${i}`,
    geometry: { type: 'Point', coordinates: [114.3, 30.6] },
    properties: { kind: 'theft', title: `警情${i}`, occurredAt: '2026-07-10T09:00:00+08:00' },
  }));
  await sql`alter table city_item add constraint no_thirteen check (id not like '%:P13')`;
  try {
    const done = await f.worker.ingest(
      json({ type: 'FeatureCollection', time: '2026-07-10T09:00:30+08:00', complete: true, features }),
      null,
    );
    expect(done.accepted).toBe(19);
    expect(done.quarantined.map((q) => [q.id, q.code])).toEqual([[`${f.worker.spec.id}:P13`, 'database']]);
    expect((await f.rows()).all(C.cityEvent).size).toBe(19);
  } finally {
    await sql`alter table city_item drop constraint no_thirteen`;
  }
});

test('a whole list ends what it no longer holds, but not what it holds in a form that cannot be read', async () => {
  const f = await open(policeIncidentsType, '2026-07-10T09:01:00+08:00');
  const feature = (id: string, more: Record<string, unknown> = {}) => ({
    type: 'Feature',
    id,
    geometry: null,
    properties: { kind: 'fire', title: '火情', occurredAt: '2026-07-10T09:00:00+08:00', ...more },
  });
  const list = (...features: unknown[]) =>
    json({ type: 'FeatureCollection', time: '2026-07-10T09:00:30+08:00', complete: true, features });
  const ids = async () => [...(await f.rows()).all(C.cityEvent).keys()].map((id) => id.split(':')[1]);
  await f.worker.ingest(list(feature('1'), feature('2'), feature('3')), null);
  expect(await ids()).toEqual(['1', '2', '3']);
  await f.worker.ingest(list(feature('1'), feature('2', { severity: 9 })), null);
  expect(await ids()).toEqual(['1', '2']);
  // a record without an id could be any of them
  await f.worker.ingest(list({ type: 'Feature' }), null);
  expect(await ids()).toEqual(['1', '2']);
  await f.worker.ingest(list(feature('2'), feature('3')), null);
  expect(await ids()).toEqual(['2', '3']);
});

test('an older version of an event changes nothing', async () => {
  const t = await open(trafficEventsType, '2026-07-10T09:01:00+08:00');
  await t.worker.ingest(datex('snapshot.xml'), null);
  const older = datex('snapshot.xml')
    .toString('utf8')
    .replaceAll('version="3"', 'version="2"')
    .replace('snapshot<', 'singleElementUpdate<');
  expect(await t.worker.ingest(Buffer.from(older), null)).toMatchObject({ outdated: 1, facts: 0 });
});

test('a closed road is told to the road engine, and told open when its event ends', async () => {
  await sql`
    insert into road_edge (id, city, from_node, to_node, class, length_m, speed_kmh, oneway, bridge, tunnel, geom)
    values (9001, 't', 1, 2, 'primary', 380, 50, false, false, false, st_geomfromtext('LINESTRING(114.3 30.6, 114.304 30.6)', 4326)),
           (9002, 't', 2, 3, 'primary', 380, 50, false, false, false, st_geomfromtext('LINESTRING(114.302 30.598, 114.302 30.602)', 4326))`;
  const t = await open(trafficEventsType, '2026-07-10T09:01:00+08:00');
  await t.worker.ingest(datex('snapshot.xml'), null);
  const closures = () => sql<{ key: string; body: { closed: boolean; until: number } }[]>`
    select key, body from signal_latest where lane = 'closures' order by key`;
  // the road that only crosses is not closed
  expect((await closures()).map((c) => [c.key, c.body.closed])).toEqual([['9001', true]]);
  t.clock.forward(60_000);
  const empty = datex('snapshot.xml')
    .toString('utf8')
    .replace(/<situation [\s\S]*<\/situation>/, '');
  await t.worker.ingest(Buffer.from(empty), null);
  expect((await t.rows()).all(C.trafficEvent).size).toBe(0);
  expect((await closures()).map((c) => [c.key, c.body.closed])).toEqual([['9001', false]]);
});

test('readings are signals: the newest of a station stays, one from the future or out of range is set aside', async () => {
  const f = await open(weatherObservationsType, '2026-07-10T09:01:00+08:00');
  const message = (time: string, temperature: number, id = 'S1') => ({
    time,
    stations: [{ id, name: { zh: '江北站', en: 'Jiangbei' }, position: [114.3, 30.6], values: { temperature } }],
  });
  await f.worker.ingest(json(message('2026-07-10T09:00:00+08:00', 31.5)), null);
  await f.worker.ingest(json(message('2026-07-10T08:50:00+08:00', 30)), null);
  expect((await f.worker.ingest(json(message('2026-07-10T10:00:00+08:00', 33)), null)).quarantined[0]!.code).toBe(
    'future',
  );
  expect((await f.worker.ingest(json(message('2026-07-10T09:00:30+08:00', 333)), null)).quarantined[0]!.code).toBe(
    'range',
  );
  const [r] = await sql<{ body: { values: { temperature: number } } }[]>`
    select body from signal_latest where lane = 'readings' and key = ${`${f.worker.spec.id}:S1`}`;
  expect(r!.body.values.temperature).toBe(31.5);
});

test('urban management brings readings and events in one message', async () => {
  const f = await open(urbanManagementType, '2026-07-10T09:01:00+08:00');
  const done = await f.worker.ingest(
    json({
      time: '2026-07-10T09:00:00+08:00',
      complete: true,
      sensors: [{ id: 'W7', name: '下穿通道7', position: [114.3, 30.6], values: { waterLevel: 42 } }],
      events: [
        {
          id: 'E1',
          kind: 'manhole-cover',
          title: '井盖缺失',
          position: [114.31, 30.61],
          severity: 2,
          occurredAt: '2026-07-10T08:30:00+08:00',
        },
      ],
    }),
    null,
  );
  expect(done.accepted).toBe(2);
  expect([...(await f.rows()).all(C.cityEvent).values()][0]).toMatchObject({
    partner: 'urbanManagement',
    title: { zh: '井盖缺失' },
  });
});

test('the link is told once per change: waiting, live, late when nothing fresh comes', async () => {
  const f = await open(weatherObservationsType, '2026-07-10T09:01:00+08:00');
  const links = async () =>
    (await factsAfter(sql, f.from)).flatMap((x) =>
      x.kind === 'feed.linked' && x.body.feed === f.worker.spec.id ? [x.body.link] : [],
    );
  await f.worker.publish();
  await f.worker.publish();
  const stations = [{ id: 'S', name: 'S', values: { temperature: 1 } }];
  await f.worker.ingest(json({ time: '2026-07-10T09:00:58+08:00', stations }), null);
  await f.worker.publish();
  f.clock.forward(901_000);
  await f.worker.publish();
  await f.worker.publish();
  expect(await links()).toEqual(['waiting', 'live', 'late']);
  const status = (await feedStatus(sql, f.clock.now() - 86_400_000)).find((s) => s.feed === f.worker.spec.id)!;
  expect(status).toMatchObject({ link: 'late', messages: 1, accepted: 1, delayP50S: 2 });
});

test('readings of a speaker that left are told as gone, and its successor is taken whatever its clock says', async () => {
  const clock = new TestClock('2026-07-10T09:01:00+08:00');
  const spec = testSpec('leaving', 'weather-observations', { simulated: true });
  const reading = (time: string, temperature: number): Uint8Array =>
    json({ time, stations: [{ id: 'S', name: 'S', values: { temperature } }] });
  const context = testContext(sql);
  const demo = await FeedWorker.open(spec, weatherObservationsType, context, clock);
  await demo.ingest(reading('2026-07-10T09:00:58+08:00', 1), null);
  await demo.publish();
  const read = async (lane: string, rev: number) =>
    (await signalsAfter(sql, lane, rev)).filter((r) => r.key.startsWith('leaving'));
  const [before] = await read('readings', 0);
  const partner = await FeedWorker.open({ ...spec, simulated: false }, weatherObservationsType, context, clock);
  const [gone] = await read('readings', before!.rev);
  expect(gone!.body).toEqual({ gone: clock.now() });
  expect((await read('feeds', 0))[0]!.body).toEqual({ gone: clock.now() });
  // it was not heard yet, whatever the simulator said a moment ago
  await partner.publish();
  expect((await savedLinks(sql)).get('leaving')).toMatchObject({ link: 'waiting', simulated: false });
  await partner.ingest(reading('2026-07-10T08:50:00+08:00', 2), null);
  expect((await read('readings', gone!.rev))[0]!.body).toMatchObject({ values: { temperature: 2 } });
  await forgetEndedSignals(sql, clock.now() + 1);
  expect((await read('readings', 0)).map((r) => r.body.gone)).toEqual([undefined]);
});

test('what a simulator told leaves when the partner itself takes over', async () => {
  const clock = new TestClock('2026-07-10T08:01:00+08:00');
  const from = await newestCursor(sql);
  const spec = testSpec('takeover', 'weather-warnings', { simulated: true });
  const demo = await FeedWorker.open(spec, weatherWarningsType, testContext(sql), clock);
  await demo.publish();
  await demo.ingest(by(cap('rain-1-alert.cap'), 'sim@x'), null);
  await FeedWorker.open({ ...spec, simulated: false }, weatherWarningsType, testContext(sql), clock);
  const tables = new Tables();
  for (const x of await factsAfter(sql, from)) foldCity(tables, x, ZONE);
  expect(tables.all(C.warning).size).toBe(0);
});
