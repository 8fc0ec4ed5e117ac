import { redirect } from '@sveltejs/kit';
import { clearSessionCookie } from '#lib/server/cookies.ts';
import { db } from '#lib/server/runtime.ts';
import { endSession } from '#store/accounts.ts';
import { actorOf } from '#store/auth.ts';
import type { RequestHandler } from './$types';

/** Ends the session of a person; a wall screen is unpaired on /walls instead. */
export const POST: RequestHandler = async ({ locals, cookies, url }) => {
  const { session } = locals;
  if (session?.account) {
    await endSession(db(), session.account.id, session.sessionId, {
      actor: actorOf(session),
      now: Date.now(),
      signOut: true,
    });
    clearSessionCookie(cookies, url);
  }
  redirect(303, '/sign-in');
};
