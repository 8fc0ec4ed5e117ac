import type { Officer } from '#domain/incidents/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql } from '../db.ts';
import { recording } from '../facts.ts';

/** Keeps who took rows with citizens' numbers out of the house, which and how many. */
export async function noteExport(
  sql: Sql,
  e: {
    readonly report: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly rows: number;
    readonly numbers: 'whole' | 'masked';
    readonly format: string;
    readonly by: Officer;
  },
  now: Instant,
): Promise<void> {
  await recording(sql, async () => ({
    facts: [{ kind: 'report.exported', body: e, at: now, subject: e.report, actor: `user:${e.by.account}` }],
    result: null,
  }));
}
