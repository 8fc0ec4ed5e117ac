import { redirect } from '@sveltejs/kit';
import { setSessionCookie, ownPath } from '#lib/server/cookies.ts';
import { field, refused } from '#lib/server/guard.ts';
import { WALL_COOKIE } from '#lib/server/pairing.ts';
import { db } from '#lib/server/runtime.ts';
import { signIn } from '#store/accounts.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.session) redirect(303, ownPath(url.searchParams.get('to')));
};

export const actions: Actions = {
  default: async ({ request, locals, cookies, url }) => {
    const form = await request.formData();
    const answer = await signIn(
      db(),
      { login: field(form, 'login'), password: field(form, 'password') },
      { address: locals.address, userAgent: request.headers.get('user-agent') ?? '' },
    );
    if (!answer.ok) return refused(answer.code, answer.reason, answer.code === 'too-many-attempts' ? 429 : 400);
    setSessionCookie(cookies, url, answer.value.token);
    cookies.delete(WALL_COOKIE, { path: '/' });
    redirect(303, ownPath(url.searchParams.get('to')));
  },
};
