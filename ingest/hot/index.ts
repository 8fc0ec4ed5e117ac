import { setTimeout as sleep } from 'node:timers/promises';
import type { HotIssueRow } from '#domain/cases/rows.ts';
import { canonical } from '#domain/digest.ts';
import { hotIssues } from '#domain/hot/hot-issues.ts';
import { MINUTE } from '#domain/time.ts';
import type { Sql } from '#store/db.ts';
import { recording } from '#store/facts.ts';
import { hotBaseline, hotCases, hotCount } from '#store/hot.ts';
import { holdAlone } from '#store/housekeeping.ts';
import type { Source } from '../source.ts';

const EVERY_MS = MINUTE;
/** Looked at earlier when so many cases came. */
const NEW_CASES = 20;
const LOOK_MS = 10_000;

/** What citizens say about anything at all: frequent in a hot issue too, and no name for it. */
const SAYS_NOTHING = new Set(
  `什么 什么时候 怎么 怎么办 为什么 请问 请求 希望 要求 建议 反映 来电 市民 居民 咨询 投诉 举报 没有 无法 不能 已经 一直 现在 目前
  多次 经常 上述 接到 附近 周边 问题 情况 相关 部门 有关 尽快 处理 解决 核实 回复 这里 那里 这边 那边 这样 那样 地方 时候 时间 造成 影响 进行 出现 发现`.split(
    /\s+/,
  ),
);

/** How many or which of something: 一个, 这些, 几天. */
const COUNTS = /^[一二两三四五六七八九十百千几多半每这那各某][个条次名位户处家些种件台辆棵根块天年月周]$/u;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** The words of a text that could name a matter, each once, without digits and punctuation. */
export function words(text: string): Set<string> {
  const out = new Set<string>();
  for (const { segment, isWordLike } of segmenter.segment(text))
    if (isWordLike && /^\p{Script=Han}{2,}$/u.test(segment) && !SAYS_NOTHING.has(segment) && !COUNTS.test(segment))
      out.add(segment);
  return out;
}

/** What a reader would see: figures that creep from minute to minute without a case more are no news. */
const seen = (issues: Readonly<Record<string, HotIssueRow>>): string =>
  canonical(
    Object.entries(issues).map(([id, r]) => [id, r.rank, r.total, r.open, r.callers, r.why.map((w) => w.code)]),
  );

/** Looks once. @returns the cards; a fact is recorded when a reader would see another list than `before` */
export async function lookForHotIssues(
  sql: Sql,
  o: { now: number; zone: string; before: string | null },
): Promise<{ seen: string; cards: number; cases: number; recorded: boolean }> {
  const [cases, baseline] = await Promise.all([hotCases(sql, o.now, o.zone), hotBaseline(sql, o.now, o.zone)]);
  const issues = hotIssues(cases, baseline, { now: o.now, words });
  const now = seen(issues);
  const recorded = now !== o.before;
  if (recorded)
    await recording(sql, async () => ({
      facts: [{ kind: 'hot.listed', body: { issues }, at: o.now, subject: 'hot-issues', actor: 'ingest:hot-issues' }],
      result: null,
    }));
  return { seen: now, cards: Object.keys(issues).length, cases: cases.length, recorded };
}

/** Looks for hot issues each minute, and sooner when many cases come. One process of the house does. */
export const hotIssueSource: Source = {
  name: 'hot-issues',
  enabled: () => true,
  async run({ sql, config, signal, report }) {
    await using lock = await holdAlone(sql, 'hot-issues', signal);
    if (!lock.held) return;
    let before: string | null = null;
    let lookedAt = 0;
    let count = 0;
    while (!signal.aborted) {
      const now = Date.now();
      const today = await hotCount(sql, now, config.zone);
      if (now - lookedAt >= EVERY_MS || today - count >= NEW_CASES || today < count) {
        const started = performance.now();
        const done = await lookForHotIssues(sql, { now, zone: config.zone, before });
        before = done.seen;
        lookedAt = now;
        count = today;
        report('live', {
          cards: done.cards,
          cases: done.cases,
          recorded: done.recorded,
          ms: Math.round(performance.now() - started),
        });
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  },
};
