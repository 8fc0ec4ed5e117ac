import { tabsFor } from '#lib/floor/tabs.ts';
import type { LayoutServerLoad } from './$types';

/** The pages of the floor that are offered; each page asks for its own right. */
export const load: LayoutServerLoad = ({ locals }) => ({
  tabs: locals.session?.account ? tabsFor(locals.session.role) : [],
});
