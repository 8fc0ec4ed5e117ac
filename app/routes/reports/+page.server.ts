import { mayDo } from '#domain/access.ts';
import { mustMay } from '#lib/server/guard.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const { role } = mustMay(event, 'report.see');
  return { settings: mayDo(role, 'report.settings') };
};
