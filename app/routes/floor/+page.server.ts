import { mayDo } from '#domain/access.ts';
import { floorPage } from '#lib/server/floor-page.ts';
import { mustMay } from '#lib/server/guard.ts';
import { settings } from '#lib/server/runtime.ts';
import type { PageServerLoad } from './$types';

/** What the supervisors' desk listens to, what this role may do there, and with which telephone it last did. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'floor.see');
  return {
    ...(await floorPage(session)),
    mayBar: mayDo(session.role, 'blacklist.change'),
    zone: settings().zone,
  };
};
