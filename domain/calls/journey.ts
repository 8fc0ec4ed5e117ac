import type { CallOutcome, EndedIn, LeaveOutcome, MoveKind, RingOutcome, TalkEnd } from '../floor/facts.ts';
import type {
  CallRecord,
  GapRecord,
  IvrStepRecord,
  MoveRecord,
  RatingRecord,
  SegmentRecord,
  VisitRecord,
} from '../floor/records.ts';
import type { SteerCode, SteerKind, SteerState } from '../steer/rows.ts';
import type { Instant } from '../time.ts';

/** The call itself; of one that is not over its end is null. */
export type JourneyCall = Omit<CallRecord, 't_end' | 'ended_in' | 'outcome'> & {
  readonly t_end: Instant | null;
  readonly ended_in: EndedIn | null;
  /** null: not over, or its end was not recorded. */
  readonly outcome: CallOutcome | null;
};

/** What a supervisor asked of the switch for this call, or for its caller while waiting. */
export interface JourneyCommand {
  readonly id: string;
  readonly kind: SteerKind;
  readonly by: string;
  readonly at: Instant;
  readonly state: SteerState;
  readonly code: SteerCode | null;
  readonly seat: string | null;
  readonly reason: string | null;
}

/** One part of a recording that the switch told of. */
export interface RecordedSpan {
  readonly leg: string;
  /** null: its beginning was not heard. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** As the switch named it; null: it did not. */
  readonly file: string | null;
}

/** Everything stored of one call. */
export interface CallStory {
  readonly call: JourneyCall;
  /** Calls that became part of this one (an attended transfer). */
  readonly merged: readonly CallRecord[];
  readonly steps: readonly IvrStepRecord[];
  readonly visits: readonly (Omit<VisitRecord, 't_leave' | 'outcome'> & {
    readonly t_leave: Instant | null;
    /** null: still waiting. */
    readonly outcome: VisitRecord['outcome'] | null;
  })[];
  readonly segments: readonly SegmentRecord[];
  readonly moves: readonly MoveRecord[];
  readonly ratings: readonly RatingRecord[];
  readonly commands: readonly JourneyCommand[];
  /** When a seat held the line, where the facts of that time are still kept; `to` null: it ended with the conversation. */
  readonly holds: readonly { readonly seat: string; readonly from: Instant; readonly to: Instant | null }[];
  readonly recorded: readonly RecordedSpan[];
  /** Times in which the switch was not heard. */
  readonly gaps: readonly GapRecord[];
}

interface At {
  readonly id: string;
  readonly from: Instant;
}
interface Lasting extends At {
  /** null: goes on, or nobody heard its end. */
  readonly to: Instant | null;
}

/** One thing that happened in a call, in the words of the records; the screen turns it into a sentence. */
export type JourneyItem =
  | (At & { readonly kind: 'setup' })
  | (Lasting & { readonly kind: 'menu' })
  | (At & { readonly kind: 'step'; readonly point: string; readonly key: string; readonly queue: string | null })
  | (Lasting & {
      readonly kind: 'queue';
      readonly queue: string;
      readonly outcome: 'answered' | LeaveOutcome | null;
      readonly waitS: number | null;
      readonly seat: string | null;
    })
  | (Lasting & { readonly kind: 'ring'; readonly seat: string; readonly outcome: RingOutcome })
  | (Lasting & {
      readonly kind: 'talk';
      readonly seat: string;
      readonly outcome: RingOutcome;
      readonly endedBy: TalkEnd | null;
      readonly talkS: number | null;
      readonly holds: number;
      readonly holdMs: number;
    })
  | (Lasting & { readonly kind: 'hold'; readonly seat: string })
  | (Lasting & { readonly kind: 'wrap'; readonly seat: string })
  | (At & {
      readonly kind: 'move';
      readonly move: Exclude<MoveKind, 'consult' | 'conference'>;
      readonly fromSeat: string | null;
      readonly toSeat: string | null;
      readonly toNumber: string;
    })
  /** A seat asked somebody while the caller held; or several talked. */
  | (Lasting & {
      readonly kind: 'consult' | 'conference';
      readonly fromSeat: string | null;
      readonly toSeat: string | null;
      readonly toNumber: string;
      /** Of a consultation; null: nobody answered. */
      readonly answeredAt: Instant | null;
    })
  | (At & { readonly kind: 'rating'; readonly seat: string | null; readonly score: number })
  | (At & { readonly kind: 'command'; readonly command: JourneyCommand })
  | (At & { readonly kind: 'merged'; readonly call: string })
  | (Lasting & { readonly kind: 'recording'; readonly leg: string; readonly file: string | null })
  | (Lasting & { readonly kind: 'gap'; readonly why: GapRecord['why'] })
  | (At & { readonly kind: 'end'; readonly endedIn: EndedIn; readonly outcome: CallOutcome });

