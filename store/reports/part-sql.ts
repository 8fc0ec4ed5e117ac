import { PARTS, partsOf, type Condition, type Limit, type PartName } from '#domain/calls/parts.ts';
import { AGAIN_WITHIN_MS, ANSWER_WITHIN_MS, CASE_OF_CALL_MS, CLOCKS_MS } from '#domain/calls/matters.ts';
import { AFTER_VISIT_MS, BEFORE_VISIT_MS, SOURCES, type Dimension, type Source } from '#domain/calls/sources.ts';
import { COUNTED_BY, type ThresholdPeriod } from '#domain/calls/thresholds.ts';
import { DAY, startOfDay, type Instant } from '#domain/time.ts';
import { countedMissed } from '../missed-sql.ts';
import { instant, quoted } from '../sql-text.ts';
import { THRESHOLD_COLUMNS } from './thresholds.ts';

/**
 * The declarations of domain/calls as SQL text: the relation of each source, the condition and the sum of each part. Only our own
 * names, numbers and instants become text here; what people enter (queues, seats) goes as parameters, or through `quoted`.
 */

export { instant, quoted };

const limit = (l: Limit): string => (typeof l === 'number' ? String(l) : `p.${THRESHOLD_COLUMNS[l]}`);

function condition(c: Condition): string {
  const f = `r.${c.field}`;
  if ('is' in c) return typeof c.is === 'number' ? `${f} = ${c.is}` : `${f} = ${quoted(c.is)}`;
  if ('oneOf' in c) return `${f} in (${c.oneOf.map(quoted).join(', ')})`;
  if ('known' in c) return `${f} is ${c.known ? 'not ' : ''}null`;
  const tests = [
    c.atLeast === undefined ? null : `${f} >= ${limit(c.atLeast)}`,
    c.atMost === undefined ? null : `${f} <= ${limit(c.atMost)}`,
    c.below === undefined ? null : `${f} < ${limit(c.below)}`,
  ];
  return tests.filter((t) => t !== null).join(' and ');
}

/** The condition under which a row counts in a part; 'true' when every row does. */
export const wherePart = (p: PartName): string => PARTS[p].where.map(condition).join(' and ') || 'true';

/** The part as an aggregate over rows `r` (with thresholds `p`), inside one interval. */
export function aggregate(p: PartName): string {
  const { value, merge } = PARTS[p];
  const where = [...PARTS[p].where.map(condition), ...(value === 'begun' ? ['r.begun'] : [])].join(' and ');
  const filter = where === '' ? '' : ` filter (where ${where})`;
  if (value === 'one' || value === 'begun') return `(count(*)${filter})::integer`;
  if (merge === 'max') return `(max(r.${(value as { sum: string }).sum})${filter})::integer`;
  const x =
    value === 'inside'
      ? 'r.inside_ms'
      : 'sum' in value
        ? `r.${value.sum}`
        : `round(extract(epoch from (r.${value.between[1]} - r.${value.between[0]})) * 1000)::bigint`;
  return `coalesce((sum(${x})${filter}), 0)::bigint`;
}

/** Sources of which a part depends on thresholds. */
export const needsThresholds = (s: Source): boolean =>
  partsOf(s).some((p) =>
    PARTS[p].where.some((c) =>
      ['atLeast' in c && c.atLeast, 'atMost' in c && c.atMost, 'below' in c && c.below].some(
        (l) => typeof l === 'string',
      ),
    ),
  );

