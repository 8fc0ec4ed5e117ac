import { afterAll, expect, test } from 'vitest';
import { mulberry32, type Random } from '#domain/random.ts';
import { Answers } from './answers.ts';
import { CchEngine } from './cch-engine.ts';
import { ANSWERS, type Kind } from './desk.ts';
import { buildGraph } from './graph.ts';
import { sharedGraph } from './share.ts';
import { limitedTown, somewhere } from './testing.ts';
import type { Basis, MatchQuestion } from './wire.ts';

const ends: (() => Promise<void>)[] = [];
afterAll(async () => void (await Promise.all(ends.map((end) => end()))));
const basis: Basis = { speeds: 'live', measuredSegments: 1, closedSegments: 0, closedByHand: 0, at: 1, mapVersion: 'v' }; // prettier-ignore

async function city(options?: { threads?: number; waiting?: number }) {
  const random = mulberry32(77);
  const engine = new CchEngine(sharedGraph(buildGraph(limitedTown(random, 16)).graph));
  const answers = new Answers(engine, () => basis, undefined, options);
  ends.push(() => engine.end(), () => answers.end()); // prettier-ignore
  await engine.prepare(null);
  return { random, engine, answers };
}
const track = (random: Random, n: number): MatchQuestion => {
  const [x, y] = somewhere(random);
  return {
    track: Array.from({ length: n }, (_, i) => ({ at: [x + i * 0.00012 * (random() - 0.3), y + i * 0.00008] as [number, number] })), // prettier-ignore
    accuracyM: 12,
  };
};
const square = ([x, y]: [number, number], d: number): [number, number][] => [[x, y], [x + d, y], [x + d, y + d], [x, y + d]]; // prettier-ignore

test('a way and the times of many teams are answered before the track and the matrix that were asked first', async () => {
  const { random, answers } = await city();
  const order: string[] = [];
  const tell = async (name: string, answer: unknown): Promise<void> => {
    const a = (await answer) as { ok: boolean };
    order.push(a.ok ? name : `${name} refused`);
  };
  const many = (n: number) => Array.from({ length: n }, () => somewhere(random));
  const way = { from: somewhere(random), to: somewhere(random) };
  const large = [
    tell('track', answers.ask('match', track(random, 600))),
    tell('matrix', answers.ask('matrix', { from: many(50), to: many(50) })),
  ];
  const small = [
    tell('way', answers.ask('route', way)),
    tell('times', answers.ask('etas', { to: way.to, from: many(50) })),
  ];
  await Promise.all([...large, ...small]);
  expect(order.slice(0, 2)).toEqual(['way', 'times']);
  expect(order.slice(2).sort()).toEqual(['matrix', 'track']);
});

test('a thread answers what the engine itself would have answered when it was asked, while speeds change and are laid over', async () => {
  const { random, engine, answers } = await city();
  const ask = (): [Kind, object][] => {
    const [from, to] = [somewhere(random), somewhere(random)];
    const some = Array.from({ length: 45 }, () => somewhere(random));
    return [
      ['match', track(random, 40)],
      ['matrix', { from: some, to: some }],
      ['matrix', { from: some, to: some, vehicle: 'heavy' }],
      ['etas', { from: some, to, vehicle: 'car', emergency: true }],
      ['route', { from, to, alternatives: 3 }],
      ['route', { from, to, avoid: [square(somewhere(random), 0.004)] }],
      ['route', { from, to, vehicle: 'heavy', emergency: true }],
      ['reach', { from, limitsS: [120, 300] }],
      ['reach', { from, limitsS: [240], vehicle: 'foot' }],
      ['route', { from, to: [0, 0], alternatives: 1 }],
      ['match', { track: [] }],
    ];
  };
  const disturb = (): void => {
    for (let k = 0; k < 80; k++) {
      const e = Math.floor(random() * engine.graph.edgeCount);
      engine.setSpeed(e, random() < 0.2 ? null : 4 + random() * 80);
      engine.setClosed(e, random() < 0.15, random() < 0.15);
    }
  };
  const changing = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      disturb();
      await engine.update();
    }
  };
  // the first who is exempt waits until that view stands, and is answered by the speeds of then
  expect(await answers.ask('etas', { from: [somewhere(random)], to: somewhere(random), emergency: true })).toMatchObject({ ok: true }); // prettier-ignore
  const seen = new Set<string>();
  for (let round = 0; round < 5; round++) {
    for (const [kind, question] of ask()) {
      const first = answers.ask(kind, question);
      const want = ANSWERS[kind](engine, basis, question);
      // laid over while the thread reads: what it reads must rest
      const [got] = await Promise.all([first, changing()]);
      expect(got, `round ${round}, ${kind} ${JSON.stringify(question).slice(0, 120)}`).toEqual(want);
      seen.add(got.ok ? 'ok' : got.code);
    }
  }
  expect([...seen].sort()).toEqual(expect.arrayContaining(['bad-question', 'ok', 'too-far']));
});

test('when as many large questions wait as may, one more is refused, and ways are still answered', async () => {
  const { random, answers } = await city({ threads: 1, waiting: 2 });
  const asked = [1, 2, 3, 4].map(() => answers.ask('match', track(random, 60)));
  expect([answers.working, answers.waiting]).toEqual([1, 2]);
  expect(await asked[3]).toMatchObject({ ok: false, code: 'busy' });
  expect(answers.ask('route', { from: somewhere(random), to: somewhere(random) })).toMatchObject({ ok: true });
  expect((await Promise.all(asked.slice(0, 3))).every((a) => a.ok)).toBe(true);
});
