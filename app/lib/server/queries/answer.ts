import { json, type RequestEvent } from '@sveltejs/kit';
import { mayDo, type Right } from '#domain/access.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { AccountSession } from '#lib/server/guard.ts';

/** A question of a desk: the right is asked here; refusals come in the same shape as those of commands. */
export async function answerQuery(
  event: RequestEvent,
  right: Right,
  work: (session: AccountSession) => Promise<Response>,
): Promise<Response> {
  const { session } = event.locals;
  if (!session?.account) return refuse(401, 'not-signed-in');
  if (!mayDo(session.role, right)) return refuse(403, 'no-right', right);
  return work(session as AccountSession);
}

/** A question that is not answered, by its code, in the shape of a command that is refused. */
export const refuse = (status: number, refused: string, detail = ''): Response =>
  json({ ok: false, refused, detail }, { status });

/** `lng` and `lat` of an address; null when they are missing or no place on earth. */
export function pointOf(url: URL): LngLat | null {
  const [lng, lat] = ['lng', 'lat'].map((name) => {
    const text = url.searchParams.get(name);
    return text === null || text === '' ? Number.NaN : Number(text);
  }) as [number, number];
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? [lng, lat] : null;
}
