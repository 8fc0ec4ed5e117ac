import type { CaseRecord } from '#domain/cases/case.ts';
import type { Instant } from '#domain/time.ts';
import { toTs, type Tx } from './db.ts';

/** What was, and who changed it: versions that corrections replaced, and one event per transition (workflow §1). */

export interface CaseVersion {
  readonly caseNo: string;
  /** 1 for the first correction. */
  readonly version: number;
  readonly sourceAt: Instant | null;
  readonly fields: readonly (keyof CaseRecord)[];
  /** These fields as they were. Holds personal data: stays in the store. */
  readonly before: Partial<CaseRecord>;
}

export interface CaseEvent {
  readonly caseNo: string;
  readonly at: Instant;
  readonly kind: 'registered' | 'moved' | 'restored' | 'withdrawn' | 'acknowledged';
  readonly from: string | null;
  readonly to: string | null;
  readonly irregular?: boolean;
  readonly note?: string;
}

export async function saveVersions(
  tx: Tx,
  versions: readonly CaseVersion[],
  at: Instant,
  actor: string,
): Promise<void> {
  if (versions.length === 0) return;
  const rows = versions.map((v) => ({ ...v, sourceAt: v.sourceAt === null ? null : toTs(v.sourceAt) }));
  await tx`
    insert into case_version (case_no, version, at, source_at, fields, before, actor)
    select r->>'caseNo', (r->>'version')::int, ${toTs(at)}, (r->>'sourceAt')::timestamptz,
      array(select jsonb_array_elements_text(r->'fields')), r->'before', ${actor}
    from jsonb_array_elements(${tx.json(rows as never)}) r`;
}

export async function saveEvents(tx: Tx, events: readonly CaseEvent[], actor: string): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((e) => ({ ...e, at: toTs(e.at) }));
  await tx`
    insert into case_event (case_no, at, kind, from_state, to_state, irregular, actor, note)
    select r->>'caseNo', (r->>'at')::timestamptz, r->>'kind', r->>'from', r->>'to', coalesce((r->>'irregular')::boolean, false),
      ${actor}, r->>'note'
    from jsonb_array_elements(${tx.json(rows as never)}) with ordinality as t (r, i) order by i`;
}
