import { networkInterfaces } from 'node:os';
import { feedSpecs } from '#domain/city/feed-config.ts';
import type { Config } from '#domain/config.ts';
import type { InitialAccount } from '#store/initial-accounts.ts';
import type { Planned } from './supervisor.ts';

/** The address a person types. A server on all interfaces is named by the first one that others can reach. */
export function addressOf(config: Config): string {
  const all = config.host === '0.0.0.0' || config.host === '::';
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((i) => i && i.family === 'IPv4' && !i.internal);
  const host = all ? (outside?.address ?? '127.0.0.1') : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
}

/** What stands on the terminal when everything runs. */
export function announcement({
  config,
  planned,
  accounts,
  database,
  logs,
  total,
}: {
  config: Config;
  planned: readonly Planned[];
  accounts: readonly InitialAccount[];
  database: string;
  logs: string;
  total: string;
}): string {
  const width = Math.max(...accounts.map((a) => a.login.length), 0);
  const account = (a: InitialAccount): string =>
    `    ${a.login.padEnd(width)}  ${a.password ?? '(password changed)'}  ${a.role}, ${a.name}`;
  const real = new Set(feedSpecs(config).flatMap((s) => (s.simulated ? [] : [s.id])));
  const simulated = planned.flatMap(({ service, skipped }) =>
    service.simulates && skipped === null
      ? [service.simulates + (service.name === 'sim-feeds' && real.size > 0 ? ` (not ${[...real].join(', ')})` : '')]
      : [],
  );
  const missing = planned.filter((p) => p.skipped?.startsWith('there is no '));
  return [
    '',
    `Watchfloor 值守台 runs at ${addressOf(config)}  (started in ${total})`,
    '',
    accounts.length > 0 ? '  Accounts:' : '  Accounts: as they were set up',
    ...accounts.map(account),
    simulated.length > 0 ? '  Simulated, and marked DEMO on every screen that shows it:' : '  Nothing is simulated.',
    ...simulated.map((s) => `    ${s}`),
    ...(missing.length > 0 ? [`  Not built yet: ${missing.map((p) => p.service.name).join(', ')}`] : []),
    `  Database: ${database}`,
    `  Logs: ${logs}`,
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}
