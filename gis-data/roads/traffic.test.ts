import { expect, test } from 'vitest';
import type { SignalRow } from '#store/signals.ts';
import { AStarEngine } from './engine.ts';
import { buildGraph } from './graph.ts';
import { SPEED_FRESH_MS, Traffic } from './traffic.ts';

const NOW = 1_795_000_000_000;
const row = (key: string, at: number, body: Record<string, unknown>): SignalRow => ({
  lane: 'x',
  key,
  at: new Date(at),
  rev: 1,
  body,
});
function engineWithOneEdge(): AStarEngine {
  const line: [number, number][] = [[118.8, 31.2], [118.81, 31.2]]; // prettier-ignore
  return new AStarEngine(
    buildGraph([{ id: 77, from: 1, to: 2, class: 'primary', name: null, nameEn: null, lengthM: 950, speedKmh: 50, oneway: false, line }]).graph,
  ); // prettier-ignore
}

test('a measured speed holds while it is fresh, then the free speed counts again', () => {
  const engine = engineWithOneEdge();
  const traffic = new Traffic(engine);
  expect(traffic.take('segments', [row('77', NOW, { kmh: 20 }), row('5', NOW, { kmh: 9 }), row('x', NOW, {})])).toBe(2);
  traffic.refresh(NOW);
  expect([engine.edgeSpeedKmh(0), traffic.measured]).toEqual([20, 1]);
  traffic.refresh(NOW + SPEED_FRESH_MS + 1);
  expect([engine.edgeSpeedKmh(0), traffic.measured]).toEqual([50, 0]);
});

test('a closure holds from its beginning to its end, without any further message', () => {
  const engine = engineWithOneEdge();
  const traffic = new Traffic(engine);
  traffic.take('closures', [row('77', NOW, { closed: true, direction: 'forward', event: 'e', from: NOW + 60_000, until: NOW + 120_000 })]); // prettier-ignore
  const states = [0, 60_000, 119_999, 120_000].map((dt) => {
    traffic.refresh(NOW + dt);
    return [engine.isClosed(0), engine.isClosed(1)];
  });
  expect(states).toEqual([[false, false], [true, false], [true, false], [false, false]]); // prettier-ignore
});

test('a closure that is told open again opens the road', () => {
  const engine = engineWithOneEdge();
  const traffic = new Traffic(engine);
  const closure = { closed: true, direction: 'both', event: 'e', from: NOW, until: null };
  traffic.take('closures', [row('77', NOW, closure)]);
  traffic.refresh(NOW);
  expect(traffic.closed).toBe(1);
  traffic.take('closures', [row('77', NOW, { ...closure, closed: false })]);
  traffic.refresh(NOW);
  expect([traffic.closed, engine.isClosed(0), engine.isClosed(1)]).toEqual([0, false, false]);
});
