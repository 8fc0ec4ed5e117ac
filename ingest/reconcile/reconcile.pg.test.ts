import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { parseConfig } from '#domain/config.ts';
import { emptyRecords, RecordFold } from '#domain/floor/records.ts';
import type { Difference } from '#domain/reconcile/rows.ts';
import { DAY } from '#domain/time.ts';
import { foldRecording } from '#scripts/replay/offline.ts';
import { readRecording } from '#scripts/replay/recording.ts';
import { testDatabase } from '#tests/support/database.ts';
import type { Tx } from '#store/db.ts';
import { recordFacts } from '#store/facts.ts';
import { insertFloorRecords } from '#store/floor.ts';
import { differencePage, runs } from '#store/reconcile.ts';
import { lastDay, reconciler } from './index.ts';
import { reconcileLogs, type Outcome } from './run.ts';

const { sql, url } = await testDatabase();
/** A recorded lab run with its queue_log and detail records (fixtures/README.md). */
const RUN = join(import.meta.dirname, 'fixtures');
const LOG = gunzipSync(readFileSync(join(RUN, 'queue_log.gz'))).toString();
const CDR = gunzipSync(readFileSync(join(RUN, 'cdr.csv.gz'))).toString();
const dir = await mkdtemp(join(tmpdir(), 'reconcile-'));
afterAll(() => rm(dir, { recursive: true }));

const { facts } = foldRecording(readRecording(RUN));
const records = emptyRecords();
const fold = new RecordFold({});
for (const f of facts) fold.apply(f, records);
await sql.begin(async (tx) => {
  await insertFloorRecords(tx as Tx, records);
  await recordFacts(tx as Tx, facts.filter((f) => f.kind === 'seat.described' || f.kind === 'seat.removed')); // prettier-ignore
});

/** A file of the test, by its text. */
async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

async function run(o: {
  queueLog?: string;
  cdr?: string;
}): Promise<Outcome & { list: Difference[]; rejected: string[] }> {
  const list: Difference[] = [];
  const rejected: string[] = [];
  const outcome = await reconcileLogs(sql, {
    queueLog: o.queueLog ?? null,
    cdr: o.cdr ?? null,
    from: null,
    to: null,
    zone: 'Asia/Shanghai',
    askedBy: 'test',
    reject: (raw, code) => Promise.resolve(void rejected.push(`${code} ${raw}`)),
    onDifference: (d) => void list.push(d),
  });
  return { ...outcome, list, rejected };
}

const visits = (list: readonly Difference[]) => list.filter((d) => d.source === 'queue-log');
const words = (d: Difference): string => `${d.kind} ${d.reason} ${d.callId} ${d.fields.map((f) => f.field).join(' ')}`;

test('every visit of a real run reconciles with the switch’s own log, and each call that differs is explained', async () => {
  const r = await run({ queueLog: join(RUN, 'queue_log.gz'), cdr: join(RUN, 'cdr.csv.gz') });
  expect(r.visits).toEqual({ both: records.queue_visit.length, differing: 0, onlyHere: 0, onlyThere: 0, open: 0 });
  expect(r.calls).toMatchObject({ both: records.call.length, onlyHere: 0, onlyThere: 0 });
  expect(r.list.map((d) => d.reason).filter((x) => x === 'unknown')).toEqual([]);
  expect(r.list.length).toBeLessThan(10);
  expect([r.broken, r.orphans]).toEqual([0, 0]);
  const page = await differencePage(sql, r.run, { kind: null, reason: null, page: 0 });
  expect(page.total).toBe(r.differences);
  expect((await runs(sql, 1))[0]).toMatchObject({
    id: r.run,
    differences: r.differences,
    visits: r.visits,
    error: null,
  });
});

test('lines that were taken out of the log, and figures changed in it, are found, exactly these', async () => {
  const lines = LOG.split('\n');
  const of = (event: string, i: number): number => lines.flatMap((l, n) => (l.split('|')[4] === event ? [n] : []))[i]!;
  const callOf = (n: number): string => lines[n]!.split('|')[1]!;
  const change = (n: number, f: (fields: string[]) => void): string => {
    const fields = lines[n]!.split('|');
    f(fields);
    lines[n] = fields.join('|');
    return fields[1]!;
  };
  // one wait five seconds longer, one talk that is one second off (allowed) and one that is two off, another seat, another end
  const waited = change(of('CONNECT', 3), (f) => (f[5] = String(Number(f[5]) + 5)));
  change(of('COMPLETEAGENT', 4), (f) => (f[6] = String(Number(f[6]) + 1)));
  const talked = change(of('COMPLETEAGENT', 6), (f) => (f[6] = String(Number(f[6]) + 2)));
  const seated = change(of('CONNECT', 9), (f) => (f[3] = f[3] === '坐席1002' ? '坐席1003' : '坐席1002'));
  const ended = change(of('ABANDON', 1), (f) => (f[4] = 'EXITWITHTIMEOUT'));
  // a visit that is not in the log at all
  const gone = callOf(of('ABANDON', 0));
  const left = lines.filter((l) => l.split('|')[1] !== gone);
  const r = await run({ queueLog: await file('damaged', left.join('\n')) });
  expect(visits(r.list).map(words).sort()).toEqual(
    [
      `differs unknown ${waited} wait`,
      `differs unknown ${talked} talk`,
      `differs unknown ${seated} seat`,
      `differs unknown ${ended} outcome`,
      `only-here unknown ${gone} outcome`,
    ].sort(),
  );
});

