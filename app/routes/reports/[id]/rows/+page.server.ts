import { error } from '@sveltejs/kit';
import { mayDo } from '#domain/access.ts';
import { shown } from '#domain/calls/figure.ts';
import { reportNamed } from '#domain/reports/catalogue.ts';
import { drillQuery, periodOf } from '#domain/reports/query.ts';
import { wishOf } from '#lib/reports/address.ts';
import { mustMay } from '#lib/server/guard.ts';
import { currentChoices } from '#lib/server/reports/choices.ts';
import { LAST_PAGE, LIST_PAGE, rowsFor } from '#lib/server/reports/rows.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { drill } from '#store/reports/drill.ts';
import { runStat } from '#store/reports/run.ts';
import type { PageServerLoad } from './$types';

/** The rows behind one figure, and the figure once more, so that one sees that they are the same. */
export const load: PageServerLoad = async (event) => {
  mustMay(event, 'rows.see');
  const { role } = mustMay(event, 'report.see');
  const report = reportNamed(event.params.id);
  if (!report || report.kind !== 'figures')
    error(404, { message: `no report of figures is called ${event.params.id}` });
  const { zone, queueNames, menuPoints } = settings();
  const { searchParams } = event.url;
  const now = Date.now();
  const wish = wishOf(searchParams);
  const period = periodOf(wish, now, zone);
  const q = period.ok ? drillQuery(report, searchParams.get('key') ?? '', wish, period.value, zone) : period;
  const common = {
    report: { id: report.id, zh: report.zh, en: report.en },
    queueNames,
    pointNames: menuPoints,
    names: (await currentChoices(now)).names,
    openSeats: mayDo(role, 'floor.see'),
    openCases: mayDo(role, 'case.see'),
    masked: !seesCallers(role),
  };
  if (!q.ok) return { ...common, refused: q.code, drill: null };
  const page = Math.min(Math.max(1, Math.trunc(Number(searchParams.get('page') ?? '1')) || 1), LAST_PAGE);
  const { key, from, to, only, by } = q.value;
  const [found, figures] = await Promise.all([
    drill(db(), { indicator: key, from, to, only, by, zone, limit: LIST_PAGE, offset: (page - 1) * LIST_PAGE }),
    runStat(db(), { columns: [key], from, to, grain: 'none', by, only, zone }),
  ]);
  const figure = figures.table.total.figures[0]!;
  const unit = figures.table.columns[0]!.indicator.unit;
  return {
    ...common,
    refused: null,
    drill: {
      key,
      from,
      to,
      only,
      by,
      unit,
      figure: typeof figure === 'string' ? figure : shown(figure, unit, 'wall')!,
      thresholds: figures.thresholds,
      known: found !== null,
      columns: found?.columns ?? [],
      rows: rowsFor(role, found?.rows ?? []),
      total: found?.total ?? 0,
      page,
      pageSize: LIST_PAGE,
      lastPage: LAST_PAGE,
    },
  };
};
