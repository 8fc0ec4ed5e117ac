import { expect, test } from 'vitest';
import type { FeedFigures, FeedRow } from '../city/rows.ts';
import { AlarmWatch, troubles, type HouseState } from './watch.ts';

const T = 1_700_000_000_000;
const S = 1000;
const worker = (name: string, state: HouseState['workers'][number]['state'], agoS: number) => ({
  worker: name,
  state,
  at: T - agoS * S,
});
const house = (more: Partial<HouseState>): HouseState => ({
  workers: [],
  feeds: [],
  processes: [],
  figures: { waitingSince: null, keptAt: null },
  ...more,
});
const feed = (id: string, link: FeedRow['link']) => ({
  id,
  row: { kind: 'weather-warnings', link, contactS: 60, freshS: null } as unknown as FeedRow,
  figures: { messageAt: null, contactAt: T } as unknown as FeedFigures,
});
const codes = (h: HouseState): [string, string, string][] => troubles(h, T).map((t) => [t.key, t.code, t.severity]);

test('a worker that is silent, away or behind is a trouble; one that was stopped or works is none', () => {
  expect(
    codes(
      house({
        workers: [
          worker('ingest:asterisk', 'away', 1),
          worker('realtime', 'live', 60),
          worker('ingest:stats', 'behind', 1),
          worker('ingest:push', 'stopped', 900),
          worker('ingest:hot', 'live', 5),
        ],
      }),
    ),
  ).toEqual([
    ['worker:ingest:asterisk', 'away', 'high'],
    ['worker:realtime', 'silent', 'high'],
    ['worker:ingest:stats', 'behind', 'low'],
  ]);
});

test('a partner that is away is one alarm and not a second one for its worker, but a worker that died is told', () => {
  const away = house({ feeds: [feed('met', 'away')], workers: [worker('ingest:weather-warnings', 'away', 1)] });
  expect(codes(away)).toEqual([['feed:met', 'away', 'medium']]);
  const dead = house({ feeds: [feed('met', 'live')], workers: [worker('ingest:weather-warnings', 'live', 4000)] });
  expect(codes(dead)).toEqual([['worker:ingest:weather-warnings', 'silent', 'medium']]);
});

test('a process that ended is missed only when it belongs to those that run now', () => {
  const running = { name: 'app', running: true, at: T - 100 * S };
  const ended = (agoS: number) => house({ processes: [running, { name: 'roads', running: false, at: T - agoS * S }] });
  expect(codes(ended(10))).toEqual([['process:roads', 'ended', 'medium']]);
  expect(codes(ended(200))).toEqual([]);
  expect(codes(house({ processes: [{ name: 'roads', running: false, at: T }] }))).toEqual([]);
});

test('figures that wait while no pass ends are stuck, told once; a recount whose passes end is not, and neither is a quiet night', () => {
  const waits = (waitingS: number | null, keptS: number | null, more: Partial<HouseState> = {}) =>
    house({
      figures: {
        waitingSince: waitingS === null ? null : T - waitingS * S,
        keptAt: keptS === null ? null : T - keptS * S,
      },
      ...more,
    });
  expect(codes(waits(301, 301))).toEqual([['figures', 'stuck', 'medium']]);
  expect(codes(waits(301, null))).toEqual([['figures', 'stuck', 'medium']]);
  expect(codes(waits(3600, 299))).toEqual([]);
  expect(codes(waits(299, 3600))).toEqual([]);
  expect(codes(waits(null, 3600))).toEqual([]);
  expect(codes(waits(600, 600, { workers: [worker('ingest:stats', 'live', 600)] }))).toEqual([
    ['figures', 'stuck', 'medium'],
  ]);
  expect(codes(waits(null, 600, { workers: [worker('ingest:stats', 'live', 600)] }))).toEqual([
    ['worker:ingest:stats', 'silent', 'medium'],
  ]);
});

test('what mends itself at once raises nothing, what lasts raises once, and it is cleared only when it stays away', () => {
  const found = troubles(house({ workers: [worker('ingest:asterisk', 'away', 1)] }), T);
  const watch = new AlarmWatch([]);
  const look = (wrong: boolean, s: number) => watch.look(wrong ? found : [], T + s * S);
  expect(look(true, 0).raise).toEqual([]);
  expect(look(false, 5).raise).toEqual([]);
  expect(look(true, 10).raise).toEqual([]);
  expect(look(true, 24).raise).toEqual([]);
  expect(look(true, 25).raise.map((t) => t.key)).toEqual(['worker:ingest:asterisk']);
  expect(look(true, 60)).toEqual({ raise: [], clear: [] });
  expect(look(false, 65)).toEqual({ raise: [], clear: [] });
  expect(look(true, 70)).toEqual({ raise: [], clear: [] });
  expect(look(false, 75).clear).toEqual([]);
  expect(look(false, 94).clear).toEqual([]);
  expect(look(false, 95).clear).toEqual(['worker:ingest:asterisk']);
});

test('after a restart of the watch an alarm that stands is not raised again, and ends when its fault is gone', () => {
  const watch = new AlarmWatch(['feed:met']);
  const found = troubles(house({ feeds: [feed('met', 'away')] }), T);
  expect(watch.look(found, T)).toEqual({ raise: [], clear: [] });
  expect(watch.look(found, T + 60 * S)).toEqual({ raise: [], clear: [] });
  watch.look([], T + 65 * S);
  expect(watch.look([], T + 85 * S).clear).toEqual(['feed:met']);
});
