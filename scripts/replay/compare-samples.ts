import type { Fact, FactDraft } from '#domain/fact.ts';
import { foldFloor } from '#domain/floor/fold.ts';
import type { SeatRow } from '#domain/floor/rows.ts';
import { Tables } from '#domain/tables.ts';
import type { Figure } from './figure.ts';
import { TOLERANCE } from './compare-seats.ts';
import type { Truth, TruthMember, TruthSample } from './truth.ts';

/** What the manager interface's facts say of a queue at an instant, in the switch's own terms. */
interface QueueNow {
  /** Instants of joining, the oldest first. */
  readonly waiting: readonly number[];
  /** Conversations over by the seat's own leg, and those whose end the switch has told: it counts a take-over in between. */
  readonly left: number;
  readonly told: number;
  readonly abandoned: number;
}
const EMPTY: QueueNow = { waiting: [], left: 0, told: 0, abandoned: 0 };

/** Ends that the switch counts as abandoned, whatever they were (asterisk-ami.md §4.2). */
const SWITCH_ABANDONS = new Set(['abandoned', 'timeout', 'leave-empty', 'withdrawn']);

/** A queue after one fact more. A restart of the switch begins its counts anew. */
function step(q: QueueNow, f: Fact | FactDraft, early: boolean): QueueNow {
  switch (f.kind) {
    case 'visit.joined':
      return { ...q, waiting: [...q.waiting, f.body.joinedAt].sort((a, b) => a - b) };
    case 'visit.answered':
      return { ...q, waiting: without(q.waiting, f.body.joinedAt) };
    case 'visit.left': {
      const gone = SWITCH_ABANDONS.has(f.body.outcome) ? 1 : 0;
      return { ...q, waiting: without(q.waiting, f.body.joinedAt), abandoned: q.abandoned + gone };
    }
    case 'segment.ended':
      return early ? { ...q, left: q.left + 1 } : { ...q, told: q.told + 1 };
    case 'floor.restarted':
      return { ...EMPTY, waiting: q.waiting };
    default:
      return q;
  }
}

/** The queue at which a fact counts; null: none. */
function queueOf(f: Fact | FactDraft): string | null {
  if (f.kind === 'segment.ended') {
    const { queue, answeredAt, outcome } = f.body;
    return answeredAt !== null && outcome === 'answered' ? queue : null;
  }
  return f.kind.startsWith('visit.') ? (f.body as { queue: string }).queue : null;
}

function without(list: readonly number[], item: number): number[] {
  const i = list.indexOf(item);
  return i < 0 ? [...list] : [...list.slice(0, i), ...list.slice(i + 1)];
}

type Timeline<T> = { readonly at: number; readonly now: T }[];

/** Everything that held somewhere in [from, to]. */
function within<T>(line: Timeline<T> | undefined, from: number, to: number, before: T): T[] {
  const seen: T[] = [];
  let now = before;
  for (const s of line ?? []) {
    if (s.at > to) break;
    if (s.at > from) seen.push(now);
    now = s.now;
  }
  return [...seen, now];
}

interface Counted {
  readonly at: number;
  readonly f: Fact | FactDraft;
  readonly early: boolean;
}

function queueLines(facts: readonly (Fact | FactDraft)[]): Map<string, Timeline<QueueNow>> {
  const queues = new Map<string, Counted[]>();
  const restarts = facts.filter((f) => f.kind === 'floor.restarted').map((f) => ({ at: f.at, f, early: false }));
  const members = new Map<string, readonly string[]>();
  for (const f of facts) {
    if (f.kind === 'seat.described')
      members.set(
        f.subject,
        f.body.memberships.map((m) => m.queue),
      );
    if (f.kind === 'seat.removed') members.delete(f.subject);
    const queue = queueOf(f);
    // the switch does not count what a member completed that a reload took out of the queue meanwhile
    if (queue === null || (f.kind === 'segment.ended' && !members.get(f.body.seat)?.includes(queue))) continue;
    let of = queues.get(queue);
    if (!of) queues.set(queue, (of = [...restarts]));
    of.push({ at: f.at, f, early: false });
    if (f.kind === 'segment.ended') of.push({ at: f.body.endedAt, f, early: true });
  }
  return new Map(
    [...queues].map(([queue, of]) => {
      let now = EMPTY;
      const line = of.sort((a, b) => a.at - b.at).map((c) => ({ at: c.at, now: (now = step(now, c.f, c.early)) }));
      return [queue, line];
    }),
  );
}

/** A seat as a member of one queue. */
interface MemberNow {
  readonly penalty: number;
  readonly dynamic: boolean;
  readonly paused: boolean;
  readonly reason: string;
}

