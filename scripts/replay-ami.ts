/** `npm run replay:ami`: a recording of a switch, played live to the real ingest, and its figures against the switch's own logs. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fact } from '#domain/fact.ts';
import { withScratchDatabase } from '#scripts/provision/index.ts';
import { connect, type Sql } from '#store/db.ts';
import { factsAfter } from '#store/facts.ts';
import { compare, type Comparison } from './replay/compare.ts';
import { COMPARED, NOT_COMPARED, unknownKeys } from './replay/compare-keys.ts';
import { freePort, IngestProcess } from './replay/ingest-process.ts';
import { truthByEvents } from './replay/held.ts';
import { judgeOutage, type Outage } from './replay/outage.ts';
import { readRecording, type Recording } from './replay/recording.ts';
import { RecordingPlayer } from './replay/switch.ts';
import { readTruth, type Truth } from './replay/truth.ts';

const HELP = `npm run replay:ami -- DIR [--speed N] [--kill-ingest-at S --for S] [--full] [--log LEVEL]

Serves the recording in DIR (ami.jsonl, queues.conf, samples.json, truth.json, each plain or .gz) as a live manager interface:
outages as they happened, lists answered by folding the recording to that instant, its clock running N times as fast (1–20).
Runs the real ingest on it, in a database of its own, and compares what was recorded with every indicator that the truth
file holds: what is compared and what is not and why, equal of how many per kind, one line per figure that differs, then
“figures X/Y exact, seats Z % at ±1 s, ghosts N”.

--kill-ingest-at S --for S   kills ingest (SIGKILL) at S seconds of the recording, starts it again so many seconds later. Then the
                             figures need not be exact; the gap must be marked, calls of unknown end shown as unknown, and
                             the state right again 3 s after ingest is back.
--full                       plays every event class (ami-full.jsonl), for load
--log LEVEL                  what ingest logs (warn)

Exits 1 when it falls short of 100 % of the figures, 99.5 % of the seat states, no ghost seats.`;

const SEATS_AT_LEAST = 99.5;
const CATCH_UP_MS = 20_000;
const LINES_AT_MOST = 200;

interface Options {
  readonly dir: string;
  readonly speed: number;
  readonly kill: { readonly atS: number; readonly forS: number } | null;
  readonly full: boolean;
  readonly log: string;
}

function options(): Options | string {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      speed: { type: 'string', default: '1' },
      'kill-ingest-at': { type: 'string' },
      for: { type: 'string' },
      full: { type: 'boolean', default: false },
      log: { type: 'string', default: 'warn' },
    },
  });
  if (values.help) return '';
  const [dir] = positionals;
  if (dir === undefined || positionals.length > 1) return 'one DIR is needed';
  const speed = Number(values.speed);
  if (!(speed > 0 && speed <= 20)) return `--speed must lie between 0 and 20, not ${values.speed}`;
  const atS = values['kill-ingest-at'];
  if ((atS === undefined) !== (values.for === undefined)) return '--kill-ingest-at and --for belong together';
  const kill = atS === undefined ? null : { atS: Number(atS), forS: Number(values.for) };
  if (kill && !(kill.atS > 0 && kill.forS > 0)) return '--kill-ingest-at and --for are seconds, more than 0';
  return { dir, speed, kill, full: values.full, log: values.log };
}

async function play(o: Options, recording: Recording, url: string): Promise<{ facts: Fact[]; outage: Outage | null }> {
  const secret = randomBytes(8).toString('hex');
  const port = await freePort();
  const player = new RecordingPlayer(recording, { port, speed: o.speed, secret, now: () => performance.now() });
  await player.listen();
  const sql = connect(url, { max: 2, name: 'watchfloor replay' });
  const ingestPort = await freePort();
  const start = (): IngestProcess =>
    new IngestProcess({ databaseUrl: url, amiPort: port, secret, ingestPort, logLevel: o.log });
  let ingest = start();
  try {
    let outage: Outage | null = null;
    if (o.kill) {
      const until = async (s: number): Promise<void> => {
        while (player.eventNow() - recording.epochMs < s * 1000) await sleep(5);
      };
      await until(o.kill.atS);
      await ingest.kill();
      const killedAt = player.eventNow();
      await until(o.kill.atS + o.kill.forS);
      const backAt = player.eventNow();
      ingest = start();
      outage = { killedAt, backAt, speed: o.speed };
    }
    await Promise.race([player.over, ingest.ended.then((code) => Promise.reject(new Error(`ingest ended: ${code}`)))]);
    await caughtUp(sql, recording.epochMs + recording.to);
    await ingest.stop();
    return { facts: await allFacts(sql), outage };
  } finally {
    await ingest.kill();
    await player.stop();
    await sql.end({ timeout: 5 });
  }
}

/** Waits until ingest has heard the last event and nothing more comes. */
async function caughtUp(sql: Sql, last: number): Promise<void> {
  const give = performance.now() + CATCH_UP_MS;
  let before = -1;
  while (performance.now() < give) {
    await sleep(400);
    const [r] = await sql<{ heard: number | null; n: number | null }[]>`
      select (select (cursor->>'heardAt')::float8 from source_cursor where source = 'asterisk') as heard,
             (select max(n) from fact) as n`;
    // the very last packets may be of no concern to the floor
    if ((r?.heard ?? 0) >= last - 10_000 && r?.n === before) return;
    before = r?.n ?? -1;
  }
  process.stderr.write('ingest had not caught up in time\n');
}

