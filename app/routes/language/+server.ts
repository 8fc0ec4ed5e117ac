import { redirect } from '@sveltejs/kit';
import { isLanguage, LANGUAGE_COOKIE } from '#lib/i18n/locale.ts';
import { ownPath } from '#lib/server/cookies.ts';
import { field } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { setLanguage } from '#store/accounts.ts';
import type { RequestHandler } from './$types';

/** Chooses the language of the screens: for this browser, and for the account where somebody is signed in. */
export const POST: RequestHandler = async ({ request, locals, cookies, url }) => {
  const form = await request.formData();
  const language = field(form, 'language');
  if (isLanguage(language)) {
    cookies.set(LANGUAGE_COOKIE, language, {
      path: '/',
      sameSite: 'lax',
      secure: url.protocol === 'https:',
      maxAge: 400 * 86_400,
    });
    if (locals.session?.account) await setLanguage(db(), locals.session.account.id, language);
  }
  redirect(303, ownPath(field(form, 'back')));
};