function memberLines(facts: readonly (Fact | FactDraft)[], zone: string): Map<string, Timeline<MemberNow | null>> {
  const lines = new Map<string, Timeline<MemberNow | null>>();
  const tables = new Tables();
  for (const f of facts) {
    foldFloor(tables, f as Fact, zone);
    if (!f.kind.startsWith('seat.')) continue;
    const row = tables.get<SeatRow>('seat', f.subject);
    const queues = new Set(row?.memberships.map((m) => m.queue));
    for (const key of lines.keys()) if (key.endsWith(`|${f.subject}`)) queues.add(key.slice(0, key.indexOf('|')));
    for (const queue of queues) {
      const m = row?.memberships.find((x) => x.queue === queue);
      const key = `${queue}|${f.subject}`;
      let line = lines.get(key);
      if (!line) lines.set(key, (line = []));
      const now = m && {
        penalty: m.penalty,
        dynamic: m.kind === 'dynamic',
        paused: m.paused,
        reason: m.reason,
      };
      line.push({ at: f.at, now: now ?? null });
    }
  }
  return lines;
}

/** Seconds that an age may be off: two whole seconds are subtracted, and an event may come late where the machine was busy. */
const AGE_OFF = 2;

function queueFigures(lines: Map<string, Timeline<QueueNow>>, s: TruthSample, epochMs: number): Figure[] {
  const out: Figure[] = [];
  const at = epochMs + s.t;
  for (const [queue, want] of Object.entries(s.queues ?? {})) {
    const seen = within(lines.get(queue), at - TOLERANCE, epochMs + s.t1 + TOLERANCE, EMPTY);
    const name = `queue ${queue} at ${(s.t / 1000).toFixed(1)} s`;
    const any = <T>(kind: string, what: string, wanted: T | undefined, of: (q: QueueNow) => T): void => {
      if (wanted === undefined) return;
      const values = seen.map(of);
      const hit = values.find((v) => JSON.stringify(v) === JSON.stringify(wanted));
      out.push({ kind, name: `${name} ${what}`, want: wanted, got: hit ?? values.at(-1) });
    };
    any('waiting at an instant', 'waiting', want.waiting, (q) => q.waiting.length);
    // any count between the two is the switch's, when it says so
    const completed = (q: QueueNow): number => Math.min(q.left, Math.max(q.told, want.completed ?? 0));
    any('counts since the start', 'completed', want.completed, completed);
    any('counts since the start', 'abandoned', want.abandoned, (q) => q.abandoned);
    if (want.waits === undefined) continue;
    const oldest = [...want.waits].sort((a, b) => b - a);
    const ages = (q: QueueNow): number[] => q.waiting.map((j) => Math.floor(at / 1000) - Math.floor(j / 1000));
    const fits = (q: QueueNow): boolean =>
      q.waiting.length === oldest.length && ages(q).every((a, i) => Math.abs(a - oldest[i]!) <= AGE_OFF);
    const got = seen.some(fits) ? oldest : ages(seen.at(-1)!);
    out.push({ kind: 'waits at an instant', name: `${name} waits`, want: oldest, got });
  }
  return out;
}

function memberFigures(
  lines: Map<string, Timeline<MemberNow | null>>,
  names: ReadonlyMap<string, string>,
  s: TruthSample,
  epochMs: number,
): Figure[] {
  const out: Figure[] = [];
  for (const [queue, q] of Object.entries(s.queues ?? {}))
    for (const m of q.members ?? []) {
      const line = lines.get(`${queue}|${names.get(m.name) ?? ''}`);
      const seen = within<MemberNow | null>(line, epochMs + s.t - TOLERANCE, epochMs + s.t1 + TOLERANCE, null);
      const name = `${m.name} in ${queue} at ${(s.t / 1000).toFixed(1)} s`;
      const want = asMember(m);
      for (const key of Object.keys(want) as (keyof MemberNow)[]) {
        const hit = seen.find((x) => x !== null && x[key] === want[key]);
        const got = hit ? want[key] : (seen.at(-1)?.[key] ?? 'absent');
        out.push({ kind: 'members at an instant', name: `${name} ${key}`, want: want[key], got });
      }
    }
  return out;
}

const asMember = (m: TruthMember): MemberNow => ({
  penalty: m.penalty,
  dynamic: m.dynamic,
  paused: m.paused,
  reason: m.paused ? m.pausedReason : '',
});

/** Every instant at which the switch was asked: what waited, what it had counted since its start, and who was a member how. */
export function sampleFigures(
  facts: readonly (Fact | FactDraft)[],
  truth: Truth,
  o: { zone: string; names: ReadonlyMap<string, string>; skip: (t: number) => boolean },
): Figure[] {
  const queues = queueLines(facts);
  const members = memberLines(facts, o.zone);
  return truth.samples
    .filter((s) => !s.down && !o.skip(truth.epochMs + s.t))
    .flatMap((s) => [...queueFigures(queues, s, truth.epochMs), ...memberFigures(members, o.names, s, truth.epochMs)]);
}
