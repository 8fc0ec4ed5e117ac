import { createHash } from 'node:crypto';
import type { Role } from '#domain/access.ts';
import { maskNumber } from '#domain/floor/mask.ts';
import { figuresOf, type Matter, type MissedFigures } from '#domain/missed/matters.ts';
import type { MissedPolicy, UnservedCall } from '#domain/missed/rows.ts';
import { cityDay, MINUTE, startOfDay, type Instant } from '#domain/time.ts';
import { periodOf, readMissedFilter, type MatterView } from '#lib/floor/missed.ts';
import { Cached } from '#lib/server/cached.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { gatherMatters, readUnserved, type MissedContext, type MissedPeriod } from '#store/missed.ts';

export function missedPolicy(): MissedPolicy {
  const { missedDueHours, missedHoldMinutes, missedUrgentTries } = settings();
  return { dueH: missedDueHours, holdMs: missedHoldMinutes * MINUTE, urgentTries: missedUrgentTries };
}
export const missedContext = (now: Instant): MissedContext => ({
  policy: missedPolicy(),
  zone: settings().zone,
  now,
});

/** Which calls were missed is asked again after so long, or after so many times as long as asking took. */
const ASK_AGAIN_MS = 2000;
const REST = 8;
const kept = new Map<string, { until: number; calls: Promise<UnservedCall[] | null> }>();

/** The missed calls of a period, shared by all who look. What officers did about them is asked apart: {@link mattersOf}. */
function callsOf(period: MissedPeriod): Promise<UnservedCall[] | null> {
  const key = `${period.from} ${period.to}`;
  const now = performance.now();
  const have = kept.get(key);
  if (have && have.until > now) return have.calls;
  const calls = readUnserved(db(), period);
  // whoever asks while it is being read shares it
  const entry = { until: Infinity, calls };
  kept.delete(key);
  kept.set(key, entry);
  if (kept.size > 8) kept.delete(kept.keys().next().value!);
  calls.then(
    () => (entry.until = performance.now() + Math.max(ASK_AGAIN_MS, (performance.now() - now) * REST)),
    () => kept.get(key) === entry && kept.delete(key),
  );
  return calls;
}

/** A hundred open lists ask as often as one. */
const gathered = new Cached<Matter[] | null>(1500, 8);
/** Something was done: whoever asks next sees it. */
export const missedChanged = (): void => gathered.clear();

/** The matters of a period as they stand; null where there are too many for one answer. */
export function mattersOf(period: MissedPeriod, now: Instant): Promise<Matter[] | null> {
  return gathered.get(`${period.from} ${period.to}`, now, async () => {
    const calls = await callsOf(period);
    return calls && (await gatherMatters(db(), calls, period.from, missedContext(now)));
  });
}

/** The last seven days with today: what the tab counts, and long enough for every call that a later one may still settle. */
const lastWeek = (now: Instant): MissedPeriod =>
  periodOf(readMissedFilter(new URLSearchParams(), settings().zone, now), settings().zone);

/**
 * Numbers to call back of the last week, null where there are too many to tell; and a word that changes with whatever a list may
 * show of it.
 */
export async function missedCount(now: Instant): Promise<{ open: number | null; version: string }> {
  const list = await mattersOf(lastWeek(now), now);
  if (!list) return { open: null, version: '' };
  const version = createHash('sha1');
  for (const m of list)
    version.update(
      `${m.id} ${m.calls.length} ${m.standing} ${m.state} ${m.overdue} ${m.holder?.account} ${m.attempts.length} ${m.attempts.at(-1)?.result} ${m.messages.length}\n`,
    );
  return {
    open: list.filter((m) => m.standing === 'open').length,
    version: version.digest('base64url').slice(0, 12),
  };
}

/** Today's sum, whatever days the list shows; null where it cannot be told. */
export async function todaysFigures(now: Instant): Promise<MissedFigures | null> {
  const { zone } = settings();
  const list = await mattersOf(lastWeek(now), now);
  return list && figuresOf(list, zone, { from: startOfDay(cityDay(now, zone), zone), to: Infinity });
}

/** Of one matter so many calls and tries at most go to a browser. */
const DETAILS_AT_MOST = 50;

export function matterFor(role: Role, account: number, m: Matter): MatterView {
  return {
    id: m.id,
    caller: seesCallers(role) ? m.caller : maskNumber(m.caller),
    callable: m.callable,
    tries: m.calls.length,
    first: m.first,
    last: m.last,
    longestWaitS: m.longestWaitS,
    queues: m.queues,
    reasons: m.reasons,
    messages: m.calls
      .flatMap((c) =>
        c.messages.map(({ at, durationS, mailbox, file }) => ({
          call: c.call,
          at,
          durationS,
          mailbox,
          // a dial plan may name files by the number
          file: seesCallers(role) ? file : '',
        })),
      )
      .slice(-DETAILS_AT_MOST),
    standing: m.standing,
    state: m.state,
    settledAt: m.settled?.at ?? null,
    settledCall: m.settled?.call ?? null,
    throughAt: m.throughAt,
    closing: m.closing && {
      by: m.closing.by.name,
      own: m.closing.by.account === account,
      at: m.closing.at,
      reason: m.closing.reason,
      note: m.closing.note,
    },
    holder: m.holder && { name: m.holder.name, own: m.holder.account === account, until: m.holder.until },
    attempts: m.attempts
      .slice(-DETAILS_AT_MOST)
      .map(({ at, by, seat, result, call }) => ({ at, by, seat, result, call })),
    calls: m.calls
      .slice(-DETAILS_AT_MOST)
      .map(({ call, at, reason, queue, waitS }) => ({ call, at, reason, queue, waitS })),
    dueAt: m.dueAt,
    overdue: m.overdue,
    urgency: m.urgency,
  };
}
