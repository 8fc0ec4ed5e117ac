import type { Sql } from './db.ts';

export interface ImportCounts {
  readonly read: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** Notes that an import began. @returns the number of the run */
export async function startImport(sql: Sql, what: string, map: string, file: string): Promise<number> {
  const [r] = await sql<{ id: number }[]>`
    insert into import_run (what, map, file) values (${what}, ${map}, ${file}) returning id`;
  return r!.id;
}

/** Notes how an import ended. A run without an end was killed. */
export async function endImport(
  sql: Sql,
  id: number,
  counts: ImportCounts,
  detail: Record<string, unknown>,
): Promise<void> {
  await sql`
    update import_run set ended_at = now(), read_rows = ${counts.read}, new_rows = ${counts.new}, changed_rows = ${counts.changed},
      unchanged_rows = ${counts.unchanged}, rejected_rows = ${counts.rejected}, detail = ${sql.json(detail as never)}
    where id = ${id}`;
}