/** `join … p` gives each row `r` of a source the thresholds of its queue at its instant. */
export function thresholdJoin(s: Source, periods: readonly ThresholdPeriod[]): string {
  const named = [...new Set(periods.map((p) => p.queue))].filter((q) => q !== '');
  const rows = periods.map(
    (p) =>
      `(${quoted(p.queue)}, ${instant(p.from)}, ${instant(p.to)}, ${COUNTED_BY.map((n) => p.values[n]).join(', ')})`,
  );
  const columns = COUNTED_BY.map((n) => THRESHOLD_COLUMNS[n]).join(', ');
  const queue =
    named.length === 0 ? "''" : `case when r.queue in (${named.map(quoted).join(', ')}) then r.queue else '' end`;
  const at = `r.${SOURCES[s].at}`;
  return `join (values ${rows.join(', ')}) as p (queue, from_at, to_at, ${columns})
    on p.queue = ${queue} and ${at} >= p.from_at and ${at} < p.to_at`;
}

const VISIT_OF_PART = `v.t_queue > s.t_from - interval '${AFTER_VISIT_MS} milliseconds' and v.t_queue <= s.t_from + interval '${BEFORE_VISIT_MS} milliseconds'`;

function seatParts(from: Instant, to: Instant): string {
  const a = instant(from);
  const b = instant(to);
  return `
    select s.*, v.t_queue as t_at, v.outcome as visit_outcome, v.wait_s
    from queue_visit v join seat_segment s on s.visit_id = v.visit_id and ${VISIT_OF_PART}
    where v.t_queue >= ${a} and v.t_queue < ${b}
      and s.t_from >= ${instant(from - BEFORE_VISIT_MS)} and s.t_from < ${instant(to + AFTER_VISIT_MS)}
    union all
    select s.*, s.t_from as t_at, null as visit_outcome, null as wait_s
    from seat_segment s
    where s.t_from >= ${a} and s.t_from < ${b} and s.visit_id is null
    union all
    -- by itself, not with “or” beside the branch above: so it is one join, and not a question for each row
    select s.*, s.t_from as t_at, null as visit_outcome, null as wait_s
    from seat_segment s
    where s.t_from >= ${a} and s.t_from < ${b} and s.visit_id is not null and not exists (
      select from queue_visit v where v.visit_id = s.visit_id and ${VISIT_OF_PART}
        and v.t_queue >= ${instant(from - AFTER_VISIT_MS)} and v.t_queue < ${instant(to + BEFORE_VISIT_MS)})`;
}

const ms = (n: number): string => `interval '${n} milliseconds'`;

/** One row for each inbound call: of its parts the first that was answered, of its cases the first (matters.ts). */
const inboundRows = (from: Instant, to: Instant): string => `
    select distinct on (c.t_setup, c.call_id) c.t_setup, c.call_id, s.seat_no, k.type, k.case_no
    from call c
    left join seat_segment s on s.call_id = c.call_id and s.outcome = 'answered'
      and s.t_from >= c.t_setup - ${ms(CLOCKS_MS)} and s.t_from < c.t_setup + ${ms(ANSWER_WITHIN_MS)}
      and s.t_from >= ${instant(from - CLOCKS_MS)} and s.t_from < ${instant(to + ANSWER_WITHIN_MS)}
    left join (call_case l join hotline_case k on k.case_no = l.case_no and k.withdrawn_at is null) on l.call_id = c.call_id
    where c.direction = 'in' and c.t_setup >= ${instant(from)} and c.t_setup < ${instant(to)}
    order by c.t_setup, c.call_id, s.t_answer, s.segment_id collate "C", k.accepted_at, k.case_no collate "C"`;

/** States that a case has only after a unit got it. */
const WITH_UNITS = `'{dispatched,handling,done_review,follow_up,special_supervision}'::text[]`;

