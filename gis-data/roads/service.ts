import type { Logger } from 'pino';
import { CITY_LANES } from '#domain/city/rows.ts';
import { refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql } from '#store/db.ts';
import { activeCity } from '#store/gis.ts';
import { keepRoadOrder, keptRoadOrder, type OrderedNetwork } from '#store/road-order.ts';
import { openBlocks } from '#store/road-blocks.ts';
import { signalsAfter } from '#store/signals.ts';
import { Answers } from './answers.ts';
import { CchEngine } from './cch-engine.ts';
import type { AnswerOf, Kind } from './desk.ts';
import { loadGraph } from './graph.ts';
import { sharedGraph } from './share.ts';
import type { Drawn } from './touch.ts';
import { Traffic } from './traffic.ts';
import type { RoadPolicy } from './profile.ts';
import { loadWalkingGraph, Walking } from './walking.ts';
import type { Basis } from './wire.ts';

/** How often it is looked whether another city, or another version of this one, was loaded. */
const CITY_EVERY_MS = 5000;
/** A value may become visible after one with a higher rev: so many revs are read again each time, and everything now and then. */
const REV_OVERLAP = 2000;
const READ_ALL_EVERY_MS = 30_000;
const PAGE = 10_000;
const LANES = [CITY_LANES.segments, CITY_LANES.closures] as const;

/** The network of the active city, kept in step with the database: questions are answered from memory whatever the database does. */
export class RoadService {
  readonly #sql: Sql;
  readonly #log: Logger;
  readonly #now: () => Instant;
  #engine: CchEngine | null = null;
  #traffic: Traffic | null = null;
  #answers: Answers | null = null;
  /** What is walked, beside the roads. */
  #walking: Walking | null = null;
  #walkers: Answers | null = null;
  #walkersAsked = false;
  #walkersPrepared = false;
  readonly #revs = { segments: 0, closures: 0 };
  #cityAt = -Infinity;
  #allAt = -Infinity;
  #readAt: Instant | null = null;
  /** Ids of the closures by hand that the engine knows. */
  #blocks = '';
  #drawings: readonly Drawn[] = [];
  #drawn = 0;
  #away: string | null = null;
  #leftOut = 0;
  readonly #counts = { route: 0, etas: 0, reach: 0, matrix: 0, match: 0, refused: 0, threadsLost: 0 };
  readonly #policy: RoadPolicy | undefined;

  /** @param policy sizes of the heavy vehicle and exemptions; left out: the usual ones */
  constructor(sql: Sql, log: Logger, now: () => Instant, policy?: RoadPolicy) {
    this.#policy = policy;
    this.#sql = sql;
    this.#log = log;
    this.#now = now;
  }

