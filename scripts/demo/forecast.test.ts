import { expect, test } from 'vitest';
import type { Fact } from '#domain/fact.ts';
import { foldFact, TOPICS, type State } from '#domain/folds.ts';
import type { Decided, FloorBasis, HandleBasis, QueueBasis } from '#domain/staffing/basis.ts';
import { hourOutlook } from '#domain/staffing/outlook.ts';
import { Tables } from '#domain/tables.ts';
import { DAY, HOUR, MINUTE, type Instant } from '#domain/time.ts';
import { FloorTeller } from './floor-facts.ts';
import { FloorModel } from './floor-model.ts';
import { DayShape, QUEUES } from './floor-plan.ts';

/**
 * The forecast on the demo's whole floor: six queues, sixty seats most of which serve two or three of them, breaks, shifts that come
 * and go. The forecast sees what the product sees and nothing else: the folded floor, and counts by half-hour.
 */
const ZONE = 'Asia/Shanghai';
const MONDAY = Date.UTC(2026, 2, 1, 16);
const WITHIN_S = 20;
const GOAL = 0.8;

interface Visit {
  readonly queue: string;
  readonly at: Instant;
  end: Instant;
  answered: boolean;
}
interface Seen {
  readonly visits: Visit[];
  readonly talk: Map<string, { n: number; s: number; ringS: number }>;
}

/** Runs a day; `look` is called at the thirtieth minute of each of its hours with the floor as it is then. */
function play(seed: number, start: Instant, look: (floor: Tables, now: Instant, seen: Seen) => void): Seen {
  const state = Object.fromEntries(TOPICS.map((t) => [t, new Tables()])) as State;
  const seen: Seen = { visits: [], talk: new Map() };
  const open = new Map<string, Visit>();
  const teller = new FloorTeller();
  let n = 0;
  const fold = (fact: object): void => foldFact(state, { n: ++n, ...fact } as Fact, ZONE);
  const shape = new DayShape(ZONE, 0);
  const model = new FloorModel({
    seed,
    start: start - 2 * HOUR,
    shape,
    tell: (e) => {
      for (const { fact } of teller.tell(e)) fold(fact);
      if (e.kind === 'joined')
        open.set(e.call.no + e.call.queue, { queue: e.call.queue, at: e.t, end: Infinity, answered: false });
      const visit = 'call' in e ? open.get(e.call.no + e.call.queue) : undefined;
      if (e.kind === 'joined' && visit && e.t >= start) seen.visits.push(visit);
      if (visit && (e.kind === 'answered' || e.kind === 'abandoned' || e.kind === 'toVoicemail')) {
        visit.end = e.t;
        visit.answered = e.kind === 'answered';
      }
      if (e.kind === 'ended' && e.call.answeredAt !== null) {
        const t = seen.talk.get(e.call.queue) ?? { n: 0, s: 0, ringS: 0 };
        t.n++;
        t.s += (e.t - e.call.answeredAt) / 1000;
        t.ringS += (e.call.answeredAt - (e.call.ringAt ?? e.call.answeredAt)) / 1000;
        seen.talk.set(e.call.queue, t);
      }
    },
  });
  for (const { fact } of teller.queues(start - 2 * HOUR)) fold(fact);
  fold({ kind: 'floor.linked', subject: 'asterisk', at: start, actor: 'test', body: { state: 'live' } });
  for (let h = 0; h < 24; h++) {
    model.advance(start + h * HOUR + 30 * MINUTE);
    look(state.floor, model.now, seen);
  }
  model.advance(start + DAY);
  return seen;
}

const inTime = (v: Visit): boolean => v.answered && Math.floor(v.end / 1000) - Math.floor(v.at / 1000) <= WITHIN_S;
const between = (seen: Seen, queue: string, from: Instant, to: Instant): Visit[] =>
  seen.visits.filter((v) => v.queue === queue && v.at >= from && v.at < to);

