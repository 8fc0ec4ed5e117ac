import { expect, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { followFacts } from './change-feed.ts';
import { factsAfter, newestCursor, recording } from './facts.ts';
import type { FactDraft } from '#domain/fact.ts';

const { sql } = await testDatabase();
const draft = (subject: string): FactDraft => ({
  kind: 'process.started',
  body: { process: subject, pid: 1 },
  at: 1_795_320_645_082,
  subject,
  actor: 'test',
});

test('facts come back as they were recorded, in order', async () => {
  await recording(sql, async () => ({ facts: [draft('a'), draft('b')], result: null }));
  const facts = await factsAfter(sql, 0);
  expect(facts.map((f) => f.subject)).toEqual(['a', 'b']);
  expect(facts[0]).toMatchObject({ kind: 'process.started', body: { process: 'a', pid: 1 }, at: 1_795_320_645_082 });
});

test('a transaction that throws leaves no fact', async () => {
  const before = await newestCursor(sql);
  await expect(
    recording(sql, async (tx) => {
      await tx`select 1`;
      throw new Error('refused');
    }),
  ).rejects.toThrow('refused');
  expect(await newestCursor(sql)).toBe(before);
});

test('a follower sees every fact once and in order, whatever the writers do at the same time', async () => {
  const from = await newestCursor(sql);
  const seen: number[] = [];
  const stop = new AbortController();
  const following = followFacts(
    sql,
    from,
    (facts) => {
      for (const f of facts) seen.push(f.n);
      if (seen.length >= 200) stop.abort();
    },
    stop.signal,
  );
  await Promise.all(
    Array.from({ length: 4 }, async (_, w) => {
      for (let i = 0; i < 25; i++)
        await recording(sql, async () => ({ facts: [draft(`${w}-${i}a`), draft(`${w}-${i}b`)], result: null }));
    }),
  );
  await following;
  expect(seen).toHaveLength(200);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
});
