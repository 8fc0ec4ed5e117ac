import { DEMO_ORIGIN, type CaseRecord } from '#domain/cases/case.ts';
import { recordFrom } from '#domain/cases/record.ts';
import { cityDay, DAY, MINUTE, startOfDay } from '#domain/time.ts';
import { caseSalt } from '#store/case-rows.ts';
import { applyCases, MAX_BATCH } from '#store/cases.ts';
import type { Sql, Tx } from '#store/db.ts';
import { recordFacts } from '#store/facts.ts';
import { byCall, TalkPool, talksBetween } from './case-calls.ts';
import { CaseModel, type CaseVersion, type Spot } from './case-model.ts';
import { HAPPENINGS } from './case-topics.ts';
import type { DayShape } from './floor-plan.ts';

export interface CaseHistoryOptions {
  readonly sql: Sql;
  readonly seed: number;
  readonly until: number;
  readonly days: number;
  readonly shape: DayShape;
  readonly zone: string;
  readonly spots: readonly Spot[];
  /** Whether the calls that are stored are the demo's own: cases by telephone then name theirs. */
  readonly calls?: boolean;
  /** Runs in the last transaction. */
  readonly finish?: (tx: Tx) => Promise<unknown>;
}

export const historyStart = (until: number, days: number, zone: string): number =>
  startOfDay(cityDay(until, zone), zone) - days * DAY;

/** The one stream of the demo's cases: history is its past, the live simulator goes on where history ends. */
export const caseStream = (o: {
  seed: number;
  start: number;
  /** Where history ends: what is under way then is planned, so that the first look already finds something. */
  until: number;
  spots: readonly Spot[];
  shape: DayShape;
  zone: string;
  tell: (version: CaseVersion) => void;
}): CaseModel =>
  new CaseModel({
    ...o,
    prefix: '0',
    happenings: 1.5,
    planned: AROUND_THE_END.map(([minutes, what]) => ({ at: o.until + minutes * MINUTE, what: HAPPENINGS[what]! })),
  });

/** Minutes from the end of history on, and which happening: a water cut that is still growing, then others, live. */
const AROUND_THE_END = [
  [-35, 0],
  [4, 3],
  [30, 1],
  [75, 2],
] as const;

/**
 * The demo's past cases through the ordinary store, each as its newest version. Old ones are recorded without a fact each;
 * those of today and yesterday with one, so that the live state begins with them.
 * @returns cases written
 */
export async function loadCaseHistory(o: CaseHistoryOptions): Promise<number> {
  const start = historyStart(o.until, o.days, o.zone);
  const newest = new Map<string, CaseVersion>();
  const model = caseStream({ ...o, start, tell: (version) => newest.set(version.fields.externalId, version) });
  model.advance(o.until);
  const cases = [...newest.values()].map((v) => v.fields).sort((a, b) => a.acceptedAt! - b.acceptedAt!);
  const talks = new TalkPool(o.calls ? await talksBetween(o.sql, start, o.until) : []);
  const records = cases.map((c) => recordOf(c.source === 'phone' ? byCall(c, talks.take(c.acceptedAt!)) : c, o.until));
  const salt = await caseSalt(o.sql);
  let quiet = 0;
  const write = async (tx: Tx, batch: readonly CaseRecord[]): Promise<void> => {
    const done = await applyCases(tx, batch, salt, {
      now: o.until,
      zone: o.zone,
      actor: 'demo:history',
      quietHistory: true,
    });
    quiet += done.quiet;
    await recordFacts(tx, done.facts);
  };
  const last = Math.floor((records.length - 1) / MAX_BATCH) * MAX_BATCH;
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next; i < last; i = next) {
      next += MAX_BATCH;
      await o.sql.begin((tx) => write(tx as unknown as Tx, records.slice(i, i + MAX_BATCH)));
    }
  };
  // each case is in one batch only, so two at a time do not meet: one is made ready while the other is written
  await Promise.all([lane(), lane()]);
  await o.sql.begin(async (tx) => {
    await write(tx as unknown as Tx, records.slice(last));
    await recordFacts(tx as unknown as Tx, [
      {
        kind: 'history.loaded',
        body: { what: 'cases', rows: quiet, from: start, to: o.until },
        at: o.until,
        subject: 'cases',
        actor: 'demo:history',
      },
    ]);
    await o.finish?.(tx as unknown as Tx);
  });
  return records.length;
}

/** @throws when the model tells a case that the store's own rules refuse */
function recordOf(fields: CaseVersion['fields'], now: number): CaseRecord {
  const record = recordFrom(fields, { origin: DEMO_ORIGIN, simulated: true, now });
  if (!record.ok) throw new Error(`the model's case ${fields.externalId}: ${record.reason}`);
  return record.value;
}
