import { mayDo } from '#domain/access.ts';
import { CITY_LANES, type FeedFigures } from '#domain/city/rows.ts';
import { Cached } from '#lib/server/cached.ts';
import type { Result } from '#domain/result.ts';
import { actor, field, idField, mustMay, refused } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { acknowledgeAlarm, alarms, shelveAlarm, unshelveAlarm, type AlarmRefusal } from '#store/alarms.ts';
import { savedLinks } from '#store/feeds.ts';
import { workerHealth } from '#store/health.ts';
import { signalsAfter } from '#store/signals.ts';
import { cityDay, startOfDay } from '#domain/time.ts';
import { factFeed, processes, PROCESSES, rejectTotals, tableSizes } from '#store/status.ts';
import { callsByQueue } from '#store/trends.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const sizes = new Cached<Awaited<ReturnType<typeof tableSizes>>>(30_000);
const rest = new Cached<Awaited<ReturnType<typeof ask>>>(1_500);

async function ask(now: number) {
  const { zone, queueNames } = settings();
  const [workers, links, figures, running, rejected, facts, queues, alarmRows] = await Promise.all([
    workerHealth(db()),
    savedLinks(db()),
    signalsAfter(db(), CITY_LANES.feeds, 0),
    processes(db(), PROCESSES, now),
    rejectTotals(db(), now),
    factFeed(db()),
    callsByQueue(db(), startOfDay(cityDay(now, zone), zone), now),
    alarms(db()),
  ]);
  const known = new Map(figures.map((f) => [f.key, f.body as unknown as FeedFigures]));
  return {
    workers: workers.map((w) => ({ ...w, at: w.at.getTime() })),
    feeds: [...links.values()].map((link) => ({ link, figures: known.get(link.feed) ?? null })),
    processes: running,
    alarms: alarmRows,
    rejects: rejected,
    facts,
    queues: queues.map((q) => ({ ...q, name: queueNames[q.queue] ?? { zh: q.queue, en: q.queue } })),
  };
}

export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'status.see');
  event.depends('app:status');
  const now = Date.now();
  const [all, tables] = await Promise.all([
    rest.get('', now, () => ask(now)),
    sizes.get('', now, () => tableSizes(db())),
  ]);
  return {
    ...all,
    tables,
    openRejects: mayDo(session.role, 'reject.see'),
    acknowledge: mayDo(session.role, 'alarm.acknowledge'),
    askedAt: now,
  };
};

/** Does something to one alarm, for who may; the answer is remembered no longer. */
async function onAlarm(
  event: RequestEvent,
  act: (
    id: number,
    by: { actor: string; name: string; now: number },
    form: FormData,
  ) => Promise<Result<null, AlarmRefusal>>,
) {
  const who = actor(event, 'alarm.acknowledge');
  if (!who.ok) return who.answer;
  const form = await event.request.formData();
  const id = idField(form, 'alarm');
  if (id === null) return refused('alarm-over');
  const { actor: account, now } = who.by;
  const answer = await act(id, { actor: account, name: who.session.account.name, now }, form);
  rest.forget();
  return answer.ok ? { done: true } : refused(answer.code);
}

export const actions: Actions = {
  acknowledge: (event) => onAlarm(event, (id, by) => acknowledgeAlarm(db(), id, by)),
  shelve: (event) =>
    onAlarm(event, (id, by, form) => shelveAlarm(db(), id, Number(field(form, 'hours')), field(form, 'reason'), by)),
  unshelve: (event) => onAlarm(event, (id, by) => unshelveAlarm(db(), id, by)),
};
