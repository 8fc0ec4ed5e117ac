import type { FactDraft } from '#domain/fact.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import type { Instant } from '#domain/time.ts';
import { saveEvents } from './case-log.ts';
import { CASE_COLUMNS, contentOf, type CaseRowDb } from './case-rows.ts';
import { toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';

/**
 * Cases that their source took back: they leave every figure, and come back if the source tells them again.
 * @returns the ids that were there and not yet withdrawn, and the facts to record
 */
export async function withdrawIn(
  tx: Tx,
  origin: string,
  externalIds: readonly string[],
  { now, actor }: { now: Instant; actor: string },
): Promise<{ ids: string[]; facts: FactDraft[] }> {
  if (externalIds.length === 0) return { ids: [], facts: [] };
  const rows = await tx<CaseRowDb[]>`
    select ${tx.unsafe(CASE_COLUMNS)} from hotline_case
    where origin = ${origin} and external_id = any(${externalIds as string[]}) and withdrawn_at is null
    order by origin, external_id for update`;
  await tx`update hotline_case set withdrawn_at = ${toTs(now)} where case_no = any(${rows.map((r) => r.case_no)})`;
  await saveEvents(
    tx,
    rows.map((r) => ({ caseNo: r.case_no, at: now, kind: 'withdrawn', from: r.state, to: null })),
    actor,
  );
  const facts = rows.map((r): FactDraft => ({
    kind: 'case.withdrawn',
    body: { no: r.case_no, case: contentOf(r) },
    at: now,
    subject: r.case_no,
    actor,
  }));
  return { ids: rows.map((r) => r.external_id), facts };
}

/** {@link withdrawIn} in a transaction of its own. @returns how many were there */
export async function withdrawCases(
  sql: Sql,
  origin: string,
  externalIds: readonly string[],
  by: { now: Instant; actor: string },
): Promise<number> {
  return await recording(sql, async (tx) => {
    const { ids, facts } = await withdrawIn(tx, origin, externalIds, by);
    return { facts, result: ids.length };
  });
}

/**
 * A desk takes note of an urgent case: walls no longer pin it. Inside the command's transaction.
 * @returns the facts to record: none when somebody took note before; null when there is no such case
 */
export async function acknowledgeCase(tx: Tx, no: string, by: Officer, now: Instant): Promise<FactDraft[] | null> {
  const done = await tx`
    update hotline_case set acknowledged_at = ${toTs(now)}
    where case_no = ${no} and acknowledged_at is null and withdrawn_at is null`;
  if (done.count === 0) {
    const known = await tx`select 1 from hotline_case where case_no = ${no} and withdrawn_at is null`;
    return known.count === 0 ? null : [];
  }
  const actor = `user:${by.account}`;
  await saveEvents(tx, [{ caseNo: no, at: now, kind: 'acknowledged', from: null, to: null }], actor);
  return [{ kind: 'case.acknowledged', body: { no, by }, at: now, subject: no, actor }];
}
