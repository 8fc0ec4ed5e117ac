import { expect, test } from 'vitest';
import { pgHba, postgresqlConf } from './settings.ts';

const GB = 1024 ** 3;
const conf = (memoryBytes: number, durable = true): Map<string, string> =>
  new Map(
    postgresqlConf({ port: 4332, machine: { cores: 2, memoryBytes }, durable })
      .split('\n')
      .filter((l) => l.includes(' = '))
      .map((l) => l.split(' = ', 2) as [string, string]),
  );

test('nobody gets in without a password, and nobody from another machine', () => {
  const rules = pgHba()
    .split('\n')
    .filter((l) => l !== '' && !l.startsWith('#'));
  expect(rules).toEqual(['host all all 127.0.0.1/32 scram-sha-256']);
  expect(pgHba()).not.toMatch(/trust|password$|md5|0\.0\.0\.0/);
  expect(conf(8 * GB).get('listen_addresses')).toBe(`'127.0.0.1'`);
  expect(conf(8 * GB).get('unix_socket_directories')).toBe(`''`);
});

test('what a person keeps is on disk at each commit; only a test server is not durable', () => {
  for (const k of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    expect(conf(8 * GB).get(k)).toBe('on');
    expect(conf(8 * GB, false).get(k)).toBe('off');
  }
});

test('memory follows the machine within bounds that suit the smallest and the largest', () => {
  expect(conf(0.5 * GB).get('shared_buffers')).toBe('128MB');
  expect(conf(4 * GB).get('shared_buffers')).toBe('512MB');
  expect(conf(256 * GB).get('shared_buffers')).toBe('1024MB');
});

test('there are workers for one scheduler per database beside the parallel ones', () => {
  const c = conf(8 * GB);
  expect(Number(c.get('max_worker_processes'))).toBeGreaterThan(
    Number(c.get('timescaledb.max_background_workers')) + Number(c.get('max_parallel_workers')),
  );
  expect(c.get('timescaledb.telemetry_level')).toBe('off');
});
