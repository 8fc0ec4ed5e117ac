import type { Cookies } from '@sveltejs/kit';
import { beginPairing, waitingPairing } from '#store/walls.ts';
import { db } from './runtime.ts';

/** The secret by which a screen that waits proves itself. */
export const PAIRING_COOKIE = 'wf_pairing';
/** A browser that was a wall once goes to /pair and not to the sign-in page when its session is over. */
export const WALL_COOKIE = 'wf_wall';

/** The code to show: the one this browser waits with, or a new one. Null while too many wait. */
export async function codeFor(
  cookies: Cookies,
  url: URL,
  address: string,
  userAgent: string,
): Promise<{ code: string; expiresAt: number } | null> {
  const secret = cookies.get(PAIRING_COOKIE);
  const waiting = secret ? await waitingPairing(db(), secret) : null;
  if (waiting) return { code: waiting.code, expiresAt: waiting.expiresAt };
  const begun = await beginPairing(db(), { address, userAgent });
  if (!begun.ok) return null;
  cookies.set(PAIRING_COOKIE, begun.value.secret, {
    path: '/pair',
    httpOnly: true,
    sameSite: 'strict',
    secure: url.protocol === 'https:',
    maxAge: 900,
  });
  return { code: begun.value.code, expiresAt: begun.value.expiresAt };
}
