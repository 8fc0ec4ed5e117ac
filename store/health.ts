import type { Sql } from './db.ts';

export type WorkerState = 'starting' | 'live' | 'behind' | 'away' | 'stopped';

/** A worker says how it is: what it did, not only that it ran. Shown on the status page. */
export async function reportHealth(
  sql: Sql,
  worker: string,
  state: WorkerState,
  detail: Record<string, unknown>,
): Promise<void> {
  await sql`
    insert into worker_health (worker, at, state, detail) values (${worker}, now(), ${state}, ${sql.json(detail as never)})
    on conflict (worker) do update set at = excluded.at, state = excluded.state, detail = excluded.detail`;
}

export interface WorkerHealth {
  worker: string;
  at: Date;
  state: WorkerState;
  detail: Record<string, unknown>;
}

export async function workerHealth(sql: Sql): Promise<WorkerHealth[]> {
  return await sql<WorkerHealth[]>`select worker, at, state, detail from worker_health order by worker`;
}
