import type { FactDraft } from '#domain/fact.ts';
import { emptyRecords, RecordFold } from '#domain/floor/records.ts';
import { cityDay, DAY, HOUR, startOfDay } from '#domain/time.ts';
import type { Sql, Tx } from '#store/db.ts';
import { recordFacts } from '#store/facts.ts';
import { loadVoiceMessages } from '#store/missed.ts';
import { insertFloorRecords, loadFloorRecords } from '#store/floor.ts';
import { FloorTeller, type Told } from './floor-facts.ts';
import { FloorModel } from './floor-model.ts';
import type { DayShape } from './floor-plan.ts';

/** Seat states and menu steps are the bulk of the records; older weeks have calls, visits and segments only. */
const DETAIL_FOR_MS = 7 * DAY;
const FACTS_A_BATCH = 500;
/** Records are handed to the database in portions of this much of the demo's time. */
const PORTION_MS = 24 * HOUR;

export interface HistoryOptions {
  readonly sql: Sql;
  readonly seed: number;
  readonly until: number;
  readonly days: number;
  readonly shape: DayShape;
  readonly zone: string;
  readonly reasons: ConstructorParameters<typeof RecordFold>[0];
  readonly progress?: (share: number) => void;
  /** Runs in the last transaction, with today's facts. */
  readonly finish?: (tx: Tx) => Promise<unknown>;
}

/**
 * The demo's past: whole days as records, through the same fold that makes records of live facts; today's part as facts,
 * so that the live state begins with today's figures. Calls that are not over at `until` are left out.
 * @returns rows and facts written
 */
export async function loadCallHistory(o: HistoryOptions): Promise<{ rows: number; facts: number; calls: number }> {
  const today = startOfDay(cityDay(o.until, o.zone), o.zone);
  const start = today - o.days * DAY;
  const teller = new FloorTeller();
  const fold = new RecordFold(o.reasons);
  let hear: (told: Told[]) => void = () => {};
  const model = new FloorModel({ seed: o.seed, start, shape: o.shape, tell: (e) => hear(teller.tell(e)) });
  let rows = 0;
  let calls = 0;
  for (let t = start; t < today; t += PORTION_MS) {
    const to = Math.min(t + PORTION_MS, today);
    const records = emptyRecords();
    const detailed = t >= o.until - DETAIL_FOR_MS;
    const messages: FactDraft[] = [];
    hear = (told) => {
      for (const { fact } of told)
        if (fact.kind === 'voicemail.left') messages.push(fact);
        else if (detailed || (fact.kind !== 'seat.changed' && fact.kind !== 'call.stepped')) fold.apply(fact, records);
    };
    model.advance(to);
    rows += await loadFloorRecords(o.sql, records);
    rows += await loadVoiceMessages(o.sql, messages);
    calls += records.call.length;
    o.progress?.((to - start) / (o.until - start));
  }
  const told = [...teller.queues(today), ...teller.seats(model.seats, today)];
  hear = (more) => told.push(...more);
  model.advance(o.until);
  const facts = told.filter(({ call }) => call === null || call.over).map(({ fact }) => fact);
  facts.push(historyLoaded(rows, start, today));
  await o.sql.begin(async (tx) => {
    calls += await recordToday(tx as unknown as Tx, facts, fold);
    await o.finish?.(tx as unknown as Tx);
  });
  return { rows, facts: facts.length, calls };
}

/** In one transaction: a load that is killed leaves no fact. @returns calls among them */
async function recordToday(tx: Tx, facts: readonly FactDraft[], fold: RecordFold): Promise<number> {
  let calls = 0;
  for (let i = 0; i < facts.length; i += FACTS_A_BATCH) {
    const batch = facts.slice(i, i + FACTS_A_BATCH);
    const records = emptyRecords();
    for (const fact of batch) fold.apply(fact, records);
    calls += records.call.length;
    await insertFloorRecords(tx, records);
    await recordFacts(tx, batch);
  }
  return calls;
}

const historyLoaded = (rows: number, from: number, to: number): FactDraft => ({
  kind: 'history.loaded',
  body: { what: 'calls', rows, from, to },
  at: to,
  subject: 'calls',
  actor: 'demo:history',
});
