import { SECOND, type Instant } from '../time.ts';
import {
  type Difference,
  type OurCall,
  type OurVisit,
  type Reason,
  type Silence,
  type Tally,
  type TheirCall,
  type TheirVisit,
} from './rows.ts';

/** The same caller in the same queue this far apart is one visit: clocks may be wrong, uniqueids are not. */
export const MATCH_WITHIN = 600 * SECOND;
/** Beyond this the clocks differ: the log has whole seconds, and an event may come a second late on a busy machine. */
const CLOCK_OFF = 3 * SECOND;
/** Waits and talks are whole seconds on both sides. */
const SECONDS_OFF = 1;
/** Begin and end of a call come of two clocks' whole seconds. */
const CALL_OFF = 2 * SECOND;

export interface Context {
  /** Windows: what lies in [from, to) is told; what is given beside it only finds its counterpart. */
  readonly from: Instant;
  readonly to: Instant;
  readonly silences: readonly Silence[];
  /** Whether a telephone was a seat then: trunks, offices and those that left every queue are none. */
  isSeat(endpoint: string, at: Instant): boolean;
  /** Seat of an agent as the log names him; null: not known. */
  seatOf(agent: string): string | null;
}

interface Found {
  readonly tally: Tally;
  readonly differences: Difference[];
}

const silent = (c: Context, from: Instant, to: Instant): Reason | null =>
  c.silences.find((s) => s.from <= to + SECOND && s.to >= from - SECOND)?.why ?? null;

const key = (v: { uniqueid: string; queue: string }): string => `${v.uniqueid}\u0000${v.queue}`;

/** Pairs visits of the same caller and queue, each with its nearest, one to one. */
function paired(ours: readonly OurVisit[], theirs: readonly TheirVisit[]): Map<TheirVisit, OurVisit> {
  const byKey = Map.groupBy(ours, key);
  const taken = new Set<OurVisit>();
  const out = new Map<TheirVisit, OurVisit>();
  const options = theirs
    .flatMap((t) => (byKey.get(key(t)) ?? []).map((o) => ({ t, o, off: Math.abs(o.joinedAt - t.joinedAt) })))
    .filter((x) => x.off <= MATCH_WITHIN)
    .sort((a, b) => a.off - b.off);
  for (const { t, o } of options)
    if (!out.has(t) && !taken.has(o)) {
      out.set(t, o);
      taken.add(o);
    }
  return out;
}

/** Visits of one window. Nothing is mended: what differs is told, with what may explain it. */
export function compareVisits(ours: readonly OurVisit[], theirs: readonly TheirVisit[], c: Context, into: Found): void {
  const pairs = paired(ours, theirs);
  const inside = (t: Instant): boolean => t >= c.from && t < c.to;
  for (const t of theirs) {
    if (!inside(t.joinedAt)) continue;
    const o = pairs.get(t);
    if (t.outcome === 'open') into.tally.open++;
    else if (!o) onlyThere(t, c, into);
    else both(o, t, c, into);
  }
  const matched = new Set(pairs.values());
  for (const o of ours) {
    if (matched.has(o) || !inside(o.joinedAt)) continue;
    into.tally.onlyHere++;
    const fields = [{ field: 'outcome', ours: o.outcome, theirs: null }];
    const reason = silent(c, o.joinedAt, o.leftAt) ?? ofLocal(o);
    into.differences.push({ source: 'queue-log', kind: 'only-here', reason, at: o.joinedAt, ...idsOf(o), fields });
  }
}

const idsOf = (o: OurVisit) => ({ callId: o.callId, visitId: o.visitId, queue: o.queue, seat: o.seat });
const ofLocal = (o: OurVisit): Reason => (o.uniqueid === o.callId ? 'unknown' : 'local');

function onlyThere(t: TheirVisit, c: Context, into: Found): void {
  into.tally.onlyThere++;
  into.differences.push({
    source: 'queue-log',
    kind: 'only-there',
    reason: silent(c, t.joinedAt, t.leftAt ?? t.joinedAt) ?? 'unknown',
    at: t.joinedAt,
    callId: t.uniqueid,
    visitId: null,
    queue: t.queue,
    seat: t.agent === null ? null : c.seatOf(t.agent),
    fields: [{ field: 'outcome', ours: null, theirs: t.outcome }],
  });
}

const text = (x: number | string | null): string | null => (x === null ? null : String(x));

