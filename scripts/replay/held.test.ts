import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { truthByEvents } from './held.ts';
import { readRecording } from './recording.ts';
import type { Truth } from './truth.ts';

const truth = {
  epochMs: 1_000_000,
  totals: { answered: 2, holdSum: 20, averageSpeedOfAnswer: 10 },
  queues: {
    zixun: { answered: 1, holdSum: 18, averageSpeedOfAnswer: 18 },
    tousu: { answered: 1, holdSum: 2, averageSpeedOfAnswer: 2 },
  },
  agents: {},
  samples: [],
} satisfies Truth;

/** @param hold what the event tells of the call whose log line says 18 s */
function recorded(hold: number): Truth | null {
  const dir = mkdtempSync(join(tmpdir(), 'held-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const event = `Event: AgentConnect\r\nTimestamp: 1.0\r\nUniqueid: 1.1\r\nQueue: zixun\r\nHoldTime: ${hold}`;
  writeFileSync(join(dir, 'ami.jsonl'), `${JSON.stringify({ t: 0, meta: 'connected', epochMs: 1_000_000 })}\n${JSON.stringify({ t: 5, raw: event })}\n`); // prettier-ignore
  writeFileSync(join(dir, 'queue_log'), '20|1.1|zixun|1001|CONNECT|18|19.1|3\n21|1.2|tousu|1002|CONNECT|2|20.1|1\n');
  return truthByEvents(dir, readRecording(dir), truth);
}

test('where the switch tells a hold time otherwise than it logs it, the truth by its events has that second', () => {
  const by = recorded(19)!;
  expect(by.queues.zixun).toEqual({ answered: 1, holdSum: 19, averageSpeedOfAnswer: 19 });
  expect(by.queues.tousu).toEqual(truth.queues.tousu);
  expect(by.totals).toEqual({ answered: 2, holdSum: 21, averageSpeedOfAnswer: 10.5 });
});

test('where both tell the same there is one truth', () => expect(recorded(18)).toBeNull());
