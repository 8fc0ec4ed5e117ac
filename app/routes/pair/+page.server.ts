import { redirect } from '@sveltejs/kit';
import { codeFor } from '#lib/server/pairing.ts';
import type { PageServerLoad } from './$types';

/** Shows a code to a screen that has no session yet. A screen that has one goes to its scene. */
export const load: PageServerLoad = async ({ locals, cookies, url, request }) => {
  if (locals.session?.device) redirect(303, `/wall/${locals.session.device.scene}`);
  return { pairing: await codeFor(cookies, url, locals.address, request.headers.get('user-agent') ?? '') };
};
