import { randomBytes } from 'node:crypto';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit/hooks';
import { SESSION_COOKIE } from '#domain/access.ts';
import { isLanguage, LANGUAGE_COOKIE, languageOf } from '#lib/i18n/locale.ts';
import { keepNotingDemo } from '#lib/server/demo.ts';
import { counted, db, keepReporting, log } from '#lib/server/runtime.ts';
import { sessionByToken } from '#store/auth.ts';

export const init: ServerInit = () => {
  keepReporting();
  const end = keepNotingDemo();
  process.once('sveltekit:shutdown' as never, end);
};

export const handle: Handle = async ({ event, resolve }) => {
  const { cookies, locals, request } = event;
  counted.requests++;
  locals.address = event.getClientAddress();
  const token = cookies.get(SESSION_COOKIE);
  locals.session = token ? await sessionByToken(db(), token) : null;
  const chosen = cookies.get(LANGUAGE_COOKIE);
  locals.language =
    locals.session?.account?.language ??
    (isLanguage(chosen)
      ? chosen
      : locals.session?.device
        ? 'zh-CN'
        : languageOf(request.headers.get('accept-language')));
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%watchfloor.lang%', locals.language),
  });
  // pages hold what this person may see: no cache may keep them
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store');
  return response;
};

/** Refusals of our own (403, 404) are answers; what nobody foresaw gets a reference that stands in the log and on the page. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind !== 'unknown') return;
  const reference = randomBytes(4).toString('hex');
  log.error({ err: error, reference, route: event.route.id, method: event.request.method }, 'request failed');
  return { reference };
};
