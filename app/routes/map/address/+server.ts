import { json } from '@sveltejs/kit';
import { answerQuery, pointOf } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { addressOf } from '#store/gis.ts';
import type { RequestHandler } from './$types';

/** What people call a point: district, street, road and the place nearby. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => {
    const at = pointOf(event.url);
    if (!at) return json({ ok: false, refused: 'incident-point', detail: event.url.search }, { status: 400 });
    return json({ ok: true, made: await addressOf(db(), at[0], at[1]) });
  });
