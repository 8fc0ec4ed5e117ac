import { field, idField, mustBePerson, refused } from '#lib/server/guard.ts';
import { clearSessionCookie } from '#lib/server/cookies.ts';
import { db } from '#lib/server/runtime.ts';
import { changePassword, endSession } from '#store/accounts.ts';
import { actorOf, sessionsOf } from '#store/auth.ts';
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const session = mustBePerson(event);
  return {
    account: session.account,
    role: session.role,
    sessionId: session.sessionId,
    sessions: await sessionsOf(db(), session.account.id),
  };
};

export const actions: Actions = {
  password: async (event) => {
    const { session } = event.locals;
    if (!session?.account) return refused('not-signed-in', undefined, 401);
    const form = await event.request.formData();
    const answer = await changePassword(db(), session.account.id, {
      current: field(form, 'current'),
      next: field(form, 'next'),
      keepSession: session.sessionId,
    });
    if (!answer.ok) return refused(answer.code, answer.reason);
    return { changed: true };
  },
  end: async (event) => {
    const { session } = event.locals;
    if (!session?.account) return refused('not-signed-in', undefined, 401);
    const id = idField(await event.request.formData(), 'session');
    if (id === null) return refused('session-missing');
    const answer = await endSession(db(), session.account.id, id, {
      actor: actorOf(session),
      now: Date.now(),
      signOut: id === session.sessionId,
    });
    if (!answer.ok) return refused(answer.code);
    if (id === session.sessionId) {
      clearSessionCookie(event.cookies, event.url);
      redirect(303, '/sign-in');
    }
    return { ended: true };
  },
};
