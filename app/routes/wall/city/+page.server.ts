import { cityMap } from '#lib/server/city-map.ts';
import type { PageServerLoad } from './$types';

/** The city that the scene shows; the layout has asked for the right. */
export const load: PageServerLoad = async ({ locals }) => ({ map: locals.session ? await cityMap() : null });
