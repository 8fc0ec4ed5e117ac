/** `npm run reconcile`: our records beside the switch's own logs, and what differs. */
import { parseArgs } from 'node:util';
import { parseConfig } from '#domain/config.ts';
import type { Difference, Tally } from '#domain/reconcile/rows.ts';
import { parseIso, parseLocal, type Instant } from '#domain/time.ts';
import { reconcileLogs, type Outcome, type Wish } from '#ingest/reconcile/run.ts';
import { connect } from '#store/db.ts';
import { migrate } from '#store/migrate.ts';
import { keepReject } from '#store/rejects.ts';

const HELP = `npm run reconcile -- [--queue-log PATH|URL] [--cdr PATH|URL] [--from TIME] [--to TIME] [--json] [--limit N]

Compares our records with Asterisk's own logs and lists what differs, with what may explain it. Nothing is changed.

  --queue-log   queue_log as text (its rotated and packed files are found beside it), or postgres://…/db?table=queue_log (realtime);
                without it AMI_QUEUE_LOG
  --cdr         Master.csv of cdr_csv (loguniqueid, newcdrcolumns), likewise, or postgres://…/db?table=cdr; without it AMI_CDR
  --from, --to  2026-11-22, 2026-11-22 08:00 (the city's zone) or with a zone; without them as far as the logs go
  --limit N     differences that are printed (200); all are stored and shown at /status/reconcile
  --json        one JSON object

Exit code 0: nothing differs; 1: something does; 2: a log or the database cannot be read.`;

const PRINTED = 200;

type Parsed = Pick<Wish, 'queueLog' | 'cdr' | 'from' | 'to'> & {
  json: boolean;
  limit: number;
  zone: string;
  url: string;
};

function timeOf(text: string, zone: string): Instant | null {
  return parseIso(text) ?? parseLocal(/\d[T ]\d/.test(text) ? text : `${text} 00:00`, zone);
}

function parsed(): Parsed | string {
  const { values } = parseArgs({
    options: {
      'queue-log': { type: 'string' },
      cdr: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
      limit: { type: 'string', default: String(PRINTED) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return '';
  const { config, mistakes } = parseConfig(process.env);
  if (mistakes.length > 0) return mistakes.join('\n');
  const queueLog = (values['queue-log'] ?? config.amiQueueLog) || null;
  const cdr = (values.cdr ?? config.amiCdr) || null;
  if (queueLog === null && cdr === null) return 'name --queue-log or --cdr, or set AMI_QUEUE_LOG or AMI_CDR';
  const from = values.from === undefined ? null : timeOf(values.from, config.zone);
  const to = values.to === undefined ? null : timeOf(values.to, config.zone);
  if (values.from !== undefined && from === null) return `--from ${values.from} is no time`;
  if (values.to !== undefined && to === null) return `--to ${values.to} is no time`;
  if (from !== null && to !== null && to <= from) return '--to must lie after --from';
  const limit = Number(values.limit);
  if (!(Number.isInteger(limit) && limit >= 0)) return '--limit must be a whole number';
  return { queueLog, cdr, from, to, json: values.json, limit, zone: config.zone, url: config.databaseUrl };
}

const tallyLine = (what: string, t: Tally): string =>
  `${what}: ${t.both} in both, ${t.differing} of them differ; ${t.onlyHere} only here, ${t.onlyThere} only there; ${t.open} not over`;

const line = (d: Difference): string => {
  const fields = d.fields.map((f) => `${f.field} ${f.ours ?? '–'} ≠ ${f.theirs ?? '–'}`).join(', ');
  const where = [d.queue, d.seat].filter((x) => x !== null).join(' ');
  return `${new Date(d.at).toISOString()} ${d.source} ${d.kind} [${d.reason}] ${d.callId}${where ? ` ${where}` : ''}: ${fields}`;
};

function print(o: Outcome, list: readonly Difference[]): void {
  for (const d of list) console.log(line(d));
  if (o.differences > list.length) console.log(`… and ${o.differences - list.length} more`);
  console.log(`${new Date(o.from).toISOString()} – ${new Date(o.to).toISOString()}, ${o.lines} lines, ${o.broken} broken, ${o.orphans} without their beginning`); // prettier-ignore
  if (o.visits) console.log(tallyLine('visits of queues', o.visits));
  if (o.calls) console.log(tallyLine('calls', o.calls));
  const reasons = Map.groupBy(list, (d) => d.reason);
  if (list.length > 0) console.log([...reasons].map(([r, of]) => `${r} ${of.length}`).join(', '));
}

async function main(): Promise<number> {
  const p = parsed();
  if (typeof p === 'string') {
    console.log(p === '' ? HELP : `${p}\n\n${HELP}`);
    return p === '' ? 0 : 2;
  }
  const sql = connect(p.url, { max: 4, name: 'watchfloor reconcile' });
  const list: Difference[] = [];
  try {
    await migrate(sql);
    const outcome = await reconcileLogs(sql, {
      ...p,
      askedBy: 'command',
      reject: (raw, code, reason) => keepReject(sql, 'reconcile', raw, code, reason),
      onDifference: (d) => void (list.length < p.limit && list.push(d)),
    });
    if (p.json) console.log(JSON.stringify({ ...outcome, list }));
    else print(outcome, list);
    return outcome.differences === 0 ? 0 : 1;
  } catch (e) {
    console.error((e as Error).message);
    return 2;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

process.exitCode = await main();
