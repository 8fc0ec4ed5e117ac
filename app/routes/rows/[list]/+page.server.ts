import { mayDo } from '#domain/access.ts';
import { mustMay } from '#lib/server/guard.ts';
import { listOf } from '#lib/server/list-of.ts';
import { caseFor, seesCallers, seesCases, visitFor } from '#lib/server/row-lists.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { caseCount, caseRows, visitCount, visitRows } from '#store/row-lists.ts';
import type { PageServerLoad } from './$types';

const PAGE = 50;
/** Nobody turns two hundred pages; a longer list is exported. */
const LAST_PAGE = 200;

export const load: PageServerLoad = async (event) => {
  const { role } = mustMay(event, 'rows.see');
  const of = listOf(event);
  const asked = Number(event.url.searchParams.get('page') ?? '1');
  const page = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), LAST_PAGE) : 1;
  const offset = (page - 1) * PAGE;
  const query = new URLSearchParams(event.url.searchParams);
  query.delete('page');
  const common = {
    page,
    pageSize: PAGE,
    lastPage: LAST_PAGE,
    query: query.toString(),
    openCases: mayDo(role, 'case.see'),
  };
  if (of.list === 'visits') {
    const [count, rows] = await Promise.all([visitCount(db(), of.filter), visitRows(db(), of.filter, offset, PAGE)]);
    return {
      ...common,
      ...of,
      count,
      visits: rows.map((r) => visitFor(role, r)),
      cases: [],
      masked: !seesCallers(role),
      queueNames: settings().queueNames,
    };
  }
  const [count, rows] = await Promise.all([caseCount(db(), of.filter), caseRows(db(), of.filter, offset, PAGE)]);
  return {
    ...common,
    ...of,
    count,
    visits: [],
    cases: rows.map((r) => caseFor(role, r)),
    masked: !seesCases(role),
    queueNames: settings().queueNames,
  };
};
