import { expect, test } from 'vitest';
import type { LngLat } from '#domain/city/rows.ts';
import { mulberry32 } from '#domain/random.ts';
import { accept, refuse } from '#domain/result.ts';
import type { RoadClient } from '#gis-data/roads/client.ts';
import { MAX_SOURCES } from '#gis-data/roads/wire.ts';
import { quickestOf } from './quickest-of.ts';

const basis = {
  speeds: 'live',
  measuredSegments: 0,
  closedSegments: 0,
  closedByHand: 0,
  at: 1,
  mapVersion: 'v',
} as const;
const TO: LngLat = [118.8, 31.2];

test('the quickest of more places than a question holds are those of all of them, whatever their distance; of equal ones the first', async () => {
  const random = mulberry32(3);
  // few different times, so that many are equal; the place's longitude tells which it is; every tenth has no way
  const from = Array.from({ length: 2 * MAX_SOURCES + 200 }, (_, i): LngLat => [118 + i / 10_000, 31 + random()]);
  const times = from.map((_, i) => (i % 10 === 0 ? null : Math.floor(random() * 60)));
  const asked: number[] = [];
  const ask: RoadClient['etas'] = (q) => {
    asked.push(q.from.length);
    const mine = q.from.map(([x]) => Math.round((x - 118) * 10_000));
    const order = mine.filter((i) => times[i] !== null).sort((a, b) => times[a]! - times[b]! || a - b);
    const told = new Set(order.slice(0, q.nearest));
    return Promise.resolve(accept({ etas: mine.map((i) => (told.has(i) ? { timeS: times[i]!, lengthM: 10 } : null)), basis }));
  }; // prettier-ignore
  const all = times
    .flatMap((timeS, index) => (timeS === null ? [] : [{ index, timeS, lengthM: 10 }]))
    .sort((a, b) => a.timeS - b.timeS || a.index - b.index);
  for (const most of [1, 8, 100])
    expect(await quickestOf(ask, from, TO, most)).toEqual({ ok: true, value: all.slice(0, most) });
  expect(asked).toEqual([MAX_SOURCES, MAX_SOURCES, 200, MAX_SOURCES, MAX_SOURCES, 200, MAX_SOURCES, MAX_SOURCES, 200]);
});

test('one question without an answer leaves no answer: the quickest could be among its places', async () => {
  let n = 0;
  const ask: RoadClient['etas'] = (q) =>
    Promise.resolve(
      n++ === 0
        ? accept({ etas: q.from.map(() => ({ timeS: 5, lengthM: 10 })), basis })
        : refuse('busy', 'too many questions'),
    );
  const from = Array.from({ length: MAX_SOURCES + 1 }, (): LngLat => [118, 31]);
  expect(await quickestOf(ask, from, TO, 3)).toMatchObject({ ok: false, code: 'busy' });
  expect(await quickestOf(ask, [], TO, 3)).toEqual({ ok: true, value: [] });
});
