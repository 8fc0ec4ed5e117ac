import type { CameraReason, CameraState } from '#domain/cameras/rows.ts';
import type { Kept } from '#domain/cameras/health.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';

/** What the checker of cameras reads and writes. */

/** A camera whose turn it is, as it was known. */
export interface DueCamera {
  readonly id: string;
  readonly kept: Kept;
}

/** Cameras whose turn it is, those that wait longest first. */
export async function dueCameras(sql: Sql, now: Instant, limit: number): Promise<DueCamera[]> {
  const rows = await sql<
    {
      camera_id: string;
      state: CameraState;
      reason: CameraReason | null;
      state_since: Date;
      checked_at: Date | null;
      picture_at: Date | null;
      fails: number;
      ends_with: string | null;
      went_on_at: Date | null;
    }[]
  >`
    select camera_id, state, reason, state_since, checked_at, picture_at, fails, ends_with, went_on_at from camera
    where retired_at is null and due_at <= ${toTs(now)} order by due_at limit ${limit}`;
  const time = (d: Date | null): Instant | null => (d === null ? null : fromTs(d));
  return rows.map((r) => ({
    id: r.camera_id,
    kept: {
      state: r.state,
      reason: r.reason,
      since: fromTs(r.state_since),
      checkedAt: time(r.checked_at),
      pictureAt: time(r.picture_at),
      fails: r.fails,
      endsWith: r.ends_with,
      wentOnAt: time(r.went_on_at),
    },
  }));
}

/** Keeps what a look found. Only another state is a fact. */
export async function keepCamera(sql: Sql, { id, kept: was }: DueCamera, kept: Kept, dueAt: Instant): Promise<void> {
  const time = (t: Instant | null): string | null => (t === null ? null : toTs(t));
  const update = (db: Sql | Tx) => db`
    update camera set state = ${kept.state}, reason = ${kept.reason}, state_since = ${toTs(kept.since)},
      checked_at = ${time(kept.checkedAt)}, picture_at = ${time(kept.pictureAt)}, fails = ${kept.fails},
      ends_with = ${kept.endsWith}, went_on_at = ${time(kept.wentOnAt)}, due_at = ${toTs(dueAt)}
    where camera_id = ${id} and retired_at is null`;
  if (kept.state === was.state) return void (await update(sql));
  await recording<null>(sql, async (tx) => {
    const done = await update(tx);
    const { state, reason, pictureAt } = kept;
    return {
      facts:
        done.count === 0
          ? []
          : [
              {
                at: kept.checkedAt ?? kept.since,
                subject: `camera:${id}`,
                actor: 'ingest:cameras',
                kind: 'camera.found' as const,
                body: { state, reason, was: was.state, pictureAt },
              },
            ],
      result: null,
    };
  });
}
