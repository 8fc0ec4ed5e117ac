import { mayDo } from '#domain/access.ts';
import { figuresOf } from '#domain/missed/matters.ts';
import { missedMatches, periodOf, readMissedFilter } from '#lib/floor/missed.ts';
import { steerMeans } from '#lib/server/commands/steer.ts';
import { mustMay } from '#lib/server/guard.ts';
import { matterFor, mattersOf, missedCount, missedPolicy, todaysFigures } from '#lib/server/missed.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { lastPhone } from '#store/floor-commands.ts';
import { mailboxCounts } from '#store/missed.ts';
import type { PageServerLoad } from './$types';

const PAGE = 100;

/** Callers who were not served in the chosen days, and what became of each. */
export const load: PageServerLoad = async (event) => {
  event.depends('app:missed');
  const { role, account } = mustMay(event, 'floor.see');
  const { zone, queueNames } = settings();
  const now = Date.now();
  const filter = readMissedFilter(event.url.searchParams, zone, now);
  const [list, today, count, boxes] = await Promise.all([
    mattersOf(periodOf(filter, zone), now),
    todaysFigures(now),
    missedCount(now),
    mailboxCounts(db()),
  ]);
  const chosen = list?.filter((m) => missedMatches(m, filter)) ?? [];
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
  const page = Math.min(pages, Math.max(1, Number(event.url.searchParams.get('page')) || 1));
  const officers = new Map<number, string>();
  for (const m of list ?? []) {
    if (m.holder) officers.set(m.holder.account, m.holder.name);
    if (m.closing) officers.set(m.closing.by.account, m.closing.by.name);
  }
  return {
    filter,
    page,
    pages,
    tooMany: list === null,
    count: { matters: chosen.length, calls: chosen.reduce((n, m) => n + m.calls.length, 0), ...count },
    rows: chosen.slice((page - 1) * PAGE, page * PAGE).map((m) => matterFor(role, account?.id ?? 0, m)),
    figures: list && figuresOf(list, zone),
    today,
    boxes,
    officers: [...officers].map(([id, name]) => ({ id: String(id), name })).slice(0, 200),
    queues: [...new Set((list ?? []).flatMap((m) => m.queues))].sort(),
    queueNames,
    policy: missedPolicy(),
    masked: !seesCallers(role),
    may: {
      handle: mayDo(role, 'missed.handle'),
      dial: mayDo(role, 'missed.handle') && mayDo(role, 'steer.dial') && steerMeans().hand,
      calls: mayDo(role, 'rows.see'),
      hear: mayDo(role, 'recording.hear'),
    },
    phone: account ? await lastPhone(db(), account.id) : null,
    now,
  };
};