  /** Reads what is new: the city, speeds, closures. Never throws; while the database is away the last known values hold. */
  async tick(): Promise<void> {
    const now = this.#now();
    try {
      if (now - this.#cityAt >= CITY_EVERY_MS) {
        await this.#followCity();
        this.#cityAt = now;
      }
      if (this.#traffic) {
        const all = now - this.#allAt >= READ_ALL_EVERY_MS;
        for (const lane of LANES) await this.#readLane(lane, all);
        if (all) this.#allAt = now;
        await this.#readBlocks(now);
        this.#readAt = now;
      }
      if (this.#away !== null) this.#log.info('the database is back');
      this.#away = null;
    } catch (e) {
      if (this.#away === null) this.#log.warn({ err: e }, 'the database cannot be read; the last known traffic holds');
      this.#away = (e as Error).message;
    }
    this.#traffic?.refresh(now);
    this.#follow();
    for (const engine of [this.#engine, this.#walking?.engine])
      await engine
        ?.update()
        .catch((e: unknown) => this.#log.error({ err: e }, 'the slow search answers: no hierarchy'));
  }

  /** Closures hold for walkers too. Their hierarchy is made when the first of them asks. */
  #follow(): void {
    const [engine, walking, traffic] = [this.#engine, this.#walking, this.#traffic];
    if (!engine || !walking || !traffic) return;
    walking.follow(traffic.signalled, (arc) => engine.isClosed(arc), this.#drawings);
    if (!this.#walkersAsked || this.#walkersPrepared) return;
    this.#walkersPrepared = true;
    void this.#prepare(walking.engine, 'walking');
  }

  async #followCity(): Promise<void> {
    const city = await activeCity(this.#sql);
    const have = this.#engine?.graph;
    if (!city) {
      await this.end();
      return;
    }
    if (have && have.city === city.id && have.mapVersion === city.mapVersion) return;
    const { graph, leftOut, tookMs } = await loadGraph(this.#sql);
    const walking = await loadWalkingGraph(this.#sql, graph);
    // another map came meanwhile: it is looked for again
    if (!walking) return;
    await this.end();
    const engine = new CchEngine(sharedGraph(graph), this.#policy);
    this.#engine = engine;
    this.#traffic = new Traffic(engine);
    this.#answers = this.#answersOf(engine);
    this.#leftOut = leftOut;
    this.#allAt = -Infinity;
    this.#blocks = '';
    this.#drawings = [];
    this.#walking = new Walking(walking);
    this.#walkers = this.#answersOf(this.#walking.engine);
    this.#walkersAsked = this.#walkersPrepared = false;
    this.#log.info(
      {
        city: graph.city, version: graph.mapVersion, nodes: graph.nodeCount, edges: graph.edgeCount, walked: walking.graph.edgeCount,
        leftOut, tookMs,
        rssMb: Math.round(process.memoryUsage.rss() / 1e6),
      },
      'road network loaded',
    ); // prettier-ignore
    void this.#prepare(engine, 'roads');
  }

  #answersOf(engine: CchEngine): Answers {
    return new Answers(
      engine,
      () => this.#basis(engine),
      (e) => {
        this.#counts.threadsLost++;
        this.#log.error({ err: e }, 'an answering thread was lost; the next question starts another');
      },
    );
  }

  /** Makes an engine's hierarchy beside the questions, from the kept order of this map where there is one. */
  async #prepare(engine: CchEngine, network: OrderedNetwork): Promise<void> {
    const { city, mapVersion, edgeCount } = engine.graph;
    try {
      const kept = await keptRoadOrder(this.#sql, city, mapVersion, 2 * edgeCount, network);
      const { order, tookMs } = await engine.prepare(kept);
      this.#log.info(
        { city, network, kept: kept !== null, tookMs, customiseMs: engine.customiseMs },
        'hierarchy ready',
      );
      if (!kept) await keepRoadOrder(this.#sql, city, mapVersion, order, network);
      if (engine === this.#engine) await this.#answers?.warm();
    } catch (e) {
      // another city may have taken this one's place meanwhile
      if (engine === this.#engine || engine === this.#walking?.engine)
        this.#log.error({ err: e, network }, 'the slow search answers: the hierarchy could not be made or kept');
    }
  }

  /** Ends the threads; questions are refused until a city is loaded. */
  async end(): Promise<void> {
    const ending = [this.#engine, this.#answers, this.#walking?.engine, this.#walkers];
    this.#engine = this.#traffic = this.#answers = this.#walking = this.#walkers = null;
    await Promise.all(ending.map((e) => e?.end()));
  }

  async #readLane(lane: (typeof LANES)[number], all: boolean): Promise<void> {
    let after = all ? 0 : Math.max(0, this.#revs[lane] - REV_OVERLAP);
    for (;;) {
      const rows = await signalsAfter(this.#sql, lane, after, PAGE);
      if (rows.length === 0) return;
      this.#traffic?.take(lane, rows);
      after = rows.at(-1)!.rev;
      this.#revs[lane] = Math.max(this.#revs[lane], after);
      if (rows.length < PAGE) return;
    }
  }

  async #readBlocks(now: Instant): Promise<void> {
    const engine = this.#engine;
    if (!engine) return;
    const blocks = await openBlocks(this.#sql, engine.graph.city, now);
    const ids = blocks.map((b) => b.id).join();
    if (ids === this.#blocks || engine !== this.#engine) return;
    this.#traffic?.block(engine.touched(blocks));
    this.#drawings = blocks;
    this.#blocks = ids;
    this.#drawn = blocks.length;
  }

  #basis(engine: CchEngine): Basis {
    // how fast cars are says nothing to walkers
    const measured = engine === this.#engine ? (this.#traffic?.measured ?? 0) : 0;
    return {
      speeds: measured > 0 ? 'live' : 'free-flow',
      measuredSegments: measured,
      closedSegments: this.#traffic?.closed ?? 0,
      closedByHand: this.#drawn,
      at: this.#readAt,
      mapVersion: engine.graph.mapVersion,
    };
  }

  /** Never rejects. Walkers have an engine of their own. */
  async ask<K extends Kind>(kind: K, question: unknown): Promise<AnswerOf<K> | Result<never, 'no-network'>> {
    this.#counts[kind]++;
    const onFoot = (question as { vehicle?: unknown } | null)?.vehicle === 'foot';
    this.#walkersAsked ||= onFoot;
    const answers = onFoot ? this.#walkers : this.#answers;
    const result = answers ? await answers.ask(kind, question) : refuse('no-network' as const, 'no city is loaded');
    if (!result.ok) this.#counts.refused++;
    return result;
  }

  health(): { state: 'starting' | 'live' | 'away' } & Record<string, unknown> {
    const g = this.#engine?.graph;
    return {
      state: this.#away !== null ? 'away' : g ? 'live' : 'starting',
      city: g?.city ?? null,
      mapVersion: g?.mapVersion ?? null,
      nodes: g?.nodeCount ?? 0,
      edges: g?.edgeCount ?? 0,
      walkedEdges: this.#walking?.engine.graph.edgeCount ?? 0,
      edgesLeftOut: this.#leftOut,
      measuredSegments: this.#traffic?.measured ?? 0,
      closedSegments: this.#traffic?.closed ?? 0,
      closedByHand: this.#drawn,
      trafficReadAt: this.#readAt,
      customiseMs: this.#engine?.customiseMs ?? null,
      threadsAtWork: (this.#answers?.working ?? 0) + (this.#walkers?.working ?? 0),
      questionsWaiting: (this.#answers?.waiting ?? 0) + (this.#walkers?.waiting ?? 0),
      error: this.#away ?? this.#engine?.broken?.message ?? null,
      rssMb: Math.round(process.memoryUsage.rss() / 1e6),
      ...this.#counts,
    };
  }
}
