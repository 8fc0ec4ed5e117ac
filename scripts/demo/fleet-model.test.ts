import { expect, test } from 'vitest';
import { VEHICLE_STATES, type VehicleState } from '#domain/city/rows.ts';
import { MINUTE } from '#domain/time.ts';
import { AStarEngine } from '#gis-data/roads/engine.ts';
import { metresBetween } from '#gis-data/roads/graph.ts';
import { parseVehicle } from '#ingest/vehicle-positions/parse.ts';
import { demoFleet, TEAMS } from './fleet-model.ts';
import { gridCity } from './grid-city.ts';

const T0 = Date.parse('2026-07-10T01:30:00Z');
/** Workflow §6, and out of service from home. */
const NEXT: Record<VehicleState, VehicleState[]> = {
  available: ['assigned'],
  assigned: ['en_route'],
  en_route: ['on_scene'],
  on_scene: ['returning'],
  returning: ['available', 'unavailable'],
  unavailable: ['available'],
};

test('80 vehicles go through the states of the workflow on the roads, at speeds that roads allow', () => {
  const engine = new AStarEngine(gridCity().roads);
  const fleet = demoFleet(engine, [], 3, T0);
  expect(fleet).toHaveLength(80);
  expect(TEAMS.reduce((n, t) => n + t.count, 0)).toBe(80);
  const before = fleet.map((v) => v.tick(T0));
  const seen = new Set<VehicleState>();
  let moved = 0;
  const STEP = 5000;
  for (let t = T0 + STEP; t <= T0 + 120 * MINUTE; t += STEP)
    for (const [i, v] of fleet.entries()) {
      const was = before[i]!;
      const is = v.tick(t);
      seen.add(is.state);
      if (is.state !== was.state) expect(NEXT[was.state], v.id).toContain(is.state);
      const metres = metresBetween(was.position, is.position);
      expect(metres / (STEP / 1000), v.id).toBeLessThan(25);
      expect(engine.snap(is.position, 5), v.id).not.toBeNull();
      if (metres > 1) moved++;
      before[i] = is;
    }
  expect([...seen].sort()).toEqual([...VEHICLE_STATES].sort());
  expect(moved / (80 * 24 * 60)).toBeGreaterThan(0.25);
});

test('the same seed gives the same fleet, and what it says is taken', () => {
  const engine = new AStarEngine(gridCity().roads);
  const [a, b] = [demoFleet(engine, [], 3, T0), demoFleet(engine, [], 3, T0)];
  expect(a.map((v) => [v.id, v.plate, v.tick(T0 + 60_000)])).toEqual(
    b.map((v) => [v.id, v.plate, v.tick(T0 + 60_000)]),
  );
  for (const v of a) {
    const info = { kind: v.team.kind, name: { zh: v.zh, en: v.en }, plate: v.plate, simulated: true };
    const r = parseVehicle(`vehicles/${v.id}/info`, Buffer.from(JSON.stringify(info)), T0, (p) => p);
    expect(r).toMatchObject({ ok: true, value: { zh: v.zh, plate: v.plate, simulated: true } });
  }
});

test('a fleet whose simulator starts again goes on from where it was', () => {
  const engine = new AStarEngine(gridCity().roads);
  const before = demoFleet(engine, [], 3, T0);
  for (let t = T0; t <= T0 + 10 * MINUTE; t += 5000) for (const v of before) v.tick(t);
  const T1 = T0 + 10 * MINUTE;
  const was = new Map(before.map((v) => [v.id, v.tick(T1).position]));
  for (const v of demoFleet(engine, [], 3, T1, was)) {
    expect(metresBetween(v.tick(T1).position, was.get(v.id)!), v.id).toBeLessThan(5);
  }
});
