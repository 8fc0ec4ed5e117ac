/** The demo's hotline cases, live: the stream that history began, pushed to the endpoint that a city's own system would use. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '#domain/config.ts';
import type { CaseFields } from '#domain/cases/record.ts';
import { simulatedSources } from '#domain/demo.ts';
import { HOUR, iso } from '#domain/time.ts';
import { demoToken } from '#ingest/push/tokens.ts';
import { connect } from '#store/db.ts';
import { demoDay } from './anchor.ts';
import { LiveCalls } from './case-calls.ts';
import { caseStream } from './case-history.ts';
import type { CaseVersion } from './case-model.ts';
import { citySpots } from './case-spots.ts';

/** What happened while nobody ran is told again this far back; the endpoint knows what it has. */
const CATCH_UP_MS = 6 * HOUR;
const BATCH = 200;

const { config, mistakes } = parseConfig(process.env);
const log = pino({ name: 'demo-cases', level: config.logLevel });
if (mistakes.length > 0) {
  for (const m of mistakes) log.fatal(m);
  process.exit(2);
}
const stop = new AbortController();
for (const s of ['SIGTERM', 'SIGINT'] as const) process.once(s, () => stop.abort());

const sql = connect(config.databaseUrl, { max: 1, name: 'watchfloor-demo-cases' });
const [history] = await sql<{ start: number; until: number }[]>`
  select (cursor->>'start')::float8 as start, (cursor->>'until')::float8 as until from source_cursor
  where source = 'demo:cases' and (cursor->>'done')::boolean`;
const token = await demoToken(sql);
const spots = await citySpots(sql);
const shape = await demoDay(sql, Date.now(), config.zone);

const started = Date.now();
// cases of ours must not hang on calls of real citizens
const calls = simulatedSources(config).includes('calls') ? await LiveCalls.open(sql, started - CATCH_UP_MS) : null;
if (!calls) await sql.end({ timeout: 1 });
const from = history ? Math.max(history.until, started - CATCH_UP_MS) : started;
const pending: CaseVersion[] = [];
const model = caseStream({
  seed: config.demoSeed,
  start: history?.start ?? started,
  until: history?.until ?? started,
  spots,
  shape,
  zone: config.zone,
  tell: (version) => {
    if (version.t > from) pending.push(version);
  },
});

const time = (t: number | null | undefined): string | null => (t === null || t === undefined ? null : iso(t));

/** A case as the endpoint's JSON has it: times in ISO 8601, the position as two numbers. */
function item(f: CaseFields): Record<string, unknown> {
  const { at, ...rest } = f;
  return {
    ...rest,
    acceptedAt: time(f.acceptedAt),
    stateAt: time(f.stateAt),
    closedAt: time(f.closedAt),
    dueAt: time(f.dueAt),
    updatedAt: time(f.updatedAt),
    lng: at?.[0] ?? null,
    lat: at?.[1] ?? null,
  };
}

/** Pushes a batch until it is accepted; a 4xx is our own mistake and is told, not repeated. */
async function push(batch: readonly CaseVersion[]): Promise<void> {
  const fields = calls ? await calls.told(batch, Date.now()) : batch.map((v) => v.fields);
  const body = JSON.stringify({ cases: fields.map(item) });
  const key = `demo-${batch[0]!.fields.externalId}-${batch[0]!.t}-${batch.length}`;
  for (let wait = 500; !stop.signal.aborted; wait = Math.min(wait * 2, 15_000)) {
    try {
      const answer = await fetch(`http://${config.ingestHost}:${config.ingestPort}/in/cases`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': key },
        body,
        signal: stop.signal,
      });
      const text = await answer.text();
      if (answer.ok) return;
      log.warn({ status: answer.status, answer: text.slice(0, 500) }, 'the endpoint refused cases');
      if (answer.status < 500 && answer.status !== 429) return;
    } catch (e) {
      if (stop.signal.aborted) return;
      log.debug({ err: e }, 'the endpoint cannot be reached');
    }
    await sleep(wait, undefined, { signal: stop.signal }).catch(() => {});
  }
}

model.advance(Date.now());
log.info({ spots: spots.length, pending: pending.length }, 'ready');
while (!stop.signal.aborted) {
  model.advance(Date.now());
  while (pending.length > 0 && !stop.signal.aborted) await push(pending.splice(0, BATCH));
  await sleep(Math.max(200, Math.min(2000, model.nextAt - Date.now())), undefined, { signal: stop.signal }).catch(
    () => {},
  );
}
if (calls) await sql.end({ timeout: 1 });
