import { beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#domain/time.ts';
import { warningPhase } from '#domain/city/view.ts';
import type { WarningMessage } from '#domain/city/items.ts';
import { parseAirQuality } from '#ingest/air-quality/parse.ts';
import type { ParseFeed, Parsed } from '#ingest/feeds/contract.ts';
import { parsePolice } from '#ingest/police-incidents/parse.ts';
import { parseSpeeds } from '#ingest/segment-speeds/parse.ts';
import { parseTraffic } from '#ingest/traffic-events/parse.ts';
import { parseUrbanManagement } from '#ingest/urban-management/parse.ts';
import { parseObservations } from '#ingest/weather-observations/parse.ts';
import { parseWarnings } from '#ingest/weather-warnings/parse.ts';
import { DemoEvents } from './feeds-events.ts';
import { DemoTraffic } from './feeds-traffic.ts';
import { DemoWeather } from './feeds-weather.ts';
import { busyMorning, DayShape } from './floor-plan.ts';
import { gridCity } from './grid-city.ts';

const ZONE = 'Asia/Shanghai';
const T0 = Date.parse('2026-07-10T01:30:00Z');

let weather: DemoWeather;
let traffic: DemoTraffic;
let events: DemoEvents;
beforeAll(() => {
  const c = gridCity();
  weather = new DemoWeather(c, 7, ZONE);
  traffic = new DemoTraffic(c, 7, ZONE, new DayShape(ZONE, busyMorning(T0, ZONE)), weather);
  events = new DemoEvents(c, 7, ZONE, weather);
});

function read(parse: ParseFeed, body: unknown, t: number): Parsed {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const r = parse(Buffer.from(text), null, { feed: 'f', partner: 'weather', receivedAt: t, toWgs84: (p) => p });
  if (!r.ok) throw new Error(`${r.code}: ${r.reason}\n${text.slice(0, 300)}`);
  expect(r.value.quarantined).toEqual([]);
  return r.value;
}
const TIMES = Array.from({ length: 48 }, (_, i) => T0 + i * 31 * MINUTE);

test('everything that the simulated partners say is taken by our own parsers, at any time of two days', () => {
  for (const t of TIMES) {
    expect(read(parseObservations, weather.observations(t), t).items).toHaveLength(1);
    expect(read(parseAirQuality, weather.airQuality(t), t).items).toHaveLength(3);
    expect(read(parseSpeeds, traffic.speeds(t), t).items.length).toBeGreaterThan(50);
    expect(read(parseUrbanManagement, events.urban(t), t).items.length).toBeGreaterThan(15);
    expect(read(parsePolice, events.police(t), t).complete).toBe(true);
    expect(read(parseTraffic, traffic.datex(t), t).complete).toBe(true);
  }
});

test('there is nearly always a warning in force, and each alert of the index can be read and names what it follows', () => {
  let quiet = 0;
  for (const t of TIMES) {
    const ids = read(parseWarnings, weather.index(t), t).follow!.map((l) => l.replace(/^.*\/|\.cap$/g, ''));
    const messages = ids.map((id) => {
      const text = weather.alert(id, t);
      expect(text, id).not.toBeNull();
      return read(parseWarnings, text, t).items[0] as WarningMessage;
    });
    const over = new Set(messages.flatMap((m) => m.references));
    const inForce = messages.filter(
      (m) => !over.has(m.id) && m.warnings.some((w) => warningPhase(w.row, t) === 'active'),
    );
    if (inForce.filter((m) => !m.drill).length === 0) quiet++;
    for (const m of messages) expect(m.action === 'issue').toBe(m.references.length === 0);
  }
  expect(quiet).toBeLessThan(TIMES.length / 6);
});

test('alerts never change once they are out, also for a simulator that was started again', () => {
  const again = new DemoWeather(gridCity(), 7, ZONE);
  const ids = [...weather.index(T0).matchAll(/<id>(DEMO[^<]+)</g)].map((m) => m[1]!);
  expect(ids.length).toBeGreaterThan(1);
  for (const id of ids) expect(again.alert(id, T0 + 20 * MINUTE)).toBe(weather.alert(id, T0));
});

test('traffic events come, are cleared and go, some of them as closed roads with a course', () => {
  const counts = TIMES.map((t) => {
    const rows = read(parseTraffic, traffic.datex(t), t).items.flatMap((i) => (i.type === 'traffic' ? [i] : []));
    for (const r of rows) expect(r.row.geometry?.type).toBe('LineString');
    return {
      open: rows.filter((r) => r.ended === null).length,
      closed: rows.filter((r) => r.ended === null && r.row.closed).length,
    };
  });
  const mean = (f: (c: (typeof counts)[number]) => number): number =>
    counts.reduce((s, c) => s + f(c), 0) / counts.length;
  expect(mean((c) => c.open)).toBeGreaterThan(8);
  expect(mean((c) => c.open)).toBeLessThan(40);
  expect(mean((c) => c.closed)).toBeGreaterThan(1);
});

test('between two changes the list has the same bytes, so that an ETag holds', () => {
  const bodies = Array.from({ length: 60 }, (_, i) => traffic.datex(T0 + i * 5000));
  expect(new Set(bodies).size).toBeLessThan(20);
});

test('roads are slower in the rush hour than at night', () => {
  const shape = new DayShape(ZONE, busyMorning(T0, ZONE));
  const mean = (t: number): number => {
    const { segments } = traffic.speeds(t) as { segments: { kmh: number; freeKmh: number }[] };
    return segments.reduce((s, x) => s + x.kmh / x.freeKmh, 0) / segments.length;
  };
  const at = (hour: number): number => {
    for (let t = T0; ; t += 10 * MINUTE) if (Math.abs(shape.hour(t) - hour) < 0.1) return t;
  };
  expect(mean(at(8.3))).toBeLessThan(mean(at(3)) - 0.2);
  expect(mean(at(3))).toBeGreaterThan(0.6);
});
