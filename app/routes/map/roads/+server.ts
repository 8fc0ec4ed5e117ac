import { json } from '@sveltejs/kit';
import { mayFollow } from '#domain/access.ts';
import { Cached } from '#lib/server/cached.ts';
import { db } from '#lib/server/runtime.ts';
import { measuredRoads, type RoadLine } from '#store/road-lines.ts';
import type { RequestHandler } from './$types';

/** Many screens start at once after a restart: they share one query. */
const answers = new Cached<RoadLine[]>(20_000, 1);

/** The lines of the roads whose speed is measured; the speeds themselves come over the live connection. For desks and walls. */
export const GET: RequestHandler = async ({ locals }) => {
  const { session } = locals;
  if (!session) return json({ ok: false, refused: 'not-signed-in', detail: '' }, { status: 401 });
  if (!mayFollow(session.role, 'segments'))
    return json({ ok: false, refused: 'no-right', detail: 'segments' }, { status: 403 });
  return json({ ok: true, made: await answers.get('roads', Date.now(), () => measuredRoads(db())) });
};