/** One row for each case, with the first answered part of its calls (matters.ts). */
const acceptedRows = (from: Instant, to: Instant): string => `
    select x.accepted_at, x.case_no, x.type, x.unit, x.seat_no, x.call_id, x.closed_at, x.at_first, x.category,
      -- of a past that was taken over whole no step is known: who has a unit was sent to it
      (x.state = any(${WITH_UNITS}) or coalesce((
        select bool_or(array[e.from_state, e.to_state] && ${WITH_UNITS}) from case_event e where e.case_no = x.case_no), x.unit is not null))::int as dispatched,
      case when x.at_first = 1 then (exists (
        select from hotline_case o where o.withdrawn_at is null and o.caller_key = x.caller_key and o.category = x.category
          and o.accepted_at > x.accepted_at and o.accepted_at <= x.accepted_at + ${ms(AGAIN_WITHIN_MS)} and o.case_no <> x.case_no)
      or exists (
        select from hotline_case o where o.withdrawn_at is null and o.repeat_of = x.case_no
          and o.accepted_at > x.accepted_at and o.accepted_at <= x.accepted_at + ${ms(AGAIN_WITHIN_MS)} and o.case_no <> x.case_no))::int
      else 0 end as again
    from (
      select distinct on (k.accepted_at, k.case_no) k.accepted_at, k.case_no, k.type, k.unit, k.state, k.category, k.caller_key,
        s.seat_no, s.call_id, k.closed_at,
        case when s.call_id is not null then (coalesce(k.closed_at <= ${ms(CLOCKS_MS)} +
          max(coalesce(s.t_wrap_end, s.t_hangup)) over (partition by k.case_no, s.call_id), false))::int end as at_first
      from hotline_case k
      left join (call_case l join seat_segment s on s.call_id = l.call_id and s.outcome = 'answered'
          and s.t_from >= ${instant(from - CASE_OF_CALL_MS)} and s.t_from < ${instant(to + CASE_OF_CALL_MS)})
        on l.case_no = k.case_no and s.t_from >= k.accepted_at - ${ms(CASE_OF_CALL_MS)} and s.t_from < k.accepted_at + ${ms(CASE_OF_CALL_MS)}
      where k.withdrawn_at is null and k.accepted_at >= ${instant(from)} and k.accepted_at < ${instant(to)}
      order by k.accepted_at, k.case_no, s.t_answer, s.segment_id collate "C") x`;

/** Rows of a source that lie in [from, to), or of a split source that reach into it, with the names of domain/calls/sources.ts. */
export function relation(s: Source, from: Instant, to: Instant, zone: string): string {
  const a = instant(from);
  const b = instant(to);
  const within = (table: string, t: string): string => `select * from ${table} where ${t} >= ${a} and ${t} < ${b}`;
  const states = `select * from seat_state where t_from < ${b} and t_to >= ${a} and (t_to > ${a} or t_from >= ${a})`;
  switch (s) {
    case 'call':
      return within('call', 't_setup');
    case 'refusal':
      return `select c.t_setup, c.call_id, d.queue from call c left join lateral (
          select i.queue from ivr_step i where i.call_id = c.call_id and i.point = 'blocked'
            and i.t_in >= ${instant(from - DAY)} and i.t_in < ${instant(to + DAY)} order by i.t_in desc limit 1) d on true
        where c.t_setup >= ${a} and c.t_setup < ${b} and c.direction = 'in' and c.ended_in = 'blocked'`;
    case 'line':
      return `select t_setup as t_from, t_end as t_to, call_id, trunk from call
        where trunk is not null and t_setup < ${b} and t_end >= ${a} and (t_end > ${a} or t_setup >= ${a})`;
    case 'ivr':
      return within('ivr_step', 't_in');
    case 'visit':
      return within('queue_visit', 't_queue');
    case 'seat':
      return seatParts(from, to);
    case 'time':
      return states;
    case 'rest':
      return `${states} and state = 'break'`;
    case 'move':
      return within('call_move', 't');
    case 'rating':
      return within('call_rating', 't');
    case 'inbound':
      return inboundRows(from, to);
    case 'accepted':
      return acceptedRows(from, to);
    case 'missed':
      return countedMissed(from, to, zone);
  }
}

