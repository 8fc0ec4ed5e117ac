import { mustMay } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { DIFFERENCE_KINDS, REASONS } from '#domain/reconcile/rows.ts';
import { differencePage, PAGE, runs } from '#store/reconcile.ts';
import type { PageServerLoad } from './$types';

const RUNS = 30;
/** Pages that may be asked for; a run keeps no more differences than these hold. */
const PAGES_AT_MOST = 200;

export const load: PageServerLoad = async (event) => {
  mustMay(event, 'status.see');
  const of = (name: string): string => event.url.searchParams.get(name) ?? '';
  const oneOf = <T extends string>(list: readonly T[], text: string): T | null => list.find((x) => x === text) ?? null;
  const kind = oneOf(DIFFERENCE_KINDS, of('kind'));
  const reason = oneOf(REASONS, of('reason'));
  const page = /^\d{1,3}$/.test(of('page')) ? Math.min(Number(of('page')), PAGES_AT_MOST) : 0;
  const list = await runs(db(), RUNS);
  const run = list.find((r) => String(r.id) === of('run')) ?? list[0] ?? null;
  return {
    runs: list,
    run,
    kind,
    reason,
    page,
    pageSize: PAGE,
    queueNames: settings().queueNames,
    found: run === null ? null : await differencePage(db(), run.id, { kind, reason, page }),
  };
};
