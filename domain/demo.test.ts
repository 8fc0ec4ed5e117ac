import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { DEMO_SOURCES, demoOf, demoOn, simulatedSources } from './demo.ts';
import { DAY } from './time.ts';

const simulated = (env: Record<string, string>): string[] => {
  const { config, mistakes } = parseConfig(env);
  expect(mistakes).toEqual([]);
  return simulatedSources(config);
};
const without = (...names: string[]): string[] => DEMO_SOURCES.filter((s) => !names.includes(s));
const NOW = Date.UTC(2026, 10, 20, 8);
const BEGAN = NOW - 8 * 3_600_000;

test('live mode simulates nothing, demo mode everything that has no real address', () => {
  expect(simulated({ MODE: 'live' })).toEqual([]);
  expect(simulated({ MODE: 'demo' })).toEqual(DEMO_SOURCES);
});

test('a real address replaces just its own simulator', () => {
  expect(simulated({ AMI_HOST: 'pbx.city' })).toEqual(without('calls'));
  expect(simulated({ MQTT_URL: 'mqtt://broker.city:1883' })).toEqual(without('vehicles'));
  expect(simulated({ CASES_REAL: 'true' })).toEqual(without('cases'));
  expect(simulated({ CAMERAS_REAL: 'true' })).toEqual(without('cameras'));
  const url = 'https://city.example/cases?after={cursor}';
  const mapping = { origin: 'city', fields: { externalId: 'id', acceptedAt: 'at', title: 'what' } };
  expect(simulated({ CASE_PULLS: JSON.stringify([{ name: 'city', url, mapping }]) })).toEqual(without('cases'));
  const police = [{ id: 'police-incidents', url: 'https://police.example/incidents' }];
  expect(simulated({ FEEDS: JSON.stringify(police) })).toEqual(without('police'));
});

test('a partner stays simulated as long as one of its feeds is', () => {
  const warnings = { id: 'weather-warnings', push: true };
  expect(simulated({ FEEDS: JSON.stringify([warnings]) })).toEqual(DEMO_SOURCES);
  expect(simulated({ FEEDS: JSON.stringify([warnings, { id: 'weather-observations', push: true }]) })).toEqual(
    without('weather'),
  );
});

test('the simulators’ own addresses, which the start puts in, are no real ones', () => {
  const { config } = parseConfig({});
  const AMI = { AMI_HOST: '127.0.0.1', AMI_PORT: String(config.demoAmiPort) };
  expect(simulated({ ...AMI, MQTT_URL: `mqtt://127.0.0.1:${config.brokerPort}` })).toEqual(DEMO_SOURCES);
  expect(simulated({ ...AMI, AMI_PORT: '5038' })).toEqual(without('calls'));
});

test('what a simulator left of today and of earlier weeks stays marked as long as it is shown', () => {
  expect(demoOf([], { calls: BEGAN + 1 }, BEGAN, NOW)).toEqual({ today: ['calls'], weeks: ['calls'] });
  expect(demoOf([], { calls: BEGAN - 1, vehicles: BEGAN + 1 }, BEGAN, NOW)).toEqual({ today: [], weeks: ['calls'] });
  expect(demoOf([], { cases: NOW - 40 * DAY }, BEGAN, NOW)).toEqual({ today: [], weeks: [] });
});

test('a page names what of it is simulated, and a page of real sources only carries no mark', () => {
  const demo = demoOf(['cases', 'weather'], {}, BEGAN, NOW);
  expect(demoOn('/wall/floor', demo).named).toEqual([]);
  expect(demoOn('/wall/cases', demo)).toEqual({ named: ['cases'], all: true });
  expect(demoOn('/wall/city', demo)).toEqual({ named: ['cases', 'weather'], all: false });
  expect(demoOn('/today', demo).named).toEqual(['cases']);
  expect(demoOn('/status', demo)).toEqual({ named: ['cases', 'weather'], all: false });
  expect(demoOn('/status', demoOf([...DEMO_SOURCES], {}, BEGAN, NOW)).all).toBe(true);
});