export type JourneyKind = JourneyItem['kind'];

/** A row of the drawn time line: the line itself, the menu, one per queue and per seat, the supervisors, the recordings. */
export interface Lane {
  readonly id: string;
  readonly of: 'call' | 'menu' | 'queue' | 'seat' | 'supervisor' | 'recording';
  /** Queue or seat. */
  readonly name: string;
  readonly items: readonly JourneyItem[];
}

export interface Journey {
  readonly from: Instant;
  /** The last instant that anything of the call reaches to, after-call work included. */
  readonly to: Instant;
  /** In order of time. */
  readonly items: readonly JourneyItem[];
  readonly lanes: readonly Lane[];
}

/** Lasting items have an end or say that it is not known. */
export const endOf = (item: JourneyItem): Instant | null => ('to' in item ? item.to : item.from);

/**
 * The whole journey of one call (全程呼入通话明细, R-15): what happened, in order, and on which lane it is drawn.
 * @param now for what is not over yet
 */
export function journeyOf(story: CallStory, now: Instant): Journey {
  const items = itemsOf(story).sort((a, b) => a.from - b.from || RANK[a.kind] - RANK[b.kind]);
  const from = Math.min(story.call.t_setup, ...items.filter((i) => i.kind !== 'gap').map((i) => i.from));
  const isOpen = story.call.t_end === null && story.call.outcome === null;
  let to = story.call.t_end ?? (isOpen ? now : from);
  for (const i of items) if (i.kind !== 'gap') to = Math.max(to, endOf(i) ?? i.from);
  return { from, to: Math.max(to, from + 1), items, lanes: lanesOf(items, story) };
}

/** Of two at one instant the cause comes first. */
const RANK: Readonly<Record<JourneyKind, number>> = {
  gap: 0,
  setup: 1,
  menu: 2,
  step: 3,
  queue: 4,
  recording: 5,
  ring: 6,
  talk: 7,
  hold: 8,
  consult: 8,
  conference: 8,
  command: 9,
  move: 10,
  merged: 11,
  rating: 12,
  end: 13,
  wrap: 14,
};

function itemsOf(s: CallStory): JourneyItem[] {
  const { call } = s;
  const items: JourneyItem[] = [{ id: 'setup', kind: 'setup', from: call.t_setup }];
  if (call.t_ivr_in !== null) items.push({ id: 'menu', kind: 'menu', from: call.t_ivr_in, to: call.t_ivr_out });
  s.steps.forEach((step, i) => {
    items.push({ id: `step-${i}`, kind: 'step', from: step.t_in, point: step.point, key: step.key, queue: step.queue });
  });
  s.visits.forEach((v, i) => {
    items.push({
      id: `queue-${i}`,
      kind: 'queue',
      from: v.t_queue,
      to: v.t_leave,
      queue: v.queue,
      outcome: v.outcome,
      waitS: v.wait_s,
      seat: v.seat_no,
    });
  });
  s.segments.forEach((part, i) => items.push(...seatItems(part, i)));
  s.holds.forEach((h, i) => items.push({ id: `hold-${i}`, kind: 'hold', from: h.from, to: h.to, seat: h.seat }));
  s.moves.forEach((m, i) => {
    const { t: from, from_seat: fromSeat, to_seat: toSeat, to_number: toNumber } = m;
    const where = { id: `move-${i}`, from, fromSeat, toSeat, toNumber };
    if (m.kind === 'consult' || m.kind === 'conference')
      items.push({ ...where, kind: m.kind, to: m.t_to, answeredAt: m.t_answer });
    else items.push({ ...where, kind: 'move', move: m.kind });
  });
  s.ratings.forEach((r, i) => {
    items.push({ id: `rating-${i}`, kind: 'rating', from: r.t, seat: r.seat_no, score: r.score });
  });
  for (const c of s.commands) items.push({ id: `command-${c.id}`, kind: 'command', from: c.at, command: c });
  for (const m of s.merged) items.push({ id: `merged-${m.call_id}`, kind: 'merged', from: m.t_end, call: m.call_id });
  s.recorded.forEach((r, i) => {
    const at = r.from ?? r.to;
    // one that ends with its channel is told no end
    const to = r.to ?? call.t_end;
    if (at !== null) items.push({ id: `recording-${i}`, kind: 'recording', from: at, to, leg: r.leg, file: r.file });
  });
  for (const g of s.gaps) items.push({ id: g.gap_id, kind: 'gap', from: g.t_from, to: g.t_to, why: g.why });
  if (call.t_end !== null && call.outcome !== null && call.ended_in !== null)
    items.push({ id: 'end', kind: 'end', from: call.t_end, endedIn: call.ended_in, outcome: call.outcome });
  return items;
}