/** A version of each from the first one on, and before it none: then every instant of what has versions is in one stretch. */
const stretches = (key: string, values: readonly string[], table: string): string => `
    select ${[key, ...values].join(', ')}, from_at, lead(from_at, 1, 'infinity') over (partition by ${key} order by from_at) as to_at
    from (select ${[key, ...values].join(', ')}, from_at from ${table}
      union all select distinct ${key}, ${values.map(() => `''`).join(', ')}, '-infinity'::timestamptz from ${table}) v`;

/** Each seat's teams, with the departments and providers of these, as stretches. */
const PLACES = `
    select t.seat_no, t.team, coalesce(h.department, '') as department, coalesce(h.provider, '') as provider,
      greatest(t.from_at, h.from_at) as from_at, least(t.to_at, h.to_at) as to_at
    from (${stretches('seat_no', ['team'], 'seat_team')}) t
    left join (${stretches('team', ['department', 'provider'], 'team_home')}) h
      on h.team = t.team and h.from_at < t.to_at and h.to_at > t.from_at`;

/** The rows with what their seat belongs to, where a source has one: of the stretch that [first, last] touches. */
function withTeam(s: Source, rows: string, first: string, last: string, more = ''): string {
  const { seat, team } = SOURCES[s].by;
  if (team === undefined) return rows;
  return `select y.*, coalesce(pl.team, '') as team, coalesce(pl.department, '') as department, coalesce(pl.provider, '') as provider${more}
    from (${rows}) y
    left join (${PLACES}) pl on pl.seat_no = y.${seat} and pl.from_at <= ${last} and pl.to_at > ${first}`;
}

/**
 * The rows of a source as people see them, each under what it counts for; a state in which the seat changed its place under each, and
 * `begins` in the one where it began.
 */
export function opened(s: Source, from: Instant, to: Instant, zone: string): string {
  const rows = relation(s, from, to, zone);
  if (SOURCES[s].how === 'at') return withTeam(s, rows, `y.${SOURCES[s].at}`, `y.${SOURCES[s].at}`);
  return withTeam(
    s,
    rows,
    `greatest(y.t_from, ${instant(from)})`,
    `greatest(y.t_from, least(y.t_to, ${instant(to)}) - interval '1 microsecond')`,
    ', coalesce(pl.from_at <= y.t_from, true) as begins',
  );
}

/** First instant of half-hours that fit the zone's midnights (some zones are a quarter off). */
export const halfHourOrigin = (zone: string): Instant => startOfDay('2000-01-01', zone);

/** The relation with `bucket`, and for split sources one row per half-hour with `inside_ms` and `begun`. */
export function bucketed(s: Source, from: Instant, to: Instant, zone: string): string {
  const bin = (t: string): string => `date_bin('30 minutes', ${t}, ${instant(halfHourOrigin(zone))})`;
  const rows = relation(s, from, to, zone);
  if (SOURCES[s].how === 'at')
    return withTeam(s, `select *, ${bin(SOURCES[s].at)} as bucket from (${rows}) x`, 'y.bucket', 'y.bucket');
  const end = `least(t_to, ${instant(to)})`;
  // a row without length lies where it begins; one that ends on an edge does not touch what begins there
  const parts = `select x.*, b.bucket, x.t_from >= b.bucket as begun,
      round(extract(epoch from (least(x.t_to, b.bucket + interval '30 minutes') - greatest(x.t_from, b.bucket))) * 1000)::bigint as inside_ms
    from (${rows}) x cross join lateral generate_series(
      ${bin(`greatest(x.t_from, ${instant(from)})`)},
      greatest(x.t_from, ${end} - interval '1 microsecond'), interval '30 minutes') as b (bucket)`;
  return withTeam(s, parts, 'y.bucket', 'y.bucket');
}

export const dimensions = (s: Source): Dimension[] => Object.keys(SOURCES[s].by) as Dimension[];
/** A dimension of a row as rollups and filters have it. */
export const groupKey = (s: Source, d: Dimension): string => `coalesce(r.${SOURCES[s].by[d]}, '')`;
