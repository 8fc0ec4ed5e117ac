import { cityDay, DAY, HOUR, startOfDay, type Instant } from '../time.ts';
import { canBeCalled } from './number.ts';
import type {
  Attempt,
  MissedPolicy,
  MissedReason,
  MissedStep,
  Settlement,
  UnservedCall,
  VoiceMessage,
} from './rows.ts';

/** How a missed call stands. 'through' and 'back' are what the switch told; 'hand' is an officer's word with a reason. */
export type Standing = 'through' | 'back' | 'hand' | 'open';
export const STANDINGS = ['through', 'back', 'hand', 'open'] as const satisfies readonly Standing[];
type Closing = Extract<MissedStep, { kind: 'closed' }>;

/** Closings that nobody took back, by key, in order. */
export function closingsOf(steps: readonly MissedStep[]): Map<string, Closing[]> {
  const back = new Set(steps.flatMap((s) => (s.kind === 'reopened' ? [s.closing] : [])));
  const out = new Map<string, Closing[]>();
  for (const s of steps) {
    if (s.kind !== 'closed' || back.has(s.n)) continue;
    const of = out.get(s.key);
    if (of) of.push(s);
    else out.set(s.key, [s]);
  }
  return out;
}

const closingOf = (c: UnservedCall, closings: readonly Closing[] | undefined): Closing | null =>
  closings?.find((s) => s.covers >= c.at) ?? null;

/** A message is not settled by another call of its speaker: nobody has heard what it says. */
const settledBy = (c: UnservedCall): Settlement | null =>
  c.settled !== null && (c.settled.how === 'back' || c.messages.length === 0) ? c.settled : null;

/** Every missed call has exactly one standing, whatever happened: so missed = through + back + hand + open. */
export function standing(c: UnservedCall, closings: readonly Closing[] | undefined): Standing {
  return settledBy(c)?.how ?? (closingOf(c, closings) ? 'hand' : 'open');
}

/** State of a matter as the list shows it: done, or who is at it, or whether it was tried. */
export const MATTER_STATES = ['open', 'taken', 'tried', 'done'] as const;
export type MatterState = (typeof MATTER_STATES)[number];
export const URGENCIES = ['urgent', 'high', 'normal'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** What one citizen wants: his missed calls that stand alike and were settled by the same. */
export interface Matter {
  /** Its first call; every call belongs to one matter. */
  readonly id: string;
  readonly key: string;
  /** '' when withheld. */
  readonly caller: string;
  readonly callable: boolean;
  readonly calls: readonly UnservedCall[];
  readonly first: Instant;
  readonly last: Instant;
  readonly longestWaitS: number | null;
  readonly queues: readonly string[];
  readonly reasons: readonly MissedReason[];
  readonly messages: readonly VoiceMessage[];
  readonly standing: Standing;
  readonly state: MatterState;
  readonly settled: Settlement | null;
  readonly closing: Closing | null;
  /** The citizen got through meanwhile, and yet his message is not done. */
  readonly throughAt: Instant | null;
  readonly holder: Holder | null;
  readonly attempts: readonly Attempt[];
  readonly dueAt: Instant;
  readonly overdue: boolean;
  readonly urgency: Urgency;
}

export interface Holder {
  readonly account: number;
  readonly name: string;
  readonly since: Instant;
  readonly until: Instant;
}

/** Whose a number is now: of who took it last, until he gives it back, closes it, or does nothing for too long. */
export function holderOf(
  steps: readonly MissedStep[],
  attempts: readonly Attempt[],
  { holdMs }: MissedPolicy,
  now: Instant,
): Holder | null {
  const last = steps.at(-1);
  if (last?.kind !== 'taken') return null;
  const lastTry = attempts.reduce(
    (t, a) => (a.by === last.by.name && a.at >= last.at ? Math.max(t, a.at) : t),
    last.at,
  );
  const until = lastTry + holdMs;
  return now < until ? { account: last.by.account, name: last.by.name, since: last.at, until } : null;
}

/** Until when a call missed at `t` has to be called back. */
export const dueAt = (t: Instant, { dueH }: MissedPolicy, zone: string): Instant =>
  dueH > 0 ? t + dueH * HOUR : startOfDay(cityDay(startOfDay(cityDay(t, zone), zone) + DAY + 2 * HOUR, zone), zone);

export interface MattersInput {
  readonly calls: readonly UnservedCall[];
  /** In their order. */
  readonly steps: readonly MissedStep[];
  readonly attempts: readonly Attempt[];
  readonly policy: MissedPolicy;
  readonly zone: string;
  readonly now: Instant;
}

/** Gathers missed calls into matters. Open ones first by urgency and age, done ones after them, those done last first. */
export function matters(input: MattersInput): Matter[] {
  const closings = closingsOf(input.steps);
  const groups = Map.groupBy(input.calls, (c) => {
    const settled = settledBy(c);
    const closing = settled ? null : closingOf(c, closings.get(c.key));
    return `${c.key}\u0000${settled ? `s${settled.call}` : closing ? `h${closing.n}` : ''}`;
  });
  const steps = Map.groupBy(input.steps, (s) => s.key);
  const attempts = Map.groupBy(input.attempts, (a) => a.key);
  return [...groups.values()]
    .map((calls) => {
      const key = calls[0]!.key;
      return matter(calls, closings.get(key), steps.get(key) ?? [], attempts.get(key) ?? [], input);
    })
    .sort(inOrder);
}

function matter(
  unordered: readonly UnservedCall[],
  closings: readonly Closing[] | undefined,
  steps: readonly MissedStep[],
  attempts: readonly Attempt[],
  { policy, zone, now }: MattersInput,
): Matter {
  const calls = [...unordered].sort((a, b) => a.at - b.at || (a.call < b.call ? -1 : 1));
  const [first] = calls as [UnservedCall];
  const last = calls.at(-1)!;
  const stands = standing(first, closings);
  const open = stands === 'open';
  const settled = settledBy(first);
  const own = attempts.filter((a) => a.at >= first.at && (settled === null || a.at <= settled.at));
  const holder = open ? holderOf(steps, attempts, policy, now) : null;
  const due = dueAt(first.at, policy, zone);
  const messages = calls.flatMap((c) => c.messages);
  const waits = calls.flatMap((c) => (c.waitS === null ? [] : [c.waitS]));
  return {
    id: first.call,
    key: first.key,
    caller: last.caller,
    callable: canBeCalled(first.key),
    calls,
    first: first.at,
    last: last.at,
    longestWaitS: waits.length > 0 ? Math.max(...waits) : null,
    queues: [...new Set(calls.flatMap((c) => (c.queue === null ? [] : [c.queue])))],
    reasons: [...new Set(calls.map((c) => c.reason))],
    messages,
    standing: stands,
    state: !open ? 'done' : holder ? 'taken' : own.some((a) => a.result !== 'not-placed') ? 'tried' : 'open',
    settled,
    closing: stands === 'hand' ? closingOf(first, closings) : null,
    throughAt: settled === null && last.settled?.how === 'through' ? last.settled.at : null,
    holder,
    attempts: own,
    dueAt: due,
    overdue: open && now >= due,
    urgency:
      calls.length >= policy.urgentTries ? 'urgent' : calls.length > 1 || messages.length > 0 ? 'high' : 'normal',
  };
}

function inOrder(a: Matter, b: Matter): number {
  const open = (m: Matter): number => (m.standing === 'open' ? 0 : 1);
  if (open(a) !== open(b)) return open(a) - open(b);
  const doneAt = (m: Matter): Instant => m.settled?.at ?? m.closing?.at ?? m.last;
  if (open(a) === 1) return doneAt(b) - doneAt(a) || (a.id < b.id ? -1 : 1);
  return URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) || a.first - b.first || (a.id < b.id ? -1 : 1);
}

