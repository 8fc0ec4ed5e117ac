import { mayDo } from '#domain/access.ts';
import { floorPage } from '#lib/server/floor-page.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { roomPlans } from '#store/floor-plans.ts';
import type { PageServerLoad } from './$types';

/** The rooms and what the floor plan listens to. Read again when a fact says that a plan has changed. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'floor.see');
  event.depends('floor:plan');
  return { ...(await floorPage(session)), ...(await roomPlans(db())), mayChange: mayDo(session.role, 'plan.change') };
};
