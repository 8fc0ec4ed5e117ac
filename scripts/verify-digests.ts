/** `npm run verify:digests`: the state rebuilt from the facts must equal the state that the running system had. */
import { parseArgs } from 'node:util';
import { parseConfig } from '#domain/config.ts';
import { Digest, digest } from '#domain/digest.ts';
import { foldFact, TOPICS, type Topic } from '#domain/folds.ts';
import { mulberry32 } from '#domain/random.ts';
import { connect, type Sql } from '#store/db.ts';
import { factsAfter } from '#store/facts.ts';
import { emptyState, stateAt } from '#store/snapshots.ts';

const HELP = `npm run verify:digests -- [--samples N] [--seed S] [--since ISO] [--json]

Takes N random digests that the running system wrote (state_digest) and rebuilds the state at each of their cursors twice:
from the nearest stored snapshot before it, and from the first fact on in one pass. All must agree.
Exits 1 when one differs or when there are fewer than N digests to check.`;

type Live = Map<number, Map<Topic, string>>;
interface Finding {
  n: number;
  topic: Topic;
  way: 'snapshot' | 'facts';
  live: string;
  rebuilt: string;
}

async function liveDigests(sql: Sql, since: string): Promise<Live> {
  const rows = await sql<{ n: number; topic: Topic; digest: string }[]>`
    select n, topic, digest from state_digest where at >= ${since} order by n`;
  const live: Live = new Map();
  for (const r of rows) {
    const at = live.get(r.n) ?? new Map<Topic, string>();
    live.set(r.n, at.set(r.topic, r.digest));
  }
  return live;
}

function compare(n: number, way: Finding['way'], live: Map<Topic, string>, rebuilt: (t: Topic) => string): Finding[] {
  return TOPICS.flatMap((topic) => {
    const was = live.get(topic);
    const is = rebuilt(topic);
    return was === undefined || was === is ? [] : [{ n, topic, way, live: was, rebuilt: is }];
  });
}

/** One pass over all facts, comparing at each sample's cursor. Null when the oldest facts have been archived. */
async function fromFacts(sql: Sql, samples: readonly number[], live: Live, zone: string): Promise<Finding[] | null> {
  const [first] = await factsAfter(sql, 0, 1);
  const [created] = await sql<{ n: number | null }[]>`select min(n) as n from state_snapshot`;
  if (!first || (created?.n !== null && created!.n! < first.n)) return null;
  const state = emptyState();
  const digests = Object.fromEntries(TOPICS.map((t) => [t, new Digest()])) as Record<Topic, Digest>;
  const findings: Finding[] = [];
  let at = 0;
  for (const n of samples) {
    while (at < n) {
      const facts = await factsAfter(sql, at, 5000, n);
      if (facts.length === 0) break;
      for (const fact of facts) foldFact(state, fact, zone);
      for (const t of TOPICS) digests[t].apply(state[t].takeTouched());
      at = facts.at(-1)!.n;
    }
    findings.push(...compare(n, 'facts', live.get(n)!, (t) => digests[t].value));
  }
  return findings;
}

export interface Verdict {
  samples: number;
  wanted: number;
  findings: Finding[];
  wholePass: boolean;
  seconds: number;
}

/** Draws the samples and checks them both ways. */
export async function verifyDigests(
  sql: Sql,
  o: { samples: number; seed: number; since: string; zone: string },
): Promise<Verdict> {
  const started = performance.now();
  const live = await liveDigests(sql, o.since);
  const random = mulberry32(o.seed);
  const all = [...live.keys()];
  const samples: number[] = [];
  while (samples.length < o.samples && all.length > 0)
    samples.push(...all.splice(Math.floor(random() * all.length), 1));
  samples.sort((a, b) => a - b);
  const findings: Finding[] = [];
  for (const n of samples) {
    const state = await stateAt(sql, n, o.zone);
    findings.push(...compare(n, 'snapshot', live.get(n)!, (t) => digest(state[t])));
  }
  const whole = await fromFacts(sql, samples, live, o.zone);
  findings.push(...(whole ?? []));
  const seconds = (performance.now() - started) / 1000;
  return { samples: samples.length, wanted: o.samples, findings, wholePass: whole !== null, seconds };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      samples: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      since: { type: 'string', default: '1970-01-01T00:00:00Z' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { config } = parseConfig(process.env);
  const sql = connect(config.databaseUrl, { max: 2, name: 'watchfloor-verify' });
  try {
    const v = await verifyDigests(sql, {
      samples: Number(values.samples),
      seed: Number(values.seed),
      since: values.since,
      zone: config.zone,
    });
    if (values.json) console.log(JSON.stringify(v));
    for (const f of v.findings)
      console.log(`cursor ${f.n} topic ${f.topic}: live ${f.live}, rebuilt from ${f.way} ${f.rebuilt}`);
    const way = v.wholePass
      ? 'from snapshots and from the first fact'
      : 'from snapshots (the oldest facts are archived)';
    console.log(
      `digests ${v.samples}/${v.wanted} checked ${way}, ${v.findings.length} differ, ${v.seconds.toFixed(1)} s`,
    );
    return v.findings.length === 0 && v.samples === v.wanted ? 0 : 1;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

if (import.meta.main) process.exitCode = await main();
