import { expect, test } from 'vitest';
import { afterQueue, choicesAt, endsByPoint, flowTree, type MenuPath } from './ivr-flow.ts';

const s = (key: string, point: string, queue = '') => ({ key, point, queue });
const enter = s('', 'enter');
const paths: MenuPath[] = [
  { steps: [enter, s('', 'welcome'), s('1', 'queue', 'zixun')], end: 'queue', calls: 60 },
  { steps: [enter, s('', 'welcome'), s('2', 'queue', 'tousu')], end: 'queue', calls: 25 },
  { steps: [enter, s('', 'welcome'), s('7', 'self-service'), s('3', 'self-query')], end: 'menu', calls: 8 },
  { steps: [enter, s('', 'welcome')], end: 'menu', calls: 4 },
  { steps: [enter, s('', 'welcome')], end: 'open', calls: 1 },
  { steps: [enter, s('', 'welcome'), s('1', 'queue-busy', 'zixun'), s('2', 'voicemail')], end: 'voicemail', calls: 2 },
];

test('every call stands at each point of its way once, and the ends add up to the calls', () => {
  const { rows, calls } = flowTree(paths);
  expect(calls).toBe(100);
  expect(rows.filter((r) => r.depth === 0).map((r) => [r.point, r.calls])).toEqual([['enter', 100]]);
  expect(rows.find((r) => r.point === 'welcome')).toMatchObject({ calls: 100, share: 1, ends: { menu: 4, open: 1 } });
  const ends = rows.flatMap((r) => Object.values(r.ends)).reduce((a, b) => a + b, 0);
  expect(ends).toBe(100);
  expect(rows.filter((r) => r.depth === 2).map((r) => r.calls)).toEqual([60, 25, 8, 2]);
});

test('children follow their parent, and their calls with its ends add up to it', () => {
  const { rows } = flowTree(paths);
  rows.forEach((r) => {
    const children = rows.filter((x) => x.depth === r.depth + 1 && x.id.startsWith(`${r.id}\u0001`));
    const ended = Object.values(r.ends).reduce((a, b) => a + b, 0);
    expect(children.reduce((n, x) => n + x.calls, 0) + ended).toBe(r.calls);
  });
});

test('a caller who is passed on to another queue does not enter the menu anew', () => {
  const { rows } = flowTree([
    { steps: [enter, s('1', 'queue', 'a'), s('', 'queue', 'b'), s('', 'voicemail', 'b')], end: 'voicemail', calls: 3 },
  ]);
  expect(rows.map((r) => r.point)).toEqual(['enter', 'queue', 'voicemail']);
  expect(afterQueue(rows, 'voicemail')).toBe(3);
  expect(afterQueue(flowTree(paths).rows, 'voicemail')).toBe(0);
});

test('a menu that goes round is shown as it was, and a way without end is cut', () => {
  const round = Array.from({ length: 50 }, () => s('*', 'welcome'));
  const { rows } = flowTree([{ steps: [enter, ...round], end: 'menu', calls: 1 }]);
  expect(rows).toHaveLength(8);
  expect(rows.at(-1)!.ends).toEqual({ menu: 1 });
});

test('the choice at a full queue: who waits on, who leaves a message, who does neither', () => {
  const { rows } = flowTree([
    ...paths,
    {
      steps: [enter, s('', 'welcome'), s('1', 'queue-busy', 'zixun'), s('1', 'queue', 'zixun')],
      end: 'queue',
      calls: 5,
    },
    { steps: [enter, s('', 'welcome'), s('2', 'queue-busy', 'tousu')], end: 'menu', calls: 1 },
  ]);
  expect(choicesAt(rows, 'queue-busy')).toEqual([
    { key: '1', calls: 5, queue: true },
    { key: '2', calls: 2, queue: false },
    { key: null, calls: 1, queue: false },
  ]);
  expect(choicesAt(rows, 'nowhere')).toEqual([]);
  expect(endsByPoint(rows).get('welcome')).toEqual({ menu: 4, open: 1 });
});
