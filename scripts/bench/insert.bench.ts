import type { FactDraft } from '#domain/fact.ts';
import { mulberry32 } from '#domain/random.ts';
import { connect, type Sql } from '#store/db.ts';
import { recording } from '#store/facts.ts';
import { median, type Bench, type BenchContext, type BenchResult } from './bench.ts';

const ROWS = 50_000;
const BATCH = 500;
const ROUNDS = 5;

function drafts(seed: number, from: number, count: number): FactDraft[] {
  const random = mulberry32(seed + from);
  return Array.from({ length: count }, (_, i) => ({
    kind: 'seat.changed',
    subject: String(1000 + Math.floor(random() * 200)),
    actor: 'ingest:asterisk',
    at: 1_795_320_645_000 + (from + i) * 7,
    body: {
      line: random() < 0.5 ? 'in-call' : 'idle',
      since: 1_795_320_645_000 + (from + i) * 7,
      pause: 'none',
      reason: '',
      pauseSince: null,
      wrapUntil: null,
      onQueueCall: true,
      queue: 'hotline',
      call: `1795320645.${from + i}`,
      holding: false,
      heldSince: null,
    },
  }));
}

/** The fact writer as the product uses it: one transaction a batch, lock, insert, doorbell. */
async function product(sql: Sql, seed: number): Promise<number> {
  const t = performance.now();
  for (let at = 0; at < ROWS; at += BATCH)
    await recording(sql, async () => ({ facts: drafts(seed, at, BATCH), result: null }));
  return ROWS / ((performance.now() - t) / 1000);
}

const cell = (x: unknown): string => String(x).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');

/** COPY of the same rows into the same table, as fast as the driver can: the peer. */
async function copy(sql: Sql, seed: number): Promise<number> {
  const t = performance.now();
  for (let at = 0; at < ROWS; at += BATCH) {
    const stream = await sql`copy fact (occurred_at, subject, kind, body, actor, drill) from stdin`.writable();
    const text = drafts(seed, at, BATCH)
      .map((d) =>
        [new Date(d.at).toISOString(), d.subject, d.kind, JSON.stringify(d.body), d.actor, 'f'].map(cell).join('\t'),
      )
      .join('\n');
    await new Promise<void>((resolve, reject) => {
      stream.on('finish', resolve).on('error', reject);
      stream.end(`${text}\n`);
    });
  }
  return ROWS / ((performance.now() - t) / 1000);
}

export const insert: Bench = {
  name: 'insert',
  title: `facts recorded a second, one connection, durable, ${BATCH} a transaction`,
  async run({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult> {
    const sql = connect(databaseUrl, { max: 1, name: 'watchfloor-bench' });
    try {
      const ours: number[] = [];
      const peers: number[] = [];
      await product(sql, seed);
      await copy(sql, seed);
      const [n] = await sql<{ a: number; b: number }[]>`
        select count(*) filter (where n <= ${ROWS})::int as a, count(*) filter (where n > ${ROWS})::int as b from fact`;
      if (n!.a !== ROWS || n!.b !== ROWS) throw new Error(`rows differ: ${n!.a} and ${n!.b} of ${ROWS}`);
      for (let i = 0; i < Math.max(1, Math.round(ROUNDS * scale)); i++) {
        ours.push(await product(sql, seed));
        peers.push(await copy(sql, seed));
        log(`round ${i + 1}: recorded ${ours.at(-1)!.toFixed(0)}/s, COPY ${peers.at(-1)!.toFixed(0)}/s`);
      }
      const ratio = median(ours) / median(peers);
      return {
        rows: [
          { way: 'recordFacts (product)', 'rows/s': Math.round(median(ours)) },
          { way: 'COPY, same table (peer)', 'rows/s': Math.round(median(peers)) },
        ],
        goals: [{ goal: 'insert ≥ 50 % of COPY', got: `${(ratio * 100).toFixed(0)} %`, met: ratio >= 0.5 }],
      };
    } finally {
      await sql.end({ timeout: 1 });
    }
  },
};
