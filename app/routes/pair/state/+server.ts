import { json } from '@sveltejs/kit';
import { setSessionCookie } from '#lib/server/cookies.ts';
import { codeFor, PAIRING_COOKIE, WALL_COOKIE } from '#lib/server/pairing.ts';
import { db } from '#lib/server/runtime.ts';
import { claimPairing } from '#store/walls.ts';
import type { RequestHandler } from './$types';

/** Asked every two seconds by a screen that waits: its code, or, once it was approved, the way to its scene. */
export const POST: RequestHandler = async ({ cookies, url, locals, request }) => {
  const visitor = { address: locals.address, userAgent: request.headers.get('user-agent') ?? '' };
  const secret = cookies.get(PAIRING_COOKIE);
  const claimed = secret ? await claimPairing(db(), secret, visitor) : null;
  if (claimed) {
    setSessionCookie(cookies, url, claimed.token, 400 * 86_400);
    cookies.set(WALL_COOKIE, '1', {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: url.protocol === 'https:',
      maxAge: 400 * 86_400,
    });
    cookies.delete(PAIRING_COOKIE, { path: '/pair', secure: url.protocol === 'https:' });
    return json({ go: `/wall/${claimed.scene}`, now: Date.now() });
  }
  return json({ pairing: await codeFor(cookies, url, visitor.address, visitor.userAgent), now: Date.now() });
};
