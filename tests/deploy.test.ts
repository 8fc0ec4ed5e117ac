import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { OPTIONS } from '#domain/config.ts';
import { CHECKOUT } from '#scripts/provision/state-dir.ts';
import { SERVICES } from '#scripts/start/services.ts';

interface ComposeService {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  profiles?: string[];
  restart?: string;
  volumes?: string[];
  ports?: string[];
  network_mode?: string;
  read_only?: boolean;
  logging?: { options?: Record<string, string> };
}

const text = readFileSync(join(CHECKOUT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, s]) => s.image?.startsWith('watchfloor:'));
const fileOf = (s: ComposeService): string => s.command?.[1] ?? '';

test('every process of `npm start` has a service, the small broker apart, and simulators only in the demo profile', () => {
  const files = ours.map(([, s]) => fileOf(s));
  for (const p of SERVICES.filter((x) => x.name !== 'broker')) expect(files).toContain(p.file);
  for (const [name, s] of ours) {
    const simulates = SERVICES.find((p) => p.file === fileOf(s))?.simulates !== undefined;
    expect([name, s.profiles]).toEqual([name, simulates ? ['demo'] : undefined]);
  }
});

test('every command of ours is `node` and a file that is there, or one that `npm start` skips for the same reason', () => {
  for (const [name, s] of ours) {
    expect([name, s.command?.[0]]).toEqual([name, 'node']);
    const known = SERVICES.some((p) => p.file === fileOf(s));
    expect([name, known || existsSync(join(CHECKOUT, fileOf(s)))]).toEqual([name, true]);
  }
});

test('every service that stays up says whether it is healthy', () => {
  const staying = services.filter(([, s]) => s.restart === 'unless-stopped' && !s.profiles);
  expect(staying.map(([n]) => n).sort()).toEqual(['app', 'db', 'ingest', 'mosquitto', 'realtime', 'roads']);
  for (const [name, s] of staying) expect([name, (s.healthcheck?.test.length ?? 0) > 1]).toEqual([name, true]);
  const health = readFileSync(join(CHECKOUT, 'scripts/health.ts'), 'utf8');
  for (const [name, s] of staying.filter(([n]) => ours.some(([o]) => o === n))) {
    expect(s.healthcheck!.test).toEqual(['CMD', 'node', 'scripts/health.ts', name]);
    expect(health).toContain(`  ${name}: () =>`);
  }
});

test('nothing starts before the database is healthy and migrated', () => {
  expect(compose.services.migrate!.depends_on).toEqual({ db: { condition: 'service_healthy' } });
  for (const [name, s] of ours.filter(([n, x]) => n !== 'migrate' && !x.profiles))
    expect([name, s.depends_on?.migrate]).toEqual([name, { condition: 'service_completed_successfully' }]);
  for (const [name, s] of services)
    for (const other of Object.keys(s.depends_on ?? {}))
      expect([name, Object.keys(compose.services)]).toEqual([name, expect.arrayContaining([other])]);
});

/** A house may have no switch, or one that it only watches. */
const SWITCH_SECRETS = ['AMI_SECRET', 'AMI_HAND_SECRET', 'AMI_RECORDER_SECRET'];

test('every secret must be given: none has a default, and .env.example holds none', () => {
  const secrets = [...text.matchAll(/\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}/g)];
  expect(new Set(secrets.map((m) => m[1]))).toEqual(
    new Set(['POSTGRES_PASSWORD', 'WATCHFLOOR_DB_PASSWORD', 'MQTT_PASSWORD', ...SWITCH_SECRETS]),
  );
  for (const [, name, rest] of secrets)
    expect([name, rest]).toEqual([name, SWITCH_SECRETS.includes(name!) ? ':-' : ':?set it in .env']);
  const example = readFileSync(join(CHECKOUT, '.env.example'), 'utf8');
  for (const [, name, value] of example.matchAll(/^(\w*(?:PASSWORD|SECRET)\w*)=(.*)$/gm))
    expect([name, value]).toEqual([name, '']);
  expect(readFileSync(join(CHECKOUT, '.gitignore'), 'utf8').split('\n')).toContain('.env');
});

test('what the containers are told are options of the product', () => {
  const known = new Set<string>(Object.values(OPTIONS).map((o) => o.env));
  for (const [name, s] of ours)
    for (const k of Object.keys(s.environment ?? {}))
      if (k !== 'NODE_ENV') expect([name, k, known.has(k)]).toEqual([name, k, true]);
  for (const [, k] of readFileSync(join(CHECKOUT, 'deploy/demo.env'), 'utf8').matchAll(/^(\w+)=/gm))
    if (k !== 'COMPOSE_PROFILES') expect([k, known.has(k!)]).toEqual([k, true]);
});

test('only the web server and the broker are published, and by default to this machine alone', () => {
  const published = services.filter(([, s]) => s.ports);
  expect(published.map(([n]) => n).sort()).toEqual(['app', 'mosquitto']);
  for (const [name, s] of published)
    expect([name, s.ports![0]]).toEqual([name, expect.stringMatching(/^\$\{\w+:-127\.0\.0\.1:/)]);
});

test('files that the services mount are there, volumes are declared, logs are bounded, ours cannot write outside them', () => {
  for (const [name, s] of services) {
    expect([name, Boolean(s.logging?.options?.['max-size'])]).toEqual([name, true]);
    for (const v of s.volumes ?? []) {
      const from = v.split(':')[0]!;
      if (from.startsWith('./')) expect([v, existsSync(join(CHECKOUT, from))]).toEqual([v, true]);
      else expect(Object.keys(compose.volumes)).toContain(from);
    }
  }
  for (const [name, s] of ours) expect([name, s.read_only]).toEqual([name, true]);
});

test('the database container makes a role without rights, and asks everybody for a password', () => {
  const init = readFileSync(join(CHECKOUT, 'deploy/db-init.sh'), 'utf8');
  expect(init).toMatch(/create role watchfloor login nosuperuser nocreatedb nocreaterole password/);
  expect(text).not.toMatch(/=trust|HOST_AUTH_METHOD/);
  expect(text).toContain('--auth=scram-sha-256');
  expect(statSync(join(CHECKOUT, 'deploy/db-init.sh')).mode & 0o100).toBe(0o100);
});
