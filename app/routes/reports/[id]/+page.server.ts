import { error, redirect } from '@sveltejs/kit';
import { mayDo } from '#domain/access.ts';
import { reportNamed, type StatReport } from '#domain/reports/catalogue.ts';
import { figuresQuery, listQuery, periodOf } from '#domain/reports/query.ts';
import { wishOf } from '#lib/reports/address.ts';
import { mustMay } from '#lib/server/guard.ts';
import { currentChoices } from '#lib/server/reports/choices.ts';
import { figuresView, PRINT_ROWS, runFigures } from '#lib/server/reports/figures.ts';
import { listView, liveView } from '#lib/server/reports/rows.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { db, settings } from '#lib/server/runtime.ts';
import type { PageServerLoad, PageServerLoadEvent } from './$types';

/** What a report's page shows: figures, rows, or why the wish of its address cannot be met. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'report.see');
  const report = reportNamed(event.params.id) ?? error(404, { message: `there is no report ${event.params.id}` });
  if (report.id !== event.params.id) redirect(308, `/reports/${report.id}${event.url.search}`);
  event.depends('app:report');
  const now = Date.now();
  const { zone, queueNames, menuPoints, pauseReasons } = settings();
  const choices = await currentChoices(now);
  const period = periodOf(wishOf(event.url.searchParams), now, zone);
  return {
    report,
    choices,
    queueNames,
    pointNames: menuPoints,
    pauseReasons,
    madeAt: now,
    period: period.ok ? period.value : null,
    mayNumber: seesCallers(session.role),
    openSeats: mayDo(session.role, 'floor.see'),
    openSettings: mayDo(session.role, 'report.settings'),
    view: await viewOf(event, report, session.role, now),
  };
};

type Role = Parameters<typeof liveView>[2];

async function viewOf(event: PageServerLoadEvent, report: StatReport, role: Role, now: number) {
  const { zone } = settings();
  if (report.kind === 'live') return liveView(db(), report, role, now);
  const params = event.url.searchParams;
  const wish = wishOf(params);
  const page = Math.trunc(Number(params.get('page') ?? '1')) || 1;
  const refuse = ({ code }: { code: string }) => ({ kind: 'refused' as const, code });
  const period = periodOf(wish, now, zone);
  if (!period.ok) return refuse(period);
  if (report.kind === 'list') {
    const q = listQuery(report, wish, period.value);
    if (!q.ok) return refuse(q);
    const list = await listView(db(), q.value, { role, page });
    return list.ok ? list.value : refuse(list);
  }
  const q = figuresQuery(report, wish, period.value, zone);
  if (!q.ok) return refuse(q);
  const ran = await runFigures(db(), q.value, await currentChoices(now), zone);
  if (!ran.ok) return refuse(ran);
  return figuresView(report, ran.value, {
    page,
    ...(params.has('print') ? { size: PRINT_ROWS } : {}),
    sort: params.get('sort'),
    chart: { kind: params.get('chart'), keys: params.get('show')?.split(',') ?? [] },
  });
}
