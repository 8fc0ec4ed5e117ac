import { emptyRecords, type FloorRecords, type VisitRecord } from '../floor/records.ts';
import { SEAT_STATES } from '../floor/view.ts';
import type { Random } from '../random.ts';
import { HOUR, SECOND, type Instant } from '../time.ts';

const OUTCOMES: readonly VisitRecord['outcome'][] = [
  'answered',
  'answered',
  'answered',
  'answered',
  'abandoned',
  'abandoned',
  'timeout',
  'leave-empty',
  'withdrawn',
  'left',
  'lost',
  'unknown',
];
const QUEUES = ['consult', 'complaint', 'hotline'] as const;
const TRUNKS = ['trunk-a', 'trunk-b', null] as const;

/** Seeded records of every kind and with every oddity that the floor can tell: what tests and benchmarks count. */
export function randomRecords(
  random: Random,
  o: { from: Instant; hours: number; calls: number; seats?: number; prefix?: string },
): FloorRecords {
  const r = emptyRecords();
  const { prefix = 'c' } = o;
  const int = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[int(list.length)]!;
  const seats = Array.from({ length: o.seats ?? 6 }, (_, i) => String(1001 + i));
  const when = (): Instant => o.from + int(o.hours * HOUR);
  for (let i = 0; i < o.calls; i++) oneCall(`${prefix}${i}`, when());
  for (const seat of seats) states(seat);
  return r;

  function oneCall(id: string, t: Instant): void {
    const kind = random();
    const direction = kind < 0.75 ? 'in' : kind < 0.93 ? 'out' : 'internal';
    const number = `138${String(int(60)).padStart(8, '0')}`;
    const seat = pick(seats);
    let end = t + (5 + int(400)) * SECOND + int(1000);
    let ended_in: FloorRecords['call'][number]['ended_in'] = direction === 'in' ? 'ivr' : 'seat';
    const ivr = direction === 'in' && random() < 0.9;
    if (direction === 'in' && random() < 0.8) ({ end, ended_in } = visits(id, t + int(20_000)));
    else if (direction === 'in' && random() < 0.3) {
      ended_in = pick(['blocked', 'blocked', 'blacklisted', 'voicemail'] as const);
      if (random() < 0.8)
        r.ivr_step.push({
          t_in: t + int(5000),
          call_id: id,
          point: ended_in,
          key: '',
          queue: random() < 0.8 ? pick(QUEUES) : null,
        });
    } else if (direction !== 'in')
      segment(id, null, t, pick(['answered', 'cancelled', 'unknown'] as const), seat, direction, end);
    if (ivr)
      for (let k = int(4); k > 0; k--)
        r.ivr_step.push({
          t_in: t + int(9000),
          call_id: id,
          point: pick(['main', 'tax', 'bus']),
          key: String(k),
          queue: null,
        });
    r.call.push({
      t_setup: t,
      call_id: id,
      direction,
      trunk: direction === 'internal' ? null : pick(TRUNKS),
      caller: direction === 'in' ? (random() < 0.1 ? '' : number) : seat,
      called: direction === 'in' ? '12345' : number,
      t_ivr_in: ivr ? t : null,
      t_ivr_out: ivr && random() < 0.95 ? t + int(9000) : null,
      t_end: end,
      ended_in,
      outcome: random() < 0.04 ? pick(['lost', 'unknown', 'merged'] as const) : 'ended',
      merged_into: null,
      hangup_cause: 16,
    });
    if (random() < 0.08)
      r.call_move.push({
        t: end,
        t_answer: null,
        t_to: null,
        call_id: id,
        kind: pick(['blind', 'attended', 'redirect', 'conference', 'consult'] as const),
        from_seat: random() < 0.9 ? seat : null,
        to_seat: pick([...seats, null]),
        to_number: '800',
        external: t % 2 === 0,
      });
  }

  function visits(id: string, entered: Instant): { end: Instant; ended_in: 'queue' | 'seat' } {
    let t = entered;
    for (let k = 0; ; k++) {
      const outcome = pick(OUTCOMES);
      const queue = pick(QUEUES);
      const wait_s = outcome === 'unknown' ? null : pick([0, 3, 5, 15, 16, 20, 21, 39, 40, 60, 61, int(200)]);
      const left = t + (wait_s ?? int(90)) * SECOND + int(999);
      const visit_id = `${id}/${k}`;
      const seat = pick(seats);
      const answered = outcome === 'answered';
      r.queue_visit.push({
        t_queue: t,
        visit_id,
        call_id: id,
        queue,
        seat_no: answered ? seat : null,
        t_answer: answered ? left : null,
        t_abandon: outcome === 'abandoned' ? left : null,
        t_leave: left,
        outcome,
        wait_s,
      });
      const visit = { id: visit_id, queue };
      for (let m = int(3); m > 0; m--)
        segment(
          id,
          visit,
          Math.max(t, left - int(30_000)),
          pick(['missed', 'cancelled'] as const),
          pick(seats),
          'in',
          left,
        );
      if (!answered && random() < 0.3) {
        t = left + int(60_000);
        continue;
      }
      if (!answered) return { end: left, ended_in: 'queue' };
      const end = left + int(400) * SECOND + int(999);
      segment(id, visit, left - 3000, 'answered', seat, 'in', end);
      if (random() < 0.4) r.call_rating.push({ t: end, call_id: id, seat_no: seat, queue, score: 1 + int(5) });
      return { end, ended_in: 'seat' };
    }
  }

  function segment(
    id: string,
    visit: { id: string; queue: string } | null,
    t: Instant,
    outcome: 'answered' | 'missed' | 'cancelled' | 'unknown',
    seat: string,
    direction: 'in' | 'out' | 'internal',
    end: Instant,
  ): void {
    const rings = visit !== null || random() < 0.2;
    const t_answer = outcome === 'answered' ? Math.min(end, t + 3000) : null;
    const holds = t_answer === null || random() < 0.7 ? 0 : 1 + int(3);
    r.seat_segment.push({
      t_from: t,
      segment_id: `${id}/s${r.seat_segment.length}`,
      seat_no: seat,
      call_id: id,
      direction,
      visit_id: visit?.id ?? null,
      queue: visit?.queue ?? null,
      t_queue: null,
      t_ring: rings ? t : null,
      t_answer,
      t_hangup: end,
      ring_ms: rings ? (t_answer ?? end) - t : 0,
      holds,
      hold_ms: holds * int(20_000),
      talk_s: t_answer === null || random() < 0.03 ? null : Math.round((end - t_answer) / 1000),
      t_wrap_end: t_answer !== null && random() < 0.9 ? end + int(60_000) : null,
      outcome,
      ended_by: t_answer === null ? null : 'caller',
    });
  }

  function states(seat: string): void {
    let t = o.from - int(HOUR);
    while (t < o.from + o.hours * HOUR) {
      const state = pick(SEAT_STATES);
      const to = t + 1 + int(random() < 0.05 ? 3 * HOUR : 600_000);
      if (random() < 0.97)
        r.seat_state.push({
          t_from: t,
          t_to: to,
          seat_no: seat,
          state,
          reason: state === 'break' ? pick(['就餐', '小休', '培训']) : '',
          queue: null,
        });
      t = to;
    }
    r.seat_login.push({ t_in: o.from, t_out: t, seat_no: seat, name: `坐席${seat}`, extension: seat, ip: null });
  }
}