async function allFacts(sql: Sql): Promise<Fact[]> {
  const out: Fact[] = [];
  for (;;) {
    const some = await factsAfter(sql, out.at(-1)?.n ?? 0);
    if (some.length === 0) return out;
    out.push(...some);
  }
}

/** One line per kind: what is equal of how many, and what the truth file holds that is no figure of ours. */
function sayKinds(c: Comparison): void {
  const differing = new Set([...c.differing, ...c.explained]);
  for (const [kind, of] of Map.groupBy(c.figures, (f) => f.kind)) {
    const equal = of.filter((f) => !differing.has(f)).length;
    const explained = c.explained.filter((f) => f.kind === kind).length;
    console.log(`  ${kind}: ${equal}/${of.length} equal${explained > 0 ? `, ${explained} explained` : ''}`);
  }
  console.log(`  seat states: ${c.seatChecks - c.seatMisses.length}/${c.seatChecks} equal at ±1 s`);
  for (const f of c.explained)
    console.log(`  explained: ${f.name}: ${String(f.got)}, the switch says ${String(f.want)}: ${f.explained}`);
}

function sayKeys(truth: Truth): boolean {
  console.log('compared, by key of the truth file:');
  for (const [path, kind] of Object.entries(COMPARED)) console.log(`  ${path} → ${kind}`);
  console.log('not compared:');
  for (const [path, why] of Object.entries(NOT_COMPARED)) console.log(`  ${path}: ${why}`);
  const unknown = unknownKeys(truth);
  for (const key of unknown) console.log(`  ${key}: NOBODY SAYS what this is; compare-keys.ts must`);
  return unknown.length === 0;
}

function say(c: Comparison, touched: boolean): { percent: number } {
  const mark = touched ? ' (touched by the gap)' : '';
  for (const f of c.differing.slice(0, LINES_AT_MOST))
    console.log(`${f.name}: ${JSON.stringify(f.got)}, the switch says ${JSON.stringify(f.want)}${mark}`);
  if (c.differing.length > LINES_AT_MOST) console.log(`… and ${c.differing.length - LINES_AT_MOST} more figures`);
  for (const m of c.seatMisses.slice(0, 20))
    console.log(`seat ${m.seat} at ${(m.t / 1000).toFixed(1)} s: ${m.got}, the switch says ${m.want}`);
  if (c.seatMisses.length > 20) console.log(`… and ${c.seatMisses.length - 20} more seat states`);
  for (const g of c.ghosts.slice(0, 10)) console.log(`ghost seat ${g.seat} at ${(g.t / 1000).toFixed(1)} s`);
  const right = c.seatChecks - c.seatMisses.length;
  return { percent: c.seatChecks === 0 ? 0 : (100 * right) / c.seatChecks };
}

async function main(): Promise<number> {
  const o = options();
  if (typeof o === 'string') {
    console.log(o === '' ? HELP : `${o}\n\n${HELP}`);
    return o === '' ? 0 : 2;
  }
  let recording: Recording;
  let truth: Truth;
  try {
    recording = readRecording(o.dir, o.full);
    truth = readTruth(o.dir);
  } catch (e) {
    console.log((e as Error).message);
    return 2;
  }
  const seconds = (recording.to - recording.from) / 1000;
  process.stderr.write(`playing ${seconds.toFixed(0)} s at speed ${o.speed}: ${(seconds / o.speed).toFixed(0)} s\n`);
  const { facts, outage } = await withScratchDatabase(({ url }) => play(o, recording, url));
  const verdict = outage ? judgeOutage(facts, truth, outage) : null;
  const byEvents = truthByEvents(o.dir, recording, truth);
  const c = compare(facts, truth, verdict?.skip, byEvents);
  const isKnown = sayKeys(truth);
  sayKinds(c);
  const { percent } = say(c, outage !== null);
  for (const line of verdict?.lines ?? []) console.log(line);
  const exact = c.figures.length - c.differing.length - c.explained.length;
  const explained = c.explained.length > 0 ? ` and ${c.explained.length} explained` : '';
  console.log(
    `figures ${exact}/${c.figures.length} exact${explained}, seats ${percent.toFixed(2)} % at ±1 s, ghosts ${c.ghosts.length}`,
  );
  const good =
    isKnown && (verdict ? verdict.ok : c.differing.length === 0) && percent >= SEATS_AT_LEAST && c.ghosts.length === 0;
  return good ? 0 : 1;
}

process.exitCode = await main();