/** What the product's records would say at `now`. */
function basisAt(seen: Seen, start: Instant, now: Instant, usual: ReadonlyMap<string, number[]>): FloorBasis {
  const edges = Array.from({ length: 49 }, (_, i) => start + i * 30 * MINUTE);
  const decided = (list: readonly Visit[]): Decided => {
    const done = list.filter((v) => v.end <= now);
    const answered = done.filter((v) => v.answered);
    return {
      offered: done.length,
      answered: answered.length,
      abandoned: done.length - answered.length,
      inTime: answered.filter(inTime).length,
      inConnect: 0,
    };
  };
  const queue = (id: string): QueueBasis => {
    const mine = seen.visits.filter((v) => v.queue === id && v.end <= now);
    const gone = mine.filter((v) => !v.answered).length;
    const t = seen.talk.get(id);
    const handle: HandleBasis | null = t
      ? {
          ringS: t.ringS / t.n,
          talkS: t.s / t.n,
          wrapS: QUEUES.find((q) => q.id === id)!.wrapUpS,
          calls: t.n,
          of: 'today',
        }
      : null;
    return {
      withinS: WITHIN_S,
      connectS: 15,
      goal: GOAL,
      today: edges
        .slice(0, -1)
        .filter((e) => e <= now)
        .map((e) => decided(between(seen, id, e, e + 30 * MINUTE))),
      last30: decided([]),
      usual: { weeks: 2, offered: usual.get(id)! },
      handle,
      patience:
        gone === 0 ? null : { meanS: mine.reduce((s, v) => s + (v.end - v.at) / 1000, 0) / gone, abandoned: gone },
    };
  };
  return {
    at: now,
    countedAt: now,
    edges,
    outboundS: 70,
    queues: Object.fromEntries(QUEUES.map((q) => [q.id, queue(q.id)])),
    trunks: [],
    connect24: null,
    gapMs: 0,
  };
}

test(
  'on a floor of shared seats the forecast of each queue is nearer to the hour’s end than the level so far',
  { timeout: 120_000 },
  () => {
    const past = [1, 2].map((w) => play(40 + w, MONDAY - w * 7 * DAY, () => {}));
    const usual = new Map(
      QUEUES.map((q) => [
        q.id,
        Array.from({ length: 48 }, (_, i) => {
          const of = past.map((seen, w) => {
            const start = MONDAY - (w + 1) * 7 * DAY;
            return between(seen, q.id, start + i * 30 * MINUTE, start + (i + 1) * 30 * MINUTE).length;
          });
          return (of[0]! + of[1]!) / 2;
        }),
      ]),
    );
    const told: { queue: string; hour: Instant; ours: number; low: number; high: number; naive: number | null }[] = [];
    const days = [7, 8].map((seed) =>
      play(seed, MONDAY, (floor, now, seen) => {
        if (now < MONDAY + 7 * HOUR) return;
        const basis = basisAt(seen, MONDAY, now, usual);
        const outlook = hourOutlook(floor, basis, { now, reasons: {}, seed })!;
        for (const o of outlook.queues)
          if (o.forecast)
            told.push({
              queue: `${seed} ${o.queue}`,
              hour: outlook.hour,
              ours: o.forecast.serviceLevel,
              low: o.forecast.low,
              high: o.forecast.high,
              naive: o.decided > 0 ? o.inTime / o.decided : null,
            });
      }),
    );
    const scored = told.flatMap((t) => {
      const [seed, id] = t.queue.split(' ') as [string, string];
      const all = between(days[[7, 8].indexOf(Number(seed))]!, id, t.hour, t.hour + HOUR);
      return t.naive === null ? [] : [{ ...t, naive: t.naive, actual: all.filter(inTime).length / all.length }];
    });
    const mean = (of: (s: (typeof scored)[number]) => number): number =>
      scored.reduce((x, s) => x + of(s), 0) / scored.length;
    const [ours, naive] = [mean((s) => Math.abs(s.ours - s.actual)), mean((s) => Math.abs(s.naive - s.actual))];
    const held = mean((s) => (s.actual >= s.low - 1e-9 && s.actual <= s.high + 1e-9 ? 1 : 0));
    console.log(
      `demo floor at minute 30: ${scored.length} hours of queues, mean SL ${(100 * mean((s) => s.actual)).toFixed(1)} % | mean error ${(100 * ours).toFixed(1)} points ` +
        `(so far: ${(100 * naive).toFixed(1)}), bias ${(100 * mean((s) => s.ours - s.actual)).toFixed(1)} | interval held ${(100 * held).toFixed(1)} %`,
    );
    expect(scored.length).toBeGreaterThan(150);
    expect(ours).toBeLessThan(naive);
  },
);
