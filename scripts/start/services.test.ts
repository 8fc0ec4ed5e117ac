import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MESSAGE_KINDS } from '#domain/city/feed-config.ts';
import { OPTIONS, parseConfig } from '#domain/config.ts';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';
import { SERVICES, type Service } from './services.ts';
import { inWaves, plan } from './supervisor.ts';

const everything = (): boolean => true;
const running = (env: Record<string, string>): string[] =>
  plan(SERVICES, env, everything)
    .planned.filter((p) => p.skipped === null)
    .map((p) => p.service.name);

test('live mode starts no simulator', () => {
  const live = running({ MODE: 'live' });
  expect(live.filter((n) => SERVICES.find((s) => s.name === n)!.simulates)).toEqual([]);
  expect(live).toEqual(expect.arrayContaining(['realtime', 'ingest', 'app', 'roads']));
});

test('demo mode starts every simulator when no address is given', () => {
  expect(running({ MODE: 'demo' })).toEqual(SERVICES.map((s) => s.name));
});

test('a real address leaves out just its own simulator', () => {
  const all = running({ MODE: 'demo' });
  const out = (env: Record<string, string>): string[] => all.filter((n) => !running(env).includes(n));
  expect(out({ AMI_HOST: 'pbx.city' })).toEqual(['sim-ami', 'sim-recorder']);
  expect(out({ RECORDINGS_DIR: '/srv/recordings' })).toEqual(['sim-recorder']);
  expect(out({ RECORDINGS_URL: 'https://recorder/{call}.wav' })).toEqual(['sim-recorder']);
  expect(out({ CASES_REAL: 'true' })).toEqual(['sim-cases']);
  expect(out({ CAMERAS_REAL: 'true' })).toEqual(['sim-cameras']);
  expect(out({ MQTT_URL: 'mqtt://broker.city:1883' })).toEqual(['broker', 'sim-vehicles']);
  expect(out({ FEEDS: '[{"id":"air-quality","push":true}]' })).toEqual([]);
  const every = MESSAGE_KINDS.map((id) => ({ id, push: true }));
  expect(out({ FEEDS: JSON.stringify(every) })).toEqual(['sim-feeds']);
});

test('a given broker replaces the small one, in both modes', () => {
  for (const MODE of ['demo', 'live'])
    expect(running({ MODE, MQTT_URL: 'mqtt://broker.city:1883' })).not.toContain('broker');
  expect(plan(SERVICES, { MQTT_URL: 'mqtt://broker.city:1883' }, everything).config.mqttUrl).toBe(
    'mqtt://broker.city:1883',
  );
});

test('every service is told where the small broker is', () => {
  expect(plan(SERVICES, { BROKER_PORT: '4404' }, everything).env.MQTT_URL).toBe('mqtt://127.0.0.1:4404');
});

test('a service whose file is not there is skipped with the reason, and offers nothing', () => {
  const { planned, env } = plan(SERVICES, {}, (f) => f !== 'scripts/broker.ts');
  expect(planned.find((p) => p.service.name === 'broker')!.skipped).toBe('there is no scripts/broker.ts');
  expect(env.MQTT_URL).toBeUndefined();
});

test('names, files and ports are each used once, and every port has an option', () => {
  const { config } = parseConfig({});
  const ports = SERVICES.flatMap((s) => s.ports?.(config) ?? []);
  const all = [config.dbPort, ...ports.map((p) => p.port)];
  expect(new Set(all).size).toBe(all.length);
  for (const list of [SERVICES.map((s) => s.name), SERVICES.map((s) => s.file), ports.map((p) => p.option)])
    expect(new Set(list).size).toBe(list.length);
  const options = Object.values(OPTIONS).map((o) => o.env as string);
  for (const p of ports) expect(options).toContain(p.option);
});

test('what a service offers are options, so that a mistyped name cannot be offered to nobody', () => {
  const options = Object.values(OPTIONS).map((o) => o.env as string);
  const { config } = parseConfig({});
  for (const s of SERVICES) for (const k of Object.keys(s.offers?.(config) ?? {})) expect(options).toContain(k);
});

test('waves keep the order that services ask for', () => {
  const s = (name: string, ...after: string[]): Service => ({ ...SERVICES[0]!, name, after });
  const names = (services: Service[]): string[][] => inWaves(services).map((w) => w.map((x) => x.name));
  expect(names([s('c', 'b', 'a'), s('a'), s('b', 'a'), s('d', 'not-running')])).toEqual([['a', 'd'], ['b'], ['c']]);
  expect(() => inWaves([s('a', 'b'), s('b', 'a')])).toThrow('wait for one another: a, b');
});

test('every simulator in scripts/demo that is a process stands in the table', () => {
  const folder = join(CHECKOUT, 'scripts/demo');
  const mains = ['ami.ts', 'feeds.ts', 'vehicles.ts', 'cases.ts'].filter(
    (f) => existsSync(folder) && readdirSync(folder).includes(f),
  );
  for (const f of mains) expect(SERVICES.map((s) => s.file)).toContain(`scripts/demo/${f}`);
});
