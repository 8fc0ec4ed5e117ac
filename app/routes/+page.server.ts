import { redirect } from '@sveltejs/kit';
import { landing } from '#domain/access.ts';
import { mustBeSignedIn } from '#lib/server/guard.ts';
import type { PageServerLoad } from './$types';

/** The front door: everybody is sent to where their work is. */
export const load: PageServerLoad = (event) => {
  const session = mustBeSignedIn(event);
  redirect(303, session.account ? landing(session.role) : `/wall/${session.device.scene}`);
};
