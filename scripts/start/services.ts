import { feedSpecs } from '#domain/city/feed-config.ts';
import type { Config } from '#domain/config.ts';
import { DEMO_RECORDINGS, simulatedSources, type DemoSource } from '#domain/demo.ts';

/** A port a service listens on, and the option that moves it. */
export interface ListeningPort {
  readonly option: string;
  readonly port: number;
  readonly host: string;
}

/**
 * One process of the product. It is run as `node FILE` with the configuration in its environment, logs JSON lines to stdout,
 * says that it is ready with a line of msg "ready", and ends within 5 s of SIGTERM. More in docs/runbook.md.
 */
export interface Service {
  readonly name: string;
  /** Its main file, seen from the checkout. */
  readonly file: string;
  /** Half a sentence for people: what it does. */
  readonly what: string;
  /** Why it does not run in this configuration, as half a sentence for people; null when it runs. */
  readonly skip: (config: Config) => string | null;
  /** Services that must be ready before this one starts, where they run. */
  readonly after?: readonly string[];
  readonly ports?: (config: Config) => readonly ListeningPort[];
  /** What all services are told because this one runs: the address of a simulator in place of a real one. */
  readonly offers?: (config: Config) => Readonly<Record<string, string>>;
  readonly args?: (context: { screens: string }) => readonly string[];
  /** How long it may take from its start to "ready", seconds. */
  readonly readyWithinS: number;
  /** Without it there is no product: when it does not become ready, the start fails. */
  readonly required: boolean;
  /** What it pretends to be, for the list printed at start; absent for what is real. */
  readonly simulates?: string;
}

const LOCAL = '127.0.0.1';
const always = (): null => null;
/** Why a simulator does not run; null: it does. */
const simulates =
  (source: DemoSource, real: string) =>
  (c: Config): string | null =>
    inDemo(c) ?? (simulatedSources(c).includes(source) ? null : real);
const inDemo = (config: Config): string | null => (config.mode === 'demo' ? null : 'MODE is live');

/** Everything `npm start` runs, in order. A new process: one entry here, and one service in docker-compose.yml. */
export const SERVICES: readonly Service[] = [
  {
    name: 'broker',
    file: 'scripts/broker.ts',
    what: 'MQTT broker of this machine',
    skip: (c) => (c.mqttUrl === '' ? null : 'MQTT_URL names a broker'),
    ports: (c) => [{ option: 'BROKER_PORT', port: c.brokerPort, host: LOCAL }],
    offers: (c) => ({ MQTT_URL: `mqtt://${LOCAL}:${c.brokerPort}` }),
    readyWithinS: 20,
    required: true,
  },
  {
    name: 'roads',
    file: 'gis-data/roads/main.ts',
    what: 'road network and routes',
    skip: always,
    ports: (c) => [{ option: 'ROADS_PORT', port: c.roadsPort, host: c.roadsBind }],
    readyWithinS: 60,
    required: true,
  },
  {
    name: 'sim-ami',
    file: 'scripts/demo/ami.ts',
    what: 'simulated switchboard',
    skip: simulates('calls', 'AMI_HOST names a switchboard'),
    ports: (c) => [{ option: 'DEMO_AMI_PORT', port: c.demoAmiPort, host: LOCAL }],
    offers: (c) => ({
      AMI_HOST: LOCAL,
      AMI_PORT: String(c.demoAmiPort),
      AMI_SECRET: 'simulated',
      AMI_HAND_USER: 'watchfloor-hand',
      AMI_END_PROMPT_EXTEN: 'end-prompt@from-internal',
      AMI_HAND_SECRET: 'simulated',
      AMI_RECORDER_USER: 'watchfloor-recorder',
      AMI_RECORDER_SECRET: 'simulated',
    }),
    readyWithinS: 30,
    required: false,
    simulates: 'switchboard (Asterisk AMI): 60 seats, 6 queues',
  },
  {
    name: 'sim-recorder',
    file: 'scripts/demo/recordings.ts',
    what: 'simulated recorder of calls',
    skip: (c) =>
      simulates('calls', 'AMI_HOST names a switchboard')(c) ??
      (['', DEMO_RECORDINGS].includes(c.recordingsDir) && c.recordingsUrl === ''
        ? null
        : 'RECORDINGS_DIR or RECORDINGS_URL names recordings'),
    offers: () => ({ RECORDINGS_DIR: DEMO_RECORDINGS }),
    readyWithinS: 30,
    required: false,
    simulates: 'recordings of the newest calls: synthetic voices',
  },
  {
    name: 'sim-feeds',
    file: 'scripts/demo/feeds.ts',
    what: 'simulated partner feeds',
    skip: (c) => inDemo(c) ?? (feedSpecs(c).some((s) => s.simulated) ? null : 'FEEDS names every partner'),
    ports: (c) => [{ option: 'DEMO_FEEDS_PORT', port: c.demoFeedsPort, host: LOCAL }],
    readyWithinS: 30,
    required: false,
    simulates: 'partner feeds: weather warnings, observations, traffic, police, environment',
  },
  {
    name: 'sim-vehicles',
    file: 'scripts/demo/vehicles.ts',
    what: 'simulated vehicles',
    skip: simulates('vehicles', 'MQTT_URL names a broker'),
    after: ['broker', 'roads'],
    readyWithinS: 30,
    required: false,
    simulates: 'vehicle positions (MQTT): 80 vehicles',
  },
  {
    name: 'sim-cameras',
    file: 'scripts/demo/cameras.ts',
    what: 'simulated cameras',
    skip: simulates('cameras', 'CAMERAS_REAL says that the registry holds real ones'),
    ports: (c) => [{ option: 'DEMO_CAMERAS_PORT', port: c.demoCamerasPort, host: LOCAL }],
    readyWithinS: 30,
    required: false,
    simulates: 'cameras: 240 of them, some dead or slow',
  },
  {
    name: 'realtime',
    file: 'realtime/main.ts',
    what: 'gateway to the screens',
    skip: always,
    ports: (c) => [{ option: 'RT_PORT', port: c.rtPort, host: c.rtBind }],
    readyWithinS: 60,
    required: true,
  },
  {
    name: 'ingest',
    file: 'ingest/main.ts',
    what: 'intake of all sources',
    skip: always,
    after: ['broker', 'sim-ami', 'sim-feeds', 'sim-cameras'],
    ports: (c) => [{ option: 'INGEST_PORT', port: c.ingestPort, host: c.ingestBind }],
    readyWithinS: 60,
    required: true,
  },
  {
    name: 'sim-cases',
    file: 'scripts/demo/cases.ts',
    what: 'simulated hotline cases',
    skip: simulates('cases', 'CASE_PULLS or CASES_REAL names a case system'),
    after: ['ingest'],
    readyWithinS: 30,
    required: false,
    simulates: 'hotline cases',
  },
  {
    name: 'app',
    file: 'app/server.ts',
    what: 'web server',
    skip: always,
    ports: (c) => [{ option: 'PORT', port: c.port, host: c.host }],
    args: ({ screens }) => [screens],
    readyWithinS: 60,
    required: true,
  },
];
