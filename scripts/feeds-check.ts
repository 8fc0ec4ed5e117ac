/** `npm run feeds:check -- DIR`: every file of a folder through the feed workers, over real HTTP into a real database. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { FEED_DEFAULTS, MESSAGE_KINDS, type FeedSpec } from '#domain/city/feed-config.ts';
import type { FeedKind } from '#domain/city/rows.ts';
import { parseConfig } from '#domain/config.ts';
import { airQualityType } from '#ingest/air-quality/index.ts';
import type { FeedType } from '#ingest/feeds/contract.ts';
import { pullFeed } from '#ingest/feeds/puller.ts';
import { FeedWorker } from '#ingest/feeds/worker.ts';
import { policeIncidentsType } from '#ingest/police-incidents/index.ts';
import { segmentSpeedsType } from '#ingest/segment-speeds/index.ts';
import type { Source } from '#ingest/source.ts';
import { realClock, supervise } from '#ingest/supervisor.ts';
import { trafficEventsType } from '#ingest/traffic-events/index.ts';
import { urbanManagementType } from '#ingest/urban-management/index.ts';
import { weatherObservationsType } from '#ingest/weather-observations/index.ts';
import { weatherWarningsType } from '#ingest/weather-warnings/index.ts';
import { connect, type Sql } from '#store/db.ts';
import { withScratchDatabase } from './provision/index.ts';

const HELP = `npm run feeds:check -- DIR [--feed KIND] [--json]

Serves every file below DIR over HTTP, one after the other, to the feed workers of the product, which pull it into a
scratch database (dropped afterwards). Which worker gets a file is told from its content: CAP alerts and indexes go to
weather-warnings, other XML to traffic-events, JSON by its members (stations, segments, sensors or events, features);
what is none of these goes to traffic-events, to be rejected. --feed KIND sends every file to one worker:
  ${MESSAGE_KINDS.join(', ')}

Prints for each file: accepted n (of these in force m) / rejected with the reason / quarantined records with their
reasons, and at the end whether the workers are still alive: they ran through without a restart, and take a good message.
Exits 1 when a worker died, or a file was neither accepted nor rejected.`;

const TYPES: readonly FeedType[] = [
  weatherWarningsType,
  weatherObservationsType,
  trafficEventsType,
  segmentSpeedsType,
  policeIncidentsType,
  airQualityType,
  urbanManagementType,
];
/** Longest time for one file. */
const PATIENCE_MS = 60_000;

interface Served {
  name: string;
  body: Buffer;
  contentType: string;
}

