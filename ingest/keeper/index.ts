import { Digest } from '#domain/digest.ts';
import type { Fact, FactDraft } from '#domain/fact.ts';
import { foldFact, TOPICS, type State, type Topic } from '#domain/folds.ts';
import { cityDay, HOUR, MINUTE, startOfDay } from '#domain/time.ts';
import { forgetOldSessions } from '#store/auth.ts';
import { followFacts } from '#store/change-feed.ts';
import type { Sql } from '#store/db.ts';
import { factsAfter, recordFacts } from '#store/facts.ts';
import { dropOldRaw, forgetOldRejects, holdAlone } from '#store/housekeeping.ts';
import { forgetScreens } from '#store/screens.ts';
import { loadSnapshot, saveDigests, saveSnapshot, thinSnapshots } from '#store/snapshots.ts';
import type { Source, SourceContext } from '../source.ts';

const SNAPSHOT_EVERY_MS = 5 * MINUTE;
/** A start must not have to fold more than about this many facts. */
const SNAPSHOT_EVERY_FACTS = 50_000;

/**
 * Folds the facts as the gateways do and keeps what replay and a quick start need: a digest every quarter of a minute,
 * a snapshot every few minutes. Opens each city day, and forgets what has passed its time.
 * One at a time: a second keeper waits for the lock of the first.
 */
export const keeper: Source = {
  name: 'keeper',
  enabled: () => true,
  async run(context) {
    await using lock = await holdAlone(context.sql, 'keeper', context.signal);
    if (!lock.held) return;
    const folded = await FoldedState.load(context);
    context.report('live', { cursor: folded.n });
    const work = every(context, [
      { ms: context.config.digestEveryS * 1000, what: 'digest', run: () => folded.digest() },
      { ms: 20_000, what: 'snapshot', run: () => folded.snapshotIfDue(Date.now()) },
      {
        ms: 10_000,
        what: 'day',
        run: () => openDay(context.sql, context.config.zone, Date.now()).then(() => undefined),
      },
      { ms: HOUR, what: 'housekeeping', run: () => tidy(context) },
    ]);
    try {
      await openDay(context.sql, context.config.zone, Date.now());
      await followFacts(context.sql, folded.n, (facts) => folded.take(facts), context.signal);
      await folded.snapshot(Date.now());
    } finally {
      work.stop();
      await work.idle();
    }
  },
};

interface Job {
  ms: number;
  what: string;
  run: () => Promise<void>;
}

/** Runs jobs on their beat, never one twice at once; a failure is logged and the next beat tries again. */
function every(context: SourceContext, jobs: readonly Job[]): { stop: () => void; idle: () => Promise<void> } {
  const running = new Map<string, Promise<void>>();
  const timers = jobs.map((job) =>
    setInterval(() => {
      if (running.has(job.what)) return;
      const done = job
        .run()
        .catch((e: unknown) => context.log.warn({ err: e, job: job.what }, 'a job of the keeper failed'))
        .finally(() => running.delete(job.what));
      running.set(job.what, done);
    }, job.ms),
  );
  return {
    stop: () => timers.forEach(clearInterval),
    idle: async () => void (await Promise.all(running.values())),
  };
}

/** State and digests as they are at one cursor. What is read between two facts is whole: folding never waits inside. */
export class FoldedState {
  readonly #context: SourceContext;
  readonly #state: State;
  readonly #digests = Object.fromEntries(TOPICS.map((t) => [t, new Digest()])) as Record<Topic, Digest>;
  n: number;
  #digestAt = -1;
  #snapshotN: number;
  #snapshotAt = 0;

  private constructor(context: SourceContext, state: State, n: number) {
    this.#context = context;
    this.#state = state;
    this.n = n;
    this.#snapshotN = n;
    for (const t of TOPICS) this.#digests[t].apply(state[t].everything());
  }

  static async load(context: SourceContext): Promise<FoldedState> {
    const { n, state } = await loadSnapshot(context.sql);
    const folded = new FoldedState(context, state, n);
    for (
      let facts = await factsAfter(context.sql, n);
      facts.length > 0;
      facts = await factsAfter(context.sql, folded.n)
    )
      folded.take(facts);
    return folded;
  }

  take(facts: readonly Fact[]): void {
    for (const fact of facts) foldFact(this.#state, fact, this.#context.config.zone);
    for (const t of TOPICS) this.#digests[t].apply(this.#state[t].takeTouched());
    this.n = facts.at(-1)!.n;
  }

  async digest(): Promise<void> {
    if (this.n === this.#digestAt) return;
    this.#digestAt = this.n;
    const values = Object.fromEntries(TOPICS.map((t) => [t, this.#digests[t].value])) as Record<Topic, string>;
    await saveDigests(this.#context.sql, this.n, values);
    this.#context.report('live', { cursor: this.n, digests: values, snapshot: this.#snapshotN });
  }

  async snapshotIfDue(now: number): Promise<void> {
    if (now - this.#snapshotAt < SNAPSHOT_EVERY_MS && this.n - this.#snapshotN < SNAPSHOT_EVERY_FACTS) return;
    await this.snapshot(now);
  }

  async snapshot(now: number): Promise<void> {
    this.#snapshotAt = now;
    if (this.n === this.#snapshotN) return;
    this.#snapshotN = this.n;
    await saveSnapshot(this.#context.sql, this.n, this.#state);
  }
}

/**
 * Records `day.opened` once for the city day of `now`, also when nobody ran at midnight.
 * @returns whether this call opened it
 */
export async function openDay(sql: Sql, zone: string, now: number): Promise<boolean> {
  const day = cityDay(now, zone);
  return await sql.begin(async (tx) => {
    const first =
      await tx`insert into source_key (source, key) values ('keeper', ${`day:${day}`}) on conflict do nothing`;
    if (first.count === 0) return false;
    const fact: FactDraft = {
      kind: 'day.opened',
      body: { day },
      at: startOfDay(day, zone),
      subject: day,
      actor: 'ingest:keeper',
    };
    await recordFacts(tx as never, [fact]);
    return true;
  });
}

async function tidy({ sql, config }: SourceContext): Promise<void> {
  await thinSnapshots(sql);
  await forgetScreens(sql);
  await forgetOldSessions(sql);
  await dropOldRaw(sql, config.rawKeepDays);
  await forgetOldRejects(sql, 90);
}
