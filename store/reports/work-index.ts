import {
  checkIndex,
  isIndexFigure,
  type IndexEntry,
  type IndexRefusal,
  type IndexVersion,
} from '#domain/reports/work-index.ts';
import { accept, type Result } from '#domain/result.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';
import { recording } from '../facts.ts';
import { actor, setting, type SetBy, type SetRow, type Setting } from './settings.ts';

/** What the work index is made of: versions like the other settings of reports. It is computed when it is read: nothing is marked. */

type IndexRow = SetRow & { entries: IndexEntry[] };

/** A figure that this product no longer has counts nothing. */
const entriesOf = (r: { entries: IndexEntry[] }): IndexEntry[] => r.entries.filter((e) => isIndexFigure(e.key));

/** Every version, oldest first; none: nobody has set one. */
export async function indexVersions(sql: Sql | Tx): Promise<IndexVersion[]> {
  const rows = await sql<{ from_at: Date; entries: IndexEntry[] }[]>`
    select from_at, entries from work_index order by from_at`;
  return rows.map((r) => ({ from: fromTs(r.from_at), entries: entriesOf(r) }));
}

/** The newest versions with who set them and when, the newest first. */
export async function indexHistory(sql: Sql | Tx, limit: number): Promise<Setting<IndexVersion>[]> {
  const rows = await sql<IndexRow[]>`
    select from_at, entries, set_by, set_at from work_index order by from_at desc limit ${limit}`;
  return rows.map((r) => setting(r, { entries: entriesOf(r) }));
}

/** Sets what the work index is made of from an instant on; one for the same instant corrects it. */
export async function setWorkIndex(sql: Sql, v: IndexVersion, by: SetBy): Promise<Result<null, IndexRefusal>> {
  const checked = checkIndex(v);
  if (!checked.ok) return checked;
  const entries = v.entries.map(({ key, weight, zeroAt, fullAt }) => ({ key, weight, zeroAt, fullAt }));
  return recording<Result<null, IndexRefusal>>(sql, async (tx) => {
    await tx`
      insert into work_index (from_at, entries, set_by, set_at)
      values (${toTs(v.from)}, ${tx.json(entries)}, ${by.officer.name}, ${toTs(by.now)})
      on conflict (from_at) do update set entries = excluded.entries, set_by = excluded.set_by, set_at = excluded.set_at`;
    return {
      facts: [
        {
          kind: 'stat.work-index-set',
          body: { from: v.from, entries, by: by.officer },
          at: by.now,
          subject: 'work-index',
          actor: actor(by),
        },
      ],
      result: accept(null),
    };
  });
}
