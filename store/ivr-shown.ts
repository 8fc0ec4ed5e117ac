import { MENU_ENDS, type MenuEnd, type MenuPath, type MenuStep } from '#domain/calls/ivr-flow.ts';
import type { Instant } from '#domain/time.ts';
import { toTs, type Sql } from './db.ts';

/** Different ways through the menu that are told; the rarest are left out and counted. */
const WAYS_AT_MOST = 400;

/**
 * The ways through the menu of the calls whose first step lies in [from, to), most frequent first. A call's steps are taken until
 * an hour after `to`, so that a way is not cut where the period ends.
 */
export async function menuPaths(sql: Sql, from: Instant, to: Instant): Promise<{ paths: MenuPath[]; leftOut: number }> {
  const rows = await sql<{ steps: [string, string, string][]; ended: string | null; calls: number; others: number }[]>`
    with way as (
      select call_id, min(t_in) as began,
        jsonb_agg(jsonb_build_array(key, point, coalesce(queue, '')) order by t_in, point) as steps
      from ivr_step where t_in >= ${toTs(from)} and t_in < ${toTs(to + 3_600_000)}
      group by call_id having min(t_in) < ${toTs(to)}
    ), counted as (
      select w.steps, c.ended_in as ended, count(*)::int as calls
      from way w left join call c on c.call_id = w.call_id and c.t_setup >= ${toTs(from - 3_600_000)} and c.t_setup < ${toTs(to)}
      group by 1, 2
    )
    select steps, ended, calls, (sum(calls) over ())::int as others from counted order by calls desc, steps::text limit ${WAYS_AT_MOST}`;
  const paths = rows.map((r) => {
    const steps = r.steps.map(([key, point, queue]): MenuStep => ({ key, point, queue }));
    return { steps, end: endOf(r.ended, steps), calls: r.calls };
  });
  const told = paths.reduce((n, p) => n + p.calls, 0);
  return { paths, leftOut: (rows[0]?.others ?? 0) - told };
}

/** Where a call's way through the menu led; of a call that goes on, where its last step leads. */
function endOf(ended: string | null, steps: readonly MenuStep[]): MenuEnd {
  const last = steps.at(-1)?.point;
  if (last === 'queue' && ended !== 'blocked') return 'queue';
  if (ended === null) return 'open';
  if (ended === 'ivr' || ended === 'setup') return 'menu';
  if ((MENU_ENDS as readonly string[]).includes(ended)) return ended as MenuEnd;
  // it came to a seat without a queue's step being told
  return 'queue';
}

/**
 * Mean seconds that callers stay at each point: until their next step, their queue, or the end of their call where that is known.
 * Steps of [from, to).
 */
export async function menuStays(
  sql: Sql,
  from: Instant,
  to: Instant,
): Promise<Map<string, { stayS: number; known: number }>> {
  const rows = await sql<{ point: string; s: number; n: number }[]>`
    with step as (
      select call_id, point, t_in, lead(t_in) over (partition by call_id order by t_in, point) as next
      from ivr_step where t_in >= ${toTs(from)} and t_in < ${toTs(to)}
    )
    select s.point, avg(extract(epoch from coalesce(s.next, c.t_end) - s.t_in))::float8 as s, count(*)::int as n
    from step s
    left join call c on s.next is null and c.call_id = s.call_id and c.ended_in in ('ivr', 'voicemail')
      and c.t_setup >= ${toTs(from - 3_600_000)} and c.t_setup < ${toTs(to)}
    where coalesce(s.next, c.t_end) is not null and s.point <> 'queue'
    group by s.point limit 500`;
  return new Map(rows.map((r) => [r.point, { stayS: r.s, known: r.n }]));
}