function both(o: OurVisit, t: TheirVisit, c: Context, into: Found): void {
  into.tally.both++;
  const fields: { field: string; ours: string | null; theirs: string | null }[] = [];
  const tell = (field: string, ours: number | string | null, theirs: number | string | null): void =>
    void fields.push({ field, ours: text(ours), theirs: text(theirs) });
  const off = o.joinedAt - t.joinedAt;
  if (Math.abs(off) > CLOCK_OFF) tell('joined', new Date(o.joinedAt).toISOString(), new Date(t.joinedAt).toISOString());
  if (o.outcome !== t.outcome) tell('outcome', o.outcome, t.outcome);
  if (differ(o.waitS, t.waitS)) tell('wait', o.waitS, t.waitS);
  const seat = t.agent === null ? null : c.seatOf(t.agent);
  if (t.outcome === 'answered' && o.outcome === 'answered') {
    if (o.seat !== seat) tell('seat', o.seat, seat ?? t.agent);
    if (t.talkEnd === 'ended' && differ(o.talkS, t.talkS)) tell('talk', o.talkS, t.talkS);
  }
  if (fields.length === 0) return;
  into.tally.differing++;
  const end = Math.max(o.leftAt, t.leftAt ?? 0) + (t.talkS ?? o.talkS ?? 0) * SECOND;
  into.differences.push({
    source: 'queue-log',
    kind: 'differs',
    reason: silent(c, o.joinedAt, end) ?? reasonOf(o, t, off),
    at: o.joinedAt,
    ...idsOf(o),
    fields,
  });
}

/** A value that one side does not have is no difference of seconds where the other counted none. */
const differ = (ours: number | null, theirs: number | null): boolean =>
  theirs !== null && (ours === null || Math.abs(ours - theirs) > SECONDS_OFF);

function reasonOf(o: OurVisit, t: TheirVisit, off: number): Reason {
  if (Math.abs(off) > CLOCK_OFF) return 'clock';
  if (t.outcome === 'abandoned' && (o.outcome === 'left' || o.outcome === 'withdrawn')) return 'sent-on';
  return ofLocal(o);
}

// ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Calls of one window, by their linked id. */
export function compareCalls(ours: readonly OurCall[], theirs: readonly TheirCall[], c: Context, into: Found): void {
  const byId = new Map(ours.map((o) => [o.callId, o]));
  const inside = (t: Instant): boolean => t >= c.from && t < c.to;
  const seen = new Set(theirs.map((t) => t.callId));
  for (const t of theirs) {
    if (!inside(t.from)) continue;
    const o = byId.get(t.callId);
    if (o) bothCalls(o, t, c, into);
    else
      tellCall('only-there', t, c, t.local, [{ field: 'answered', ours: null, theirs: seatsOf(t, c).join(' ') }], into);
  }
  for (const o of ours)
    if (!seen.has(o.callId) && inside(o.from))
      tellCall('only-here', o, c, false, [{ field: 'answered', ours: o.answered.join(' '), theirs: null }], into);
}

function bothCalls(o: OurCall, t: TheirCall, c: Context, into: Found): void {
  into.tally.both++;
  const fields: { field: string; ours: string; theirs: string }[] = [];
  const iso = (at: Instant): string => new Date(at).toISOString();
  if (Math.abs(o.from - t.from) > CALL_OFF) fields.push({ field: 'begin', ours: iso(o.from), theirs: iso(t.from) });
  if (Math.abs(o.to - t.to) > CALL_OFF) fields.push({ field: 'end', ours: iso(o.to), theirs: iso(t.to) });
  const [here, there] = [o.answered.join(' '), seatsOf(t, c, o).join(' ')];
  if (here !== there) fields.push({ field: 'answered', ours: here, theirs: there });
  if (fields.length === 0) return;
  into.tally.differing++;
  const reason = silent(c, Math.min(o.from, t.from), Math.max(o.to, t.to)) ?? callReason(o, t);
  into.differences.push({ source: 'cdr', kind: 'differs', reason, at: o.from, ...ofCall(o.callId), fields });
}

/** What we have as a seat's part counts as a seat, whether it was signed in or not. */
const seatsOf = (t: TheirCall, c: Context, o: OurCall | null = null): string[] =>
  t.answered.filter((e) => (o?.answered.includes(e) ?? false) || c.isSeat(e, t.from));

function callReason(o: OurCall, t: TheirCall): Reason {
  if (o.merged) return 'merged';
  if (o.conference) return 'conference';
  if (t.local) return 'local';
  return t.reached ? 'unknown' : 'unreached';
}

const ofCall = (callId: string) => ({ callId, visitId: null, queue: null, seat: null });

function tellCall(
  kind: 'only-here' | 'only-there',
  call: { callId: string; from: Instant; to: Instant },
  c: Context,
  local: boolean,
  fields: Difference['fields'],
  into: Found,
): void {
  into.tally[kind === 'only-here' ? 'onlyHere' : 'onlyThere']++;
  const reason = silent(c, call.from, call.to) ?? (local ? 'local' : 'unknown');
  into.differences.push({ source: 'cdr', kind, reason, at: call.from, ...ofCall(call.callId), fields });
}