function seatItems(s: SegmentRecord, i: number): JourneyItem[] {
  const out: JourneyItem[] = [];
  const seat = s.seat_no;
  if (s.t_ring !== null)
    out.push({ id: `ring-${i}`, kind: 'ring', from: s.t_ring, to: s.t_answer ?? s.t_hangup, seat, outcome: s.outcome });
  if (s.t_answer !== null)
    out.push({
      id: `talk-${i}`,
      kind: 'talk',
      from: s.t_answer,
      to: s.t_hangup,
      seat,
      outcome: s.outcome,
      endedBy: s.ended_by,
      talkS: s.talk_s,
      holds: s.holds,
      holdMs: s.hold_ms,
    });
  if (s.t_wrap_end !== null && s.t_wrap_end > s.t_hangup)
    out.push({ id: `wrap-${i}`, kind: 'wrap', from: s.t_hangup, to: s.t_wrap_end, seat });
  return out;
}

function lanesOf(items: readonly JourneyItem[], story: CallStory): Lane[] {
  const lanes = new Map<string, { of: Lane['of']; name: string; items: JourneyItem[] }>();
  const put = (of: Lane['of'], name: string, item: JourneyItem): void => {
    const id = `${of}/${name}`;
    const lane = lanes.get(id) ?? { of, name, items: [] };
    lanes.set(id, lane);
    lane.items.push(item);
  };
  for (const item of items)
    switch (item.kind) {
      case 'setup':
      case 'end':
      case 'merged':
      case 'gap':
        put('call', '', item);
        break;
      case 'menu':
      case 'step':
        put('menu', '', item);
        break;
      case 'queue':
        put('queue', item.queue, item);
        break;
      case 'ring':
      case 'talk':
      case 'hold':
      case 'wrap':
        put('seat', item.seat, item);
        break;
      case 'move':
      case 'consult':
      case 'conference':
        if (item.fromSeat === null) put('call', '', item);
        else put('seat', item.fromSeat, item);
        break;
      case 'rating':
        if (item.seat === null || !story.segments.some((s) => s.seat_no === item.seat)) put('call', '', item);
        else put('seat', item.seat, item);
        break;
      case 'command':
        put('supervisor', '', item);
        break;
      case 'recording':
        put('recording', '', item);
        break;
    }
  const order: readonly Lane['of'][] = ['call', 'menu', 'queue', 'seat', 'supervisor', 'recording'];
  return [...lanes.entries()]
    .map(([id, lane]) => ({ id, ...lane }))
    .sort((a, b) => order.indexOf(a.of) - order.indexOf(b.of));
}

/** The figures of a call at a glance: what the line of the list opens. Seconds; null: unknown or did not happen. */
export interface JourneySums {
  /** From setup to the end of the last leg. */
  readonly wholeS: number | null;
  readonly menuS: number | null;
  /** Of all visits; null when one of them is not known. */
  readonly waitS: number | null;
  /** From joining the queue of the first answered visit to its answer (ACD 应答速度). */
  readonly answerS: number | null;
  readonly ringS: number;
  readonly talkS: number | null;
  readonly holdS: number;
  readonly seats: readonly string[];
}

export function sumsOf(s: CallStory): JourneySums {
  const { call } = s;
  const sum = (list: readonly (number | null)[]): number | null =>
    list.length === 0 || list.includes(null) ? null : list.reduce<number>((a, b) => a + (b ?? 0), 0);
  const seconds = (from: Instant | null, to: Instant | null): number | null =>
    from === null || to === null ? null : Math.max(0, Math.round((to - from) / 1000));
  const talked = s.segments.filter((x) => x.t_answer !== null);
  return {
    wholeS: seconds(call.t_setup, call.t_end),
    menuS: seconds(call.t_ivr_in, call.t_ivr_out),
    waitS: sum(s.visits.map((v) => v.wait_s)),
    answerS: s.visits.find((v) => v.outcome === 'answered')?.wait_s ?? null,
    ringS: Math.round(s.segments.reduce((a, x) => a + x.ring_ms, 0) / 1000),
    talkS: sum(talked.map((x) => x.talk_s ?? seconds(x.t_answer, x.t_hangup))),
    holdS: Math.round(s.segments.reduce((a, x) => a + x.hold_ms, 0) / 1000),
    seats: [...new Set(talked.map((x) => x.seat_no))],
  };
}
