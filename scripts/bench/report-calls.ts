import { connect } from '#store/db.ts';
import type { Instant } from '#domain/time.ts';

/** Years of calls for the benchmark of the reports, drawn in the database: the same for the same seed, and never all in memory. */

const QUEUES = ['zixun', 'tousu', 'qiuzhu', 'chengguan', 'yingshang', 'yingji', 'jubao', 'waiyu'];
export const SEATS = 120;
/** Calls in one transaction. */
const CHUNK = 100_000;

/**
 * Fills `calls` calls into [from, to): 85 of 100 come in, nine in ten of those reach a queue, nine in ten of these a seat, some after
 * a seat that let it ring; the hours of the day are as busy as a hotline's.
 * @param tell one line every so often
 * @returns rows written
 */
export async function fillCalls(
  url: string,
  o: { calls: number; from: Instant; to: Instant; seed: number; tell: (line: string) => void },
): Promise<number> {
  const sql = connect(url, { max: 1, name: 'watchfloor-bench-fill' });
  let rows = 0;
  let told = performance.now();
  const began = told;
  try {
    await sql`set synchronous_commit = off`;
    for (let at = 0; at < o.calls; at += CHUNK) {
      const n = Math.min(CHUNK, o.calls - at);
      rows += await chunk(sql, { ...o, at, n });
      if (performance.now() - told < 15_000) continue;
      told = performance.now();
      const left = ((told - began) / (at + n)) * (o.calls - at - n);
      o.tell(`${at + n} of ${o.calls} calls, about ${Math.ceil(left / 60_000)} min to go`);
    }
    await sql.unsafe('analyze call, queue_visit, seat_segment');
    return rows;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function chunk(
  sql: ReturnType<typeof connect>,
  o: { at: number; n: number; calls: number; from: Instant; to: Instant; seed: number },
): Promise<number> {
  const days = (o.to - o.from) / 86_400_000;
  const seconds = (name: string): string => `make_interval(secs => ${name})`;
  return (await sql.begin(async (tx) => {
    await tx`select setseed(${((o.seed * 7919 + o.at / CHUNK) % 1_000_003) / 1_000_003})`;
    // the sum of three evenly drawn hours lies around the middle of the day
    await tx.unsafe(`
      create temp table drawn on commit drop as
      select n, timestamptz '${new Date(o.from).toISOString()}'
          + make_interval(days => floor((n - 1.0) * ${days} / ${o.calls})::int, secs => 86399.999 * (random() + random() + random()) / 3) as t,
        (array['${QUEUES.join("','")}'])[1 + floor(power(random(), 1.5) * ${QUEUES.length})::int] as queue,
        (1001 + floor(random() * ${SEATS}))::int::text as seat, 'trunk-' || (1 + floor(random() * 4))::int as trunk,
        '138' || lpad(floor(random() * 3e6)::text, 8, '0') as number, floor(power(random(), 3) * 90)::int as wait,
        20 + floor(power(random(), 2) * 600)::int as talk, random() as x, random() as y, random() as z
      from generate_series(${o.at + 1}, ${o.at + o.n}) n`);
    await tx.unsafe(`alter table drawn add column kind text generated always as (case
      when x >= 0.85 then 'out' when y >= 0.9 then 'ivr' when z >= 0.9 then 'abandoned' else 'answered' end) stored`);
    const written = [
      await tx.unsafe(`
        insert into call (t_setup, call_id, direction, trunk, caller, called, t_ivr_in, t_ivr_out, t_end, ended_in, outcome, hangup_cause)
        select t, 'c' || n, case kind when 'out' then 'out' else 'in' end, trunk, case kind when 'out' then seat else number end,
          case kind when 'out' then number else '12345' end, case when kind <> 'out' then t end, case when kind <> 'out' then t + ${seconds('12')} end,
          t + ${seconds('20 + wait + talk')}, case kind when 'ivr' then 'ivr' when 'abandoned' then 'queue' else 'seat' end, 'ended', 16
        from drawn order by t`),
      await tx.unsafe(`
        insert into queue_visit (t_queue, visit_id, call_id, queue, seat_no, t_answer, t_abandon, t_leave, outcome, wait_s)
        select t + ${seconds('12')}, 'v' || n, 'c' || n, queue, case kind when 'answered' then seat end,
          case kind when 'answered' then t + ${seconds('12 + wait')} end, case kind when 'abandoned' then t + ${seconds('12 + wait')} end,
          t + ${seconds('12 + wait')}, kind, wait from drawn where kind in ('answered', 'abandoned') order by t`),
      await tx.unsafe(`
        insert into seat_segment (t_from, segment_id, seat_no, call_id, direction, visit_id, queue, t_ring, t_answer, t_hangup, ring_ms,
          holds, hold_ms, talk_s, t_wrap_end, outcome, ended_by)
        select t + ${seconds('12')}, 's' || n, seat, 'c' || n, case kind when 'out' then 'out' else 'in' end,
          case when kind <> 'out' then 'v' || n end, case when kind <> 'out' then queue end, case when kind <> 'out' then t + ${seconds('12')} end,
          t + ${seconds('12 + wait')}, t + ${seconds('12 + wait + talk')}, case when kind = 'out' then 0 else wait * 1000 end,
          (y * 10)::int / 9, (y * 10)::int / 9 * 20000, talk, t + ${seconds('12 + wait + talk + 15')}, 'answered', 'caller'
        from drawn where kind in ('answered', 'out')
        union all
        select t + ${seconds('12')}, 'm' || n, (1001 + (n % ${SEATS}))::text, 'c' || n, 'in', 'v' || n, queue, t + ${seconds('12')}, null,
          t + ${seconds('12 + wait')}, wait * 1000, 0, 0, null, null, 'missed', null
        from drawn where kind in ('answered', 'abandoned') and y < 0.1`),
    ];
    return written.reduce((sum, w) => sum + w.count, 0);
  })) as number;
}
