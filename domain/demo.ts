import { casePulls } from './cases/pull-config.ts';
import { feedSpecs, type FeedSettings } from './city/feed-config.ts';
import type { Partner } from './city/rows.ts';
import { DAY, type Instant } from './time.ts';

/** What a simulator can speak for, in the order in which screens name it. */
export const DEMO_SOURCES = [
  'calls',
  'cases',
  'weather',
  'traffic',
  'police',
  'environment',
  'urbanManagement',
  'vehicles',
  'cameras',
] as const;
export type DemoSource = (typeof DEMO_SOURCES)[number];

export interface DemoSettings extends FeedSettings {
  readonly amiHost: string;
  readonly amiPort: number;
  readonly demoAmiPort: number;
  readonly mqttUrl: string;
  readonly brokerPort: number;
  readonly casePulls: unknown;
  readonly casesReal: boolean;
  readonly camerasReal: boolean;
}

/** Folder of the simulated recorder, in the state folder: what RECORDINGS_DIR is in demo where no real one is given. */
export const DEMO_RECORDINGS = 'demo-recordings';

const ours = (host: string, port: number, own: number): boolean =>
  ['127.0.0.1', 'localhost'].includes(host) && port === own;

/** Whether this address of a broker is the small one that the demo starts on this machine; '' will be. */
export function ownBroker(config: Pick<DemoSettings, 'mqttUrl' | 'brokerPort'>): boolean {
  if (config.mqttUrl === '') return true;
  const at = URL.canParse(config.mqttUrl) ? new URL(config.mqttUrl) : null;
  return at !== null && ours(at.hostname, Number(at.port), config.brokerPort);
}

/**
 * Which sources a simulator speaks for: none in live mode; in demo each that no real address was given for. True before and after
 * `npm start` has put the simulators' own addresses into the environment.
 */
export function simulatedSources(config: DemoSettings): DemoSource[] {
  if (config.mode !== 'demo') return [];
  const partners = new Set<Partner>(
    feedSpecs(config)
      .filter((s) => s.simulated)
      .map((s) => s.partner),
  );
  const is: Record<DemoSource, boolean> = {
    calls: config.amiHost === '' || ours(config.amiHost, config.amiPort, config.demoAmiPort),
    cases: !config.casesReal && casePulls(config.casePulls).length === 0,
    weather: partners.has('weather'),
    traffic: partners.has('traffic'),
    police: partners.has('police'),
    environment: partners.has('environment'),
    urbanManagement: partners.has('urbanManagement'),
    vehicles: ownBroker(config),
    cameras: !config.camerasReal,
  };
  return DEMO_SOURCES.filter((s) => is[s]);
}

/** Days of the past that screens of weeks look at. */
const LOOKS_BACK_MS = 36 * DAY;

/** What of that which screens may show is simulated. */
export interface Demo {
  /** What came today. */
  readonly today: readonly DemoSource[];
  /** What came in the weeks that screens compare with. */
  readonly weeks: readonly DemoSource[];
}

/**
 * Simulated is what a simulator speaks for now, and what one left behind: figures of today and of earlier weeks do not get real
 * because a real source took over since.
 * @param last when each source was last simulated in this database
 */
export function demoOf(
  simulated: readonly DemoSource[],
  last: Readonly<Partial<Record<DemoSource, Instant>>>,
  dayBegan: Instant,
  now: Instant,
): Demo {
  const since = (from: Instant): DemoSource[] =>
    DEMO_SOURCES.filter((s) => simulated.includes(s) || (leavesTraces(s) && (last[s] ?? -Infinity) >= from));
  return { today: since(dayBegan), weeks: since(now - LOOKS_BACK_MS) };
}

/** Calls and cases are counted over weeks; of the others a screen shows what is told now, and that ends with its speaker. */
const leavesTraces = (s: DemoSource): boolean => s === 'calls' || s === 'cases';

const ALL_BUT_CALLS = DEMO_SOURCES.filter((s) => s !== 'calls');

/** What of it a page shows, by its path. Pages that show no figures name all of it: they speak for the installation. */
export function demoOn(path: string, demo: Demo): { readonly named: readonly DemoSource[]; readonly all: boolean } {
  const [shows, simulated] = /^\/(wall\/)?floor/.test(path)
    ? [['calls'] as const, demo.today]
    : path.startsWith('/wall/cases') || path.startsWith('/cases')
      ? [['cases'] as const, demo.weeks]
      : path.startsWith('/wall/city') || path.startsWith('/map')
        ? [ALL_BUT_CALLS, demo.weeks]
        : path.startsWith('/today') || path.startsWith('/rows')
          ? [['calls', 'cases'] as const, demo.weeks]
          : /^\/(calls|recordings|reports)/.test(path)
            ? [['calls'] as const, demo.weeks]
            : [DEMO_SOURCES, demo.weeks];
  const named = (shows as readonly DemoSource[]).filter((s) => simulated.includes(s));
  return { named, all: named.length === shows.length };
}