interface Verdict {
  file: string;
  feed: string;
  accepted: number;
  inForce: number;
  rejected: string | null;
  quarantined: string[];
  notes: string | null;
  handled: boolean;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    feed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
if (values.help || positionals.length !== 1) {
  process.stdout.write(`${HELP}\n`);
  process.exit(values.help ? 0 : 2);
}
if (values.feed !== undefined && !MESSAGE_KINDS.some((k) => k === values.feed)) {
  process.stderr.write(`--feed must be one of ${MESSAGE_KINDS.join(', ')}\n`);
  process.exit(2);
}

function filesBelow(dir: string): string[] {
  if (statSync(dir).isFile()) return [dir];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

/** Which worker a file is for. */
function kindOf(body: Buffer): FeedKind {
  if (values.feed) return values.feed as FeedKind;
  const head = body.subarray(0, 64 * 1024).toString('latin1');
  if (/^\s*(\ufeff|\u00ef\u00bb\u00bf)?\s*</.test(head))
    return /<(\w+:)?(alert|feed|rss)[\s>]/.test(head) ? 'weather-warnings' : 'traffic-events';
  if (/"(aqi|pm25|pm10)"\s*:/.test(head) && /"stations"\s*:/.test(head)) return 'air-quality';
  if (/"stations"\s*:/.test(head)) return 'weather-observations';
  if (/"segments"\s*:/.test(head)) return 'segment-speeds';
  if (/"(sensors|events)"\s*:/.test(head)) return 'urban-management';
  return /"FeatureCollection"/.test(head) && /"occurredAt"/.test(head) ? 'police-incidents' : 'traffic-events';
}

const hash = (body: string | Buffer): string => createHash('sha256').update(body).digest('hex');

const contentType = (body: Buffer): string =>
  /^\s*[[{]/.test(body.subarray(0, 64).toString('latin1')) ? 'application/json' : 'application/xml';

/** Hands one file per kind to whoever pulls it, and tells when the puller has finished with it and asks again. */
class Shelf {
  readonly server: Server;
  readonly #files = new Map<string, Served>();
  readonly #waiting = new Map<string, { served: boolean; done: () => void }>();

  constructor() {
    this.server = createServer((request, response) => {
      const kind = request.url!.slice(1);
      const wait = this.#waiting.get(kind);
      if (wait?.served) {
        this.#waiting.delete(kind);
        wait.done();
      }
      const file = this.#files.get(kind);
      const etag = file && `"${hash(file.name).slice(0, 16)}"`;
      // what was served and taken is not served again while the next file is being fetched
      if (!file || !this.#waiting.has(kind) || request.headers['if-none-match'] === etag) {
        response.writeHead(file ? 304 : 503).end();
        return;
      }
      if (wait) wait.served = true;
      response.writeHead(200, { 'content-type': file.contentType, etag: etag! }).end(file.body);
    });
  }

  listen(): Promise<string> {
    return new Promise((r) =>
      this.server.listen(0, '127.0.0.1', () => r(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`)),
    );
  }

  /** @returns false when the worker did not come back in time */
  offer(kind: string, file: Served): Promise<boolean> {
    this.#files.set(kind, file);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), PATIENCE_MS);
      this.#waiting.set(kind, {
        served: false,
        done: () => {
          clearTimeout(timer);
          resolve(true);
        },
      });
    });
  }
}

/** A message of each kind that must be accepted: the proof that a worker lives. */
function goodMessage(kind: FeedKind, now: Date): Served {
  const time = now.toISOString();
  const point = { type: 'Point', coordinates: [114.3, 30.6] };
  const station = (values: object) => ({ id: 'check', name: '自检', position: [114.3, 30.6], time, values });
  const xml: Partial<Record<FeedKind, string>> = {
    'weather-warnings': `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>check-${now.getTime()}</identifier><sender>check</sender><sent>${time.replace('Z', '+00:00')}</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>check</event><urgency>Expected</urgency><severity>Minor</severity><certainty>Likely</certainty></info></alert>`,
    'traffic-events': `<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><payloadPublication xsi:type="SituationPublication" lang="en"><publicationTime>${time}</publicationTime><situation id="check" version="1"><situationRecord id="c1" version="1" xsi:type="Accident"><situationRecordVersionTime>${time}</situationRecordVersionTime></situationRecord></situation></payloadPublication></d2LogicalModel>`,
  };
  const json: Partial<Record<FeedKind, unknown>> = {
    'weather-observations': { time, stations: [station({ temperature: 20 })] },
    'air-quality': { time, stations: [station({ aqi: 40 })] },
    'segment-speeds': { time, segments: [{ id: 'edge:1', kmh: 30 }] },
    'urban-management': { time, sensors: [station({ noise: 50 })], events: [] },
    'police-incidents': {
      type: 'FeatureCollection',
      time,
      features: [
        {
          type: 'Feature',
          id: 'check',
          geometry: point,
          properties: { kind: 'check', title: '自检', occurredAt: time },
        },
      ],
    },
  };
  const body = Buffer.from(xml[kind] ?? JSON.stringify(json[kind]));
  return { name: `good ${kind} ${now.getTime()}`, body, contentType: contentType(body) };
}

function spec(kind: FeedKind, base: string): FeedSpec {
  const d = FEED_DEFAULTS[kind];
  return {
    ...d,
    id: kind,
    kind,
    url: `${base}/${kind}`,
    simulated: false,
    crs: 'wgs84',
    intervalS: 0.02,
    headers: {},
    complete: false,
  };
}

const lines = async (sql: Sql, feed: string): Promise<number> =>
  (await sql<{ n: number }[]>`select count(*)::int as n from feed_message where feed = ${feed}`)[0]!.n;

/** @param before lines of the message log before the file was offered: without a new one it was not read */
async function verdict(
  sql: Sql,
  file: string,
  feed: string,
  rejects: { code: string; reason: string }[],
  ok: boolean,
  before: number,
): Promise<Verdict> {
  const read = (await lines(sql, feed)) > before;
  const [last] = await sql<{ accepted: number; rejected: number; quarantined: number; note: string | null }[]>`
    select accepted, rejected, quarantined, note from feed_message where feed = ${feed} order by at desc limit 1`;
  const line = read ? last : undefined;
  const [open] = await sql<
    { n: number }[]
  >`select count(*)::int as n from city_item where feed = ${feed} and ended_at is null`;
  const reasons = rejects.filter((r) => r.code !== 'pull').map((r) => `${r.code}: ${r.reason}`);
  const unread = read ? undefined : rejects.find((r) => r.code === 'pull');
  const rejected = line?.rejected ? (reasons[0] ?? line.note) : unread ? `pull: ${unread.reason}` : null;
  return {
    file,
    feed,
    accepted: line?.accepted ?? 0,
    inForce: open!.n,
    rejected,
    quarantined: rejected === null ? reasons : [],
    notes: line?.rejected ? null : (line?.note ?? null),
    handled:
      ok &&
      (unread !== undefined ||
        (line !== undefined && (line.accepted > 0 || line.rejected > 0 || line.quarantined > 0 || line.note !== null))),
  };
}

function say(v: Verdict): string {
  const parts = [
    v.rejected !== null ? `rejected ${v.rejected}` : `accepted ${v.accepted}`,
    ...(v.accepted > 0 ? [`in force ${v.inForce}`] : []),
    ...(v.quarantined.length > 0
      ? [`quarantined ${v.quarantined.length}: ${v.quarantined.slice(0, 3).join(' | ')}`]
      : []),
    ...(v.notes ? [`note: ${v.notes}`] : []),
    ...(v.handled ? [] : ['NEITHER ACCEPTED NOR REJECTED']),
  ];
  return `${v.feed.padEnd(20)} ${v.file}: ${parts.join('; ')}`.replace(/\s*\n\s*/g, ' ');
}

/** A file that could not even be fetched (too large, for instance) is known from the worker's log alone. */
function noteFailure(text: string, rejects: Map<string, { code: string; reason: string }[]>): void {
  const line = JSON.parse(text) as { source?: string; feed?: string; error?: string };
  if (line.source === undefined || line.feed === undefined || line.error === undefined) return;
  rejects.set(line.source, [...(rejects.get(line.source) ?? []), { code: 'pull', reason: line.error }]);
}

async function check(sql: Sql, dir: string): Promise<number> {
  const shelf = new Shelf();
  const base = await shelf.listen();
  const stop = new AbortController();
  const rejects = new Map<string, { code: string; reason: string }[]>();
  const restarts = new Map<string, number>();
  const sources = TYPES.map((type): Source => ({
    name: type.kind,
    enabled: () => true,
    run: async (ctx) => pullFeed(await FeedWorker.open(spec(type.kind, base), type, ctx), ctx),
  }));
  const { done } = supervise({
    sources,
    config: parseConfig({}).config,
    sql,
    log: pino({ level: 'warn' }, { write: (text) => noteFailure(text, rejects) }),
    signal: stop.signal,
    clock: realClock,
    ledger: {
      health: async (worker, _state, detail) => void restarts.set(worker, Number(detail.restarts ?? 0)),
      reject: async (source, _raw, code, reason) =>
        void rejects.set(source, [...(rejects.get(source) ?? []), { code, reason }]),
    },
  });
  const verdicts: Verdict[] = [];
  const used = new Set<FeedKind>();
  const seen = new Map<string, string>();
  for (const path of filesBelow(resolve(dir))) {
    const body = readFileSync(path);
    const kind = kindOf(body);
    used.add(kind);
    const same = seen.get(hash(body));
    if (same !== undefined) {
      process.stdout.write(`${kind.padEnd(20)} ${relative(resolve(dir), path)}: the same bytes as ${same}\n`);
      continue;
    }
    seen.set(hash(body), relative(resolve(dir), path));
    rejects.delete(kind);
    // each file stands for itself: what an earlier one left open is not counted for it
    await sql`delete from city_item where feed = ${kind}`;
    const before = await lines(sql, kind);
    const ok = await shelf.offer(kind, { name: path, body, contentType: contentType(body) });
    const v = await verdict(sql, relative(resolve(dir), path) || path, kind, rejects.get(kind) ?? [], ok, before);
    verdicts.push(v);
    process.stdout.write(`${values.json ? JSON.stringify(v) : say(v)}\n`);
  }
  const dead: string[] = [];
  for (const kind of used) {
    const before = await lines(sql, kind);
    const ok = await shelf.offer(kind, goodMessage(kind, new Date()));
    const v = await verdict(sql, 'a good message', kind, [], ok, before);
    if (!ok || v.accepted !== 1 || (restarts.get(`ingest:${kind}`) ?? 0) > 0) dead.push(kind);
  }
  stop.abort();
  await done;
  shelf.server.close();
  shelf.server.closeAllConnections();
  const count = (f: (v: Verdict) => boolean): number => verdicts.filter(f).length;
  const setAside = (v: Verdict): boolean => v.accepted === 0 && v.quarantined.length > 0;
  const open = count((v) => !v.handled);
  const quarantined = verdicts.reduce((n, v) => n + v.quarantined.length, 0);
  process.stdout.write(
    `files ${verdicts.length}: accepted ${count((v) => v.handled && v.rejected === null && !setAside(v))}, ` +
      `rejected ${count((v) => v.rejected !== null)}, quarantined as a whole ${count(setAside)}, ` +
      `neither ${open}; records quarantined ${quarantined}; workers alive ${used.size - dead.length}/${used.size}` +
      `${dead.length > 0 ? ` (dead: ${dead.join(', ')})` : ''}\n`,
  );
  return open > 0 || dead.length > 0 || verdicts.length === 0 ? 1 : 0;
}

process.exitCode = await withScratchDatabase(async ({ url }) => {
  const sql = connect(url, { max: 6, name: 'watchfloor feeds:check' });
  try {
    return await check(sql, positionals[0]!);
  } finally {
    await sql.end({ timeout: 5 });
  }
});
