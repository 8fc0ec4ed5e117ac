import { expect, test } from 'vitest';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { EtasAnswer, EtasQuestion } from '../roads/wire.ts';
import { answerEvacuate } from './evacuate.ts';

const BASIS = {
  speeds: 'live',
  measuredSegments: 3,
  closedSegments: 1,
  closedByHand: 0,
  at: 5,
  mapVersion: 'm',
} as const;
/** A road along the equator, 100 s a degree; nothing leads to what lies north of 1°. */
const etas = ({ to, from }: EtasQuestion): Result<EtasAnswer> =>
  to[1] > 1
    ? refuse('too-far', 'no road')
    : accept({ etas: from.map((f) => ({ timeS: Math.abs(f[0] - to[0]) * 100, lengthM: 1 })), basis: BASIS });

test('people go to the nearest places that are free; a shelter beyond every road takes nobody; who is left is named', async () => {
  const answer = await answerEvacuate(etas, {
    blocks: [
      { at: [0, 0], people: 10 },
      { at: [3, 0], people: 4 },
    ],
    shelters: [
      { at: [0, 0.5], places: 6 },
      { at: [2, 0], places: 5 },
      { at: [0, 5], places: 1000 },
    ],
  });
  expect(answer).toEqual(
    accept({
      flows: [
        { block: 0, shelter: 0, people: 6, timeS: 0 },
        { block: 0, shelter: 1, people: 4, timeS: 200 },
        { block: 1, shelter: 1, people: 1, timeS: 100 },
      ],
      totalS: 900,
      left: [0, 3],
      basis: BASIS,
    }),
  );
});

test('who walks is asked for as one that walks, and without a word people are driven', async () => {
  const question = { blocks: [{ at: [0, 0], people: 1 }], shelters: [{ at: [0, 0], places: 1 }] };
  const asked: unknown[] = [];
  const noting = (q: EtasQuestion): Result<EtasAnswer> => {
    asked.push(q.vehicle);
    return etas(q);
  };
  await answerEvacuate(noting, { ...question, vehicle: 'foot' });
  await answerEvacuate(noting, question);
  expect(asked).toEqual(['foot', 'car']);
  expect(await answerEvacuate(noting, { ...question, vehicle: 'boat' })).toMatchObject({ code: 'bad-question' });
});

test('a third question at once is refused, and the next is answered again', async () => {
  const question = { blocks: [{ at: [0, 0], people: 1 }], shelters: [{ at: [0, 0], places: 1 }] };
  const answers = await Promise.all([1, 2, 3].map(() => answerEvacuate(etas, question)));
  expect(answers.map((a) => (a.ok ? 'ok' : a.code))).toEqual(['ok', 'ok', 'busy']);
  expect((await answerEvacuate(etas, question)).ok).toBe(true);
});

test('a question without blocks is refused; so is one while there are no roads', async () => {
  expect(await answerEvacuate(etas, { blocks: [], shelters: [] })).toMatchObject({ ok: false, code: 'bad-question' });
  const none = (): Result<EtasAnswer> => refuse('no-network', 'no city');
  const question = { blocks: [{ at: [0, 0], people: 1 }], shelters: [{ at: [0, 0], places: 1 }] };
  expect(await answerEvacuate(none, question)).toMatchObject({ ok: false, code: 'no-network' });
});
