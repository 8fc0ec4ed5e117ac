import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quietZone } from '#scripts/replay/compare.ts';
import { foldRecording } from '#scripts/replay/offline.ts';
import { readRecording } from '#scripts/replay/recording.ts';
import { readTruth } from '#scripts/replay/truth.ts';
import { emptyRecords, RecordFold } from '../floor/records.ts';
import { addParts, countParts, type Parts } from './count.ts';
import { rounded } from './figure.ts';
import { INDICATORS, type IndicatorKey } from './indicators.ts';
import { figure, scoped } from './scope.ts';
import { SOURCES, sourceRows, STORED_SOURCES, type Dimension } from './sources.ts';

const TRACE = join(import.meta.dirname, '../../../shared/data/asterisk/trace-a');

test.skipIf(!existsSync(TRACE))(
  'a recorded hour of a real switch: every indicator that its own logs tell is equal (needs ../shared)',
  () => {
    const truth = readTruth(TRACE);
    const records = emptyRecords();
    const fold = new RecordFold({});
    for (const f of foldRecording(readRecording(TRACE)).facts) fold.apply(f, records);
    const rows = sourceRows(records, quietZone(truth.epochMs));
    const edges = [truth.epochMs - 3_600_000, truth.epochMs + 3_600_000];
    const by = (dims: readonly Dimension[]): Map<string, Parts> => {
      const out = new Map<string, Parts>();
      for (const s of STORED_SOURCES)
        if (dims.every((d) => d in SOURCES[s].by))
          for (const c of countParts(s, rows[s] as never, { edges, by: dims })) {
            const cell = out.get(c.group.join('|')) ?? {};
            out.set(c.group.join('|'), cell);
            addParts(cell, c.parts);
          }
      return out;
    };
    const exact = (parts: Parts, key: IndicatorKey, dims: readonly Dimension[], decimals: number): number | null => {
      const f = figure(scoped(INDICATORS[key], dims), parts);
      return typeof f === 'string' ? null : rounded(f, decimals);
    };
    const queues = by(['queue']);
    for (const [queue, want] of Object.entries(truth.queues)) {
      const p = queues.get(queue)!;
      const q = (key: IndicatorKey, decimals = 0) => exact(p, key, ['queue'], decimals);
      expect({
        queue,
        offered: q('offered'),
        answered: q('answered'),
        abandoned: q('abandoned'),
        timedOut: p.timed_out ?? 0,
        unknown: p.visits_lost ?? 0,
      }).toEqual({
        queue,
        offered: want.offered,
        answered: want.answered,
        abandoned: want.abandoned,
        timedOut: want.timedOut ?? 0,
        unknown: 0,
      });
      expect([
        queue,
        q('asa', 3),
        q('serviceLevelOfAnswered', 4),
        q('serviceLevel', 4),
        q('longestWait'),
        q('talk'),
      ]).toEqual([
        queue,
        want.averageSpeedOfAnswer,
        want.serviceLevel20_overAnswered,
        want.serviceLevel20_overOffered,
        want.longestWait,
        want.talkSum,
      ]);
      expect([queue, p.wait_answered_s, p.answered_sl, p.abandoned_sl, p.rings_missed ?? 0]).toEqual([
        queue,
        want.holdSum,
        want.answeredWithin20,
        want.abandonedWithin20,
        want.ringNoAnswer,
      ]);
    }
    const seatNames = new Map(
      foldRecording(readRecording(TRACE)).facts.flatMap((f) =>
        f.kind === 'seat.described' ? [[f.body.name, f.subject]] : [],
      ),
    );
    const seats = by(['seat']);
    for (const [name, want] of Object.entries(truth.agents)) {
      const p = seats.get(seatNames.get(name)!)!;
      expect([name, p.taken ?? 0, p.talk_s ?? 0, p.rings_missed ?? 0]).toEqual([
        name,
        want.answered,
        want.talkSeconds,
        want.ringNoAnswer,
      ]);
    }
    const all = by([]).get('')!;
    expect(all.calls_in).toBe(truth.cdr?.inboundCalls);
    expect(exact(all, 'asa', [], 3)).toBe(
      (truth as unknown as { totals: { averageSpeedOfAnswer: number } }).totals.averageSpeedOfAnswer,
    );
  },
);
