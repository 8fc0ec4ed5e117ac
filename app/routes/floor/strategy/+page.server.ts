import { mayDo } from '#domain/access.ts';
import { floorPage } from '#lib/server/floor-page.ts';
import { mustMay } from '#lib/server/guard.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'floor.see');
  return { ...(await floorPage(session)), mayChange: mayDo(session.role, 'strategy.change') };
};
