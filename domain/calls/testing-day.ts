import type { FactBody, FactDraft } from '../fact.ts';
import type { SeatLiveRow } from '../floor/rows.ts';
import type { Random } from '../random.ts';
import { MINUTE, SECOND, type Instant } from '../time.ts';

/** A seeded day of a small floor as the switch would tell it, fact by fact: what tests follow live and after it is over. */

const QUEUES = ['consult', 'complaint'] as const;
const REASONS = ['就餐', '小休', ''] as const;

interface Seat {
  readonly no: string;
  /** From when on it can take a call; Infinity: signed out. */
  freeAt: Instant;
  row: SeatLiveRow;
}

/**
 * Facts in the order of their time. Seats sign in and out, callers wait, are answered, give up or are sent away; there are calls
 * out, breaks, states that run over midnight, and a period in which the switch is not heard.
 */
export function seededDay(
  random: Random,
  o: { from: Instant; to: Instant; calls: number; seats: number },
): FactDraft[] {
  const facts: FactDraft[] = [];
  const int = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[int(list.length)]!;
  const tell = (at: Instant, subject: string, body: FactBody): void =>
    void facts.push({ at, subject, actor: 'test', ...body });
  const seats = Array.from({ length: o.seats }, (_, i) => signIn(String(1001 + i), o.from + int(90 * MINUTE)));
  const times = Array.from({ length: o.calls }, () => o.from + Math.floor(random() * (o.to - o.from))).sort(
    (a, b) => a - b,
  );
  for (const [i, t] of times.entries()) {
    rest(t);
    if (random() < 0.15) outbound(`o${i}`, t);
    else inbound(`i${i}`, t);
  }
  for (const s of seats) if (random() < 0.5) signOut(s, Math.max(s.freeAt, o.to - int(60 * MINUTE)));
  unheard(o.from + Math.floor((o.to - o.from) / 3));
  return facts.filter((f) => f.at < o.to).sort((a, b) => a.at - b.at);

  function change(s: Seat, at: Instant, row: Partial<SeatLiveRow>): void {
    s.row = { ...s.row, ...row };
    tell(at, s.no, { kind: 'seat.changed', body: s.row });
  }

  function signIn(no: string, at: Instant): Seat {
    const memberships = QUEUES.map((queue) => ({
      queue,
      interface: `PJSIP/${no}`,
      kind: 'dynamic' as const,
      penalty: 0,
      paused: false,
      reason: '',
      pausedAt: null,
    }));
    const device = `PJSIP/${no}`;
    tell(at, no, {
      kind: 'seat.described',
      body: { name: `坐席${no}`, extension: no, device, memberships, signedInAt: at },
    });
    const row: SeatLiveRow = {
      line: 'idle',
      since: at,
      pause: 'none',
      reason: '',
      pauseSince: null,
      wrapUntil: null,
      onQueueCall: false,
      queue: null,
      call: null,
      holding: false,
      heldSince: null,
    };
    const s = { no, freeAt: at, row };
    change(s, at, {});
    return s;
  }

  function signOut(s: Seat, at: Instant): void {
    const body = { name: `坐席${s.no}`, extension: s.no, device: `PJSIP/${s.no}`, memberships: [], signedInAt: null };
    tell(at, s.no, { kind: 'seat.described', body });
    change(s, at, { line: 'offline', since: at, pause: 'none', pauseSince: null, wrapUntil: null });
    s.freeAt = Infinity;
  }

  /** Now and then a seat that is free takes a break, or is busy for a while. */
  function rest(t: Instant): void {
    const s = pick(seats);
    if (s.freeAt > t - MINUTE || random() > 0.2) return;
    const until = t + int(25 * MINUTE);
    const reason = pick(REASONS);
    change(s, t, { pause: 'all', reason, pauseSince: t });
    if (random() < 0.3) change(s, t + Math.floor((until - t) / 2), { reason: pick(REASONS) });
    change(s, until, { pause: 'none', reason: '', pauseSince: until });
    s.freeAt = until;
  }

  function talk(
    s: Seat,
    call: string,
    queue: string | null,
    from: Instant,
  ): { ended: Instant; wrapUntil: Instant | null } {
    const ended = from + (20 + int(400)) * SECOND + int(1000);
    change(s, from, { line: 'in-call', since: from, onQueueCall: queue !== null, queue, call, wrapUntil: null });
    const third = from + Math.floor((ended - from) / 3);
    if (random() < 0.2) change(s, third, { holding: true, heldSince: third });
    const wrapUntil = queue === null ? null : ended + int(40) * SECOND;
    change(s, ended, {
      line: 'idle',
      since: ended,
      onQueueCall: false,
      queue: null,
      call: null,
      holding: false,
      heldSince: null,
      wrapUntil,
    });
    s.freeAt = wrapUntil ?? ended;
    return { ended, wrapUntil };
  }

  function inbound(call: string, t: Instant): void {
    const number = `138${String(int(99)).padStart(8, '0')}`;
    const of = { direction: 'in' as const, caller: number, called: '12345', trunk: 'trunk-a' };
    tell(t, call, { kind: 'call.started', body: of });
    const end = (at: Instant, endedIn: 'ivr' | 'queue' | 'seat'): void =>
      tell(at, call, {
        kind: 'call.ended',
        body: {
          ...of,
          startedAt: t,
          ivrFrom: t,
          ivrTo: t + 4 * SECOND,
          endedIn,
          outcome: 'ended',
          mergedInto: null,
          hangupCause: 16,
        },
      });
    if (random() < 0.1) return end(t + 9 * SECOND, 'ivr');
    const joinedAt = t + 4 * SECOND + int(1000);
    const queue = pick(QUEUES);
    const visit = `${call}/v`;
    const key = { queue, call, joinedAt };
    tell(joinedAt, visit, { kind: 'visit.joined', body: { ...key, caller: number, approximate: false } });
    const s = seats.toSorted((a, b) => a.freeAt - b.freeAt)[0]!;
    const rings = Math.max(joinedAt, s.freeAt) + SECOND;
    const patience = int(240) * SECOND;
    if (rings - joinedAt > patience || random() < 0.05) {
      const left = joinedAt + patience;
      const outcome = pick(['abandoned', 'abandoned', 'timeout', 'left', 'lost'] as const);
      tell(left, visit, { kind: 'visit.left', body: { ...key, outcome, waitS: Math.round(patience / 1000) } });
      return end(left, 'queue');
    }
    change(s, rings, { line: 'ringing', since: rings, queue, call, wrapUntil: null });
    const answeredAt = rings + (1 + int(8)) * SECOND;
    const waitS = Math.round((answeredAt - joinedAt) / 1000);
    tell(answeredAt, visit, { kind: 'visit.answered', body: { ...key, seat: s.no, waitS } });
    const { ended, wrapUntil } = talk(s, call, queue, answeredAt);
    const talkS = Math.round((ended - answeredAt) / 1000);
    tell(ended, visit, { kind: 'visit.ended', body: { ...key, seat: s.no, talkS, end: 'caller' } });
    segment(s.no, call, { visit, queue, joinedAt, ringAt: rings, answeredAt, endedAt: ended, talkS, wrapUntil });
    end(ended, 'seat');
  }

  function segment(
    seat: string,
    call: string,
    b: {
      visit: string | null;
      queue: string | null;
      joinedAt: Instant | null;
      ringAt: Instant | null;
      answeredAt: Instant;
      endedAt: Instant;
      talkS: number | null;
      wrapUntil: Instant | null;
    },
  ): void {
    tell(b.endedAt, `${call}/s`, {
      kind: 'segment.ended',
      body: {
        ...b,
        seat,
        call,
        direction: b.visit === null ? 'out' : 'in',
        ringMs: b.ringAt === null ? 0 : b.answeredAt - b.ringAt,
        holds: 0,
        holdMs: 0,
        endedBy: b.visit === null ? null : 'caller',
        outcome: 'answered',
      },
    });
  }

  function outbound(call: string, t: Instant): void {
    const s = seats.find((x) => x.freeAt < t);
    if (!s) return;
    const of = { direction: 'out' as const, caller: s.no, called: '13800000001', trunk: 'trunk-b' };
    tell(t, call, { kind: 'call.started', body: of });
    const { ended } = talk(s, call, null, t + 5 * SECOND);
    segment(s.no, call, {
      visit: null,
      queue: null,
      joinedAt: null,
      ringAt: null,
      answeredAt: t + 5 * SECOND,
      endedAt: ended,
      talkS: null,
      wrapUntil: null,
    });
    const body = {
      ...of,
      startedAt: t,
      ivrFrom: null,
      ivrTo: null,
      endedIn: 'seat',
      outcome: 'ended',
      mergedInto: null,
      hangupCause: 16,
    } as const;
    tell(ended, call, { kind: 'call.ended', body });
  }

  /** What facts there are of this time stay: the test is of what is made of them. */
  function unheard(t: Instant): void {
    const body = { from: t, why: 'link' as const };
    tell(t, 'gap', { kind: 'floor.gap', body: { ...body, to: null } });
    tell(t + 3 * MINUTE, 'gap', { kind: 'floor.gap', body: { ...body, to: t + 3 * MINUTE } });
  }
}
