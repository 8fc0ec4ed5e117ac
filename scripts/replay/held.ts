import type { Recording } from './recording.ts';
import { readMaybeGz, type Truth } from './truth.ts';

/**
 * The truth with the hold times that the switch's own events told: it reads its clock once for the log line and once for the
 * event, and a second may begin between them.
 * @returns null where log and events tell the same of every call, or the recording has no log
 */
export function truthByEvents(dir: string, recording: Recording, truth: Truth): Truth | null {
  const told = new Map<string, number>();
  for (const s of recording.steps)
    if (s.kind === 'packet' && s.fields.get('Event') === 'AgentConnect')
      told.set(`${s.fields.get('Uniqueid')} ${s.fields.get('Queue')}`, Number(s.fields.get('HoldTime')));
  const more = new Map<string, number>();
  for (const line of (readMaybeGz(dir, 'queue_log') ?? '').split('\n')) {
    const [, call, queue, , event, hold] = line.split('|');
    if (event !== 'CONNECT' || queue === undefined) continue;
    const by = (told.get(`${call} ${queue}`) ?? Number(hold)) - Number(hold);
    if (by !== 0) more.set(queue, (more.get(queue) ?? 0) + by);
  }
  if (more.size === 0) return null;
  const held = <T extends Readonly<Record<string, number | null>>>(of: T, by: number): T => {
    const holdSum = (of.holdSum ?? 0) + by;
    return { ...of, holdSum, averageSpeedOfAnswer: of.answered ? +(holdSum / of.answered).toFixed(3) : null };
  };
  const all = [...more.values()].reduce((n, by) => n + by, 0);
  return {
    ...truth,
    totals: held(truth.totals, all),
    queues: Object.fromEntries(Object.entries(truth.queues).map(([q, of]) => [q, held(of, more.get(q) ?? 0)])),
  };
}
