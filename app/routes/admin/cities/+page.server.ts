import { mustMay } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { loadedCities } from '#store/city-sources.ts';
import { cities } from '#store/gis.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  mustMay(event, 'city.manage');
  event.depends('admin:cities');
  return { cities: await loadedCities(db(), await cities(db())) };
};
