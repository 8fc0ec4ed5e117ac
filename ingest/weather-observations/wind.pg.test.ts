import { pino } from 'pino';
import { expect, test } from 'vitest';
import { windArea } from '#domain/around/area.ts';
import { contentOf, setArea, type Actor } from '#domain/incidents/incident.ts';
import { must } from '#domain/result.ts';
import { followWind } from '#gis-data/around/wind-keeper.ts';
import { changeIncident, incidentById, openIncident, windAt } from '#store/incidents.ts';
import { testDatabase } from '#tests/support/database.ts';
import { TestClock, testContext, testSpec } from '../feeds/testing.ts';
import { FeedWorker } from '../feeds/worker.ts';
import { weatherObservationsType } from './index.ts';

const { sql } = await testDatabase();
const [account] = await sql<{ id: number }[]>`
  insert into account (login, name, role, password_hash) values ('wang', '王', 'duty-officer', 'x') returning id`;
const by: Actor = { officer: { account: account!.id, name: '王' }, role: 'duty-officer' };
const AT = [114.3, 30.6] as const;
const log = pino({ level: 'silent' });

test('an observation of the weather feed computes a running estimate anew; without one it stands, and the next one is taken', async () => {
  const clock = new TestClock('2026-07-10T09:00:30+08:00');
  const feed = await FeedWorker.open(
    testSpec('weather', 'weather-observations'),
    weatherObservationsType,
    testContext(sql),
    clock,
  );
  const observe = async (windDirection: number | null, windSpeed: number | null) => {
    const time = new Date(clock.now() - 20_000).toISOString();
    const stations = [
      { id: 'S1', name: { zh: '江北站', en: 'Jiangbei' }, position: [114.28, 30.62], values: { temperature: 30, windDirection, windSpeed } },
    ]; // prettier-ignore
    await feed.ingest(Buffer.from(JSON.stringify({ time, stations })), null);
  };
  const who = () => ({ by, now: clock.now(), zone: 'Asia/Shanghai' });
  const report = { source: 'desk' as const, sourceRef: null, text: null, requestKey: 'incident-1' };
  const content = contentOf({ class: 'accident', level: 2, title: '泄漏', place: null, district: null, at: AT, sensitive: false }); // prettier-ignore
  const opened = await openIncident(sql, { content: must(content.ok ? content.value : null, 'content'), report, drill: false }, who()); // prettier-ignore
  const incident = must(opened.ok ? opened.value.id : null, 'incident');
  const area = async () => must((await incidentById(sql, incident))?.row.area, 'area');

  // nothing is measured: nothing can be estimated
  expect(await windAt(sql, AT, clock.now())).toBeNull();
  await observe(270, 3);
  const wind = must(await windAt(sql, AT, clock.now()), 'wind');
  await changeIncident(sql, incident, (i) => setArea(i, by, windArea(AT, wind, { reachM: 1000, isolationM: 100 })), who()); // prettier-ignore
  const east = await area();

  clock.forward(600_000);
  await observe(180, 3);
  expect(await followWind(sql, log, clock.now())).toBe(1);
  const north = await area();
  expect(north).toMatchObject({ by: null, at: clock.now(), model: 'wind-sector/1', inputs: { reachM: 1000, wind: { fromDeg: 180, station: '江北站' } } }); // prettier-ignore
  // downwind of a south wind lies north
  const top = (a: typeof north) => Math.max(...a.polygons.flat(2).map((p) => p[1]));
  expect(top(north) - AT[1]).toBeGreaterThan(0.0085);
  expect(top(east) - AT[1]).toBeLessThan(0.006);

  // the station falls silent, or measures everything but the wind: the estimate stands as it is, however often it is looked at
  clock.forward(4 * 3_600_000);
  expect(await followWind(sql, log, clock.now())).toBe(0);
  await observe(null, null);
  expect(await windAt(sql, AT, clock.now())).toBeNull();
  expect(await followWind(sql, log, clock.now())).toBe(0);
  expect(await area()).toEqual(north);

  clock.forward(60_000);
  await observe(90, 6);
  expect(await followWind(sql, log, clock.now())).toBe(1);
  expect((await area()).inputs).toMatchObject({ halfAngleDeg: 25, wind: { fromDeg: 90, speedMps: 6 } });
});
