import { mustMay } from '#lib/server/guard.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  mustMay(event, 'floor.see');
};
