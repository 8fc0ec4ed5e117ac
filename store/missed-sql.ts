import { SETTLED_WITHIN_MS } from '#domain/calls/missed.ts';
import { NUMBER } from '#domain/missed/number.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { instant, quoted } from './sql-text.ts';

/**
 * Which calls were missed and what settled them, once for the list of missed calls and for the reports (I-31, I-32).
 * Each lookup names its stretch of time as literals, so that only chunks that can hold a row are asked.
 */

const within = (t: string, from: Instant, to: Instant): string => `${t} >= ${instant(from)} and ${t} < ${instant(to)}`;

/** No seat took the call `c` out of a queue. */
const unanswered = (c: string, from: Instant, to: Instant): string => `not exists (
  select from queue_visit v where v.call_id = ${c}.call_id and v.outcome = 'answered' and ${within('v.t_queue', from - DAY, to + DAY)})`;

/** Every spelling of the caller's number, null where he has none; once per call, in a CTE that is materialized: it is looked up often. */
const FORMS = `case when c.caller ~ ${quoted(NUMBER)} then number_forms(number_key(c.caller)) end as forms`;

/** `join lateral … n`: the first call that settled `c`. The caller got through, or an outbound call to him was answered. */
const settlement = (from: Instant, to: Instant): string => {
  const end = to + SETTLED_WITHIN_MS;
  // as a difference: compared as instants the planner takes it for a narrow range, and reads every call of the week for each
  const later = (x: string, at: string): string =>
    `${within(`${x}.${at}`, from, end)} and ${x}.${at} - c.t_setup > interval '0' and ${x}.${at} - c.t_setup <= interval '${SETTLED_WITHIN_MS} milliseconds'`;
  return `left join lateral (
      select x.t_setup, x.call_id, x.how from (
        select i.t_setup, i.call_id, 'through' as how from call i
        where i.caller = any (c.forms) and i.direction = 'in' and ${later('i', 't_setup')}
          and exists (select from queue_visit v where v.call_id = i.call_id and v.outcome = 'answered' and ${within('v.t_queue', from - DAY, end + DAY)})
        union all
        select o.t_setup, o.call_id, 'back' from call o
        where o.called = any (c.forms) and o.direction = 'out' and ${later('o', 't_setup')}
          and exists (select from seat_segment s where s.call_id = o.call_id and s.direction = 'out' and s.outcome = 'answered'
            and ${within('s.t_from', from - DAY, end + DAY)})
        union all
        -- from a telephone that is no seat's, or with a prefix: the switch told that both talked
        select d.asked_at, coalesce(d.handle, 'dial:' || d.n), 'back' from floor_command d
        where d.wish->>'to' = any (c.forms) and d.kind = 'dial' and d.state = 'confirmed' and ${later('d', 'asked_at')}
      ) x order by x.t_setup, x.how desc limit 1
    ) n on true`;
};

/** I-31: abandoned or blocked calls with a number, with the columns of source `missed` (domain/calls/sources.ts). */
export function countedMissed(from: Instant, to: Instant, zone: string): string {
  const day = (t: string): string => `(${t} at time zone ${quoted(zone)})::date`;
  return `
    with c as materialized (
      select c.t_setup, c.call_id, c.caller, g.queue, ${FORMS}
      from call c
      left join lateral (
        select v.queue from queue_visit v where v.call_id = c.call_id and v.outcome = 'abandoned'
          and ${within('v.t_queue', from - DAY, to + DAY)} order by v.t_queue desc limit 1
      ) g on true
      where ${within('c.t_setup', from, to)} and ${ended('c')} and c.caller ~ ${quoted(NUMBER)}
        and (c.ended_in = 'blocked' or (c.ended_in = 'queue' and g.queue is not null)) and ${unanswered('c', from, to)}
    )
    select c.t_setup, c.call_id, c.caller, c.queue, n.how, n.t_setup as settled_at,
      case when ${day('n.t_setup')} = ${day('c.t_setup')} then 1 else 0 end as same_day
    from c ${settlement(from, to)}`;
}

/** How a call ends that reached nobody: as the index call_unserved has it. */
const ended = (c: string): string => `${c}.direction = 'in' and ${c}.ended_in in ('queue', 'blocked', 'voicemail')`;

/**
 * Every call of [from, to) that reached nobody, and every message whose call is none of those.
 * @param only further condition on `c.caller` and `c.call_id`
 */
export function unserved(from: Instant, to: Instant, only = 'true'): string {
  return `
    with c as materialized (
      select c.t_setup, c.call_id, c.caller, c.ended_in, ${FORMS} from call c
      where ${ended('c')} and ${within('c.t_setup', from, to)} and ${only} and ${unanswered('c', from, to)}
      union all
      (select distinct on (c.call_id) c.t, c.call_id, c.caller, 'voicemail', ${FORMS} from voice_message c
      where ${within('c.t', from, to)} and ${only} and not exists (
        select from call m where m.call_id = c.call_id and ${within('m.t_setup', from - DAY, to + DAY)}
          and ${ended('m')} and ${unanswered('m', from, to)})
      order by c.call_id, c.t)
    )
    select c.t_setup, c.call_id, c.caller, c.ended_in, coalesce(g.queue, p.queue) as queue, g.outcome, g.wait_s,
      n.how, n.t_setup as settled_at, n.call_id as settled_call
    from c
    left join lateral (
      select (array_agg(v.queue order by (v.outcome = 'abandoned') desc, v.t_queue desc))[1] as queue,
        (array_agg(v.outcome order by (v.outcome = 'abandoned') desc, v.t_queue desc))[1] as outcome, sum(v.wait_s)::int as wait_s
      from queue_visit v where v.call_id = c.call_id and ${within('v.t_queue', from - DAY, to + DAY)}
    ) g on true
    left join lateral (
      select i.queue from ivr_step i where i.call_id = c.call_id and c.ended_in in ('blocked', 'voicemail')
        and i.queue is not null and ${within('i.t_in', from - DAY, to + DAY)} order by i.t_in desc limit 1
    ) p on true
    ${settlement(from, to)}`;
}
