import { mayDo } from '#domain/access.ts';
import { mustMay } from '#lib/server/guard.ts';
import { settings } from '#lib/server/runtime.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const { role } = mustMay(event, 'floor.see');
  return { mayBar: mayDo(role, 'blacklist.change'), zone: settings().zone };
};