test('what only the switch has is told as such, and by a gap of ours as the gap', async () => {
  const [line] = LOG.split('\n').filter((l) => l.split('|')[4] === 'ENTERQUEUE');
  const at = Number(line!.split('|')[0]);
  const extra = [`${at}|99.1|consult|NONE|ENTERQUEUE||138|1`, `${at + 5}|99.1|consult|NONE|ABANDON|1|1|5`];
  const log = await file('extra', [...extra, LOG].join('\n'));
  expect(visits((await run({ queueLog: log })).list).map(words)).toEqual(['only-there unknown 99.1 outcome']);
  await sql`insert into floor_gap values ('g', to_timestamp(${at + 2}), to_timestamp(${at + 3}), 'ingest')`;
  expect(visits((await run({ queueLog: log })).list).map(words)).toEqual(['only-there gap 99.1 outcome']);
  await sql`delete from floor_gap`;
});

test('a log that is rotated and packed is read as one, and broken lines are kept, counted and passed over', async () => {
  const lines = LOG.split('\n');
  const third = Math.floor(lines.length / 3);
  await file('queue_log.2.gz', lines.slice(0, third).join('\n') + '\n');
  await file('queue_log.1', [...lines.slice(third, 2 * third), 'half a li', '', 'x'.repeat(200_000)].join('\n') + '\n');
  const path = await file('queue_log', lines.slice(2 * third).join('\n'));
  await file('queue_log.bak', 'not of this log');
  const r = await run({ queueLog: path });
  expect(r.visits).toMatchObject({ both: records.queue_visit.length, differing: 0, onlyHere: 0, onlyThere: 0 });
  expect([r.broken, r.rejected.length]).toEqual([2, 2]);
});

test('detail records of another zone are understood by their own channels’ names', async () => {
  // the city's clock instead of Greenwich's, as most switches write it
  const local = CDR.replace(/"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"/g, (_, t: string) => {
    const shifted = new Date(Date.parse(`${t.replace(' ', 'T')}Z`) + 8 * 3_600_000).toISOString();
    return `"${shifted.slice(0, 19).replace('T', ' ')}"`;
  });
  const r = await run({ cdr: await file('Master.csv', local) });
  expect(r.calls).toMatchObject({ both: records.call.length, onlyHere: 0, onlyThere: 0 });
  expect(r.list.filter((d) => d.reason === 'unknown')).toEqual([]);
});

test('a log that the switch keeps in a table reconciles as its file does, by an account that may only read', async () => {
  await sql`create table realtime_log (id bigserial, time varchar(32), callid varchar(80), queuename varchar(256), agent varchar(80),
    event varchar(32), data1 text, data2 text, data3 text, data4 text, data5 text)`;
  const rows = LOG.split('\n')
    .filter((l) => l !== '')
    .map((l) => {
      const [time, callid, queuename, agent, event, ...d] = l.split('|');
      // as Asterisk writes it: local time with microseconds
      const local = new Date(Number(time) * 1000 + 8 * 3_600_000).toISOString().replace('T', ' ').replace('Z', '000');
      return {
        time: local,
        callid,
        queuename,
        agent,
        event,
        data1: d[0],
        data2: d[1],
        data3: d[2],
        data4: d[3],
        data5: d[4],
      };
    });
  await sql`insert into realtime_log (time, callid, queuename, agent, event, data1, data2, data3, data4, data5)
    select time, callid, queuename, agent, event, coalesce(data1, ''), coalesce(data2, ''), coalesce(data3, ''), coalesce(data4, ''), coalesce(data5, '')
    from jsonb_to_recordset(${sql.json(rows as never)}) as r (time text, callid text, queuename text, agent text, event text, data1 text,
      data2 text, data3 text, data4 text, data5 text)`;
  const r = await run({ queueLog: `${url}?table=realtime_log` });
  expect(r.visits).toMatchObject({ both: records.queue_visit.length, differing: 0, onlyHere: 0, onlyThere: 0 });
  expect((await runs(sql, 1))[0]!.queueLog).not.toContain('hotline:');
});

test('a log that is not there ends the run with a sentence, and the next one goes on', async () => {
  await expect(run({ queueLog: join(dir, 'nowhere') })).rejects.toThrow('is not there');
  expect((await runs(sql, 1))[0]!.error).toContain('is not there');
});

test('each night is compared once, by the city’s day that ended, also when the worker starts again', async () => {
  const path = await file('nightly_log', LOG);
  const { config } = parseConfig({ AMI_QUEUE_LOG: path });
  const night = async (): Promise<Record<string, unknown>> => {
    const stop = new AbortController();
    const told = new Promise<Record<string, unknown>>((done) => {
      void reconciler.run({
        sql,
        config,
        log: pino({ level: 'silent' }),
        signal: stop.signal,
        reject: () => Promise.resolve(),
        report: (_state, detail) => done(detail),
      });
    });
    return told.finally(() => stop.abort());
  };
  const { to } = lastDay(Date.now(), config.zone);
  expect(await night()).toMatchObject({ reconciledTo: to, differences: 0 });
  expect(await night()).toEqual({ reconciledTo: to });
  const nights = (await runs(sql, 100)).filter((r) => r.askedBy === 'nightly');
  expect(nights.map((r) => [r.to, r.to - r.from])).toEqual([[to, DAY]]);
});

test('before three in the morning the night is not over: the day before yesterday is what is compared', () => {
  const at = (text: string) => lastDay(Date.parse(`${text}+08:00`), 'Asia/Shanghai');
  expect(at('2026-03-02T02:59:59').to).toBe(Date.parse('2026-03-01T00:00:00+08:00'));
  expect(at('2026-03-02T03:00:00').to).toBe(Date.parse('2026-03-02T00:00:00+08:00'));
});
