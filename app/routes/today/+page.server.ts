import { mayDo } from '#domain/access.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { leaderPage } from '#lib/server/today.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'today.see');
  event.depends('app:today');
  const page = await leaderPage(db(), settings().zone, Date.now(), session.role);
  return { page, openRows: mayDo(session.role, 'rows.see') };
};
