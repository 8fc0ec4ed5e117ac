import { afterAll, expect, test } from 'vitest';
import { ThreadPool, type PoolOptions } from './thread-pool.ts';

type Message = number | 'throw' | 'die' | 'stand';
const pools: ThreadPool<Message, number>[] = [];
afterAll(async () => void (await Promise.all(pools.map((p) => p.end()))));

function poolOf(options: Partial<PoolOptions> = {}): ThreadPool<Message, number> {
  const pool = new ThreadPool<Message, number>({
    file: new URL('./thread-pool-testing.ts', import.meta.url),
    data: null,
    threads: 1,
    waiting: 4,
    patienceMs: 60_000,
    withinMs: 60_000,
    ...options,
  });
  pools.push(pool);
  return pool;
}
const ask = (pool: ThreadPool<Message, number>, message: Message) => pool.ask(() => ({ message, end: () => {} }));
const value = (n: number) => ({ ok: true, value: n });

test('questions are answered in their order, and one more than may wait is refused at once', async () => {
  const pool = poolOf();
  const asked = [1, 2, 3, 4, 5, 6, 7].map((n) => ask(pool, n));
  expect([pool.working, pool.waiting]).toEqual([1, 4]);
  const order: number[] = [];
  asked.forEach((a, i) => void a.then(() => order.push(i)));
  const answers = await Promise.all(asked);
  expect(answers.slice(0, 5)).toEqual([2, 4, 6, 8, 10].map(value));
  expect(answers.slice(5)).toMatchObject([{ code: 'busy' }, { code: 'busy' }]);
  expect(order).toEqual([5, 6, 0, 1, 2, 3, 4]);
  expect([pool.working, pool.waiting]).toEqual([0, 0]);
});

test('what a question stands on is made when a thread takes it and let go when that is through, dead or alive', async () => {
  const log: string[] = [];
  const pool = poolOf();
  const watched = (name: string, message: Message) =>
    pool.ask(() => {
      log.push(`begin ${name}`);
      return { message, end: () => log.push(`end ${name}`) };
    });
  await Promise.all([watched('a', 1), watched('b', 'die'), watched('c', 'throw'), watched('d', 2)]);
  expect(log).toEqual(['a', 'b', 'c', 'd'].flatMap((n) => [`begin ${n}`, `end ${n}`]));
});

test('a thread that dies or stands still costs its own question only: the next one has another thread', async () => {
  const lost: string[] = [];
  const pool = poolOf({ withinMs: 3000, onLost: (e) => lost.push(e.message) });
  const answers = await Promise.all([ask(pool, 'die'), ask(pool, 1), ask(pool, 'stand'), ask(pool, 2), ask(pool, 'throw')]); // prettier-ignore
  expect(answers).toMatchObject([{ code: 'away' }, value(2), { code: 'away' }, value(4), { code: 'away', reason: 'a thread failed: it was told to' }]); // prettier-ignore
  expect(lost).toHaveLength(2);
  expect(lost[1]).toContain('3000 ms');
  expect(await ask(pool, 3)).toEqual(value(6));
});

test('a question that waited longer than anybody does is not begun', async () => {
  const pool = poolOf({ patienceMs: -1 });
  expect(await ask(pool, 1)).toMatchObject({ code: 'busy' });
});

test('after the end every question is refused, those under way too', async () => {
  const pool = poolOf();
  const asked = [ask(pool, 'stand'), ask(pool, 1)];
  await pool.end();
  expect(await Promise.all([...asked, ask(pool, 1)])).toMatchObject([
    { code: 'away' },
    { code: 'away' },
    { code: 'away' },
  ]);
});
