import type { Cookies } from '@sveltejs/kit';
import { SESSION_COOKIE } from '#domain/access.ts';

/** Out of reach of scripts, not sent along by other sites, and over https only where there is https. */
export function setSessionCookie(cookies: Cookies, url: URL, token: string, maxAgeS?: number): void {
  cookies.set(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: url.protocol === 'https:',
    ...(maxAgeS === undefined ? {} : { maxAge: maxAgeS }),
  });
}

export function clearSessionCookie(cookies: Cookies, url: URL): void {
  cookies.delete(SESSION_COOKIE, { path: '/', secure: url.protocol === 'https:' });
}

/** A path of our own to go back to; anything else (another host, a scheme) becomes '/'. */
export function ownPath(text: string | null): string {
  if (!text || !/^\/[^/\\]/.test(text)) return '/';
  const at = new URL(text, 'http://own');
  return at.host === 'own' ? at.pathname + at.search : '/';
}