/** The sum at the page's foot, in calls. missed = through + back + hand + open. */
export interface MissedFigures extends Record<Standing, number> {
  readonly missed: number;
  readonly overdue: number;
  /** Open ones that somebody holds. */
  readonly taken: number;
  readonly anonymous: number;
  readonly messages: number;
  /** Numerators of I-31 and I-32 among the same calls, as the reports count them. */
  readonly toCallBack: number;
  readonly backSameDay: number;
  readonly ofRate: number;
}

/** @param within only calls that were missed then */
export function figuresOf(
  list: readonly Matter[],
  zone: string,
  within: { readonly from: Instant; readonly to: Instant } = { from: -Infinity, to: Infinity },
): MissedFigures {
  const calls = list.flatMap((m) =>
    m.calls.filter((c) => c.at >= within.from && c.at < within.to).map((c) => ({ c, m })),
  );
  const count = (test: (x: { c: UnservedCall; m: Matter }) => boolean): number => calls.filter(test).length;
  const counted = calls.filter(({ c }) => c.counted).map(({ c }) => c);
  const settled = (c: UnservedCall, how: Settlement['how']): boolean => c.settled?.how === how;
  return {
    missed: calls.length,
    through: count(({ m }) => m.standing === 'through'),
    back: count(({ m }) => m.standing === 'back'),
    hand: count(({ m }) => m.standing === 'hand'),
    open: count(({ m }) => m.standing === 'open'),
    overdue: count(({ m }) => m.overdue),
    taken: count(({ m }) => m.state === 'taken'),
    anonymous: count(({ m }) => !m.callable),
    messages: count(({ c }) => c.messages.length > 0),
    toCallBack: counted.filter((c) => c.settled === null).length,
    backSameDay: counted.filter((c) => settled(c, 'back') && cityDay(c.settled!.at, zone) === cityDay(c.at, zone))
      .length,
    ofRate: counted.filter((c) => !settled(c, 'through')).length,
  };
}
