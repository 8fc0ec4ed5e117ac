import { json } from '@sveltejs/kit';
import { findAddress, stillBuilding } from '#lib/server/places.ts';
import { answerQuery, pointOf, refuse } from '#lib/server/queries/answer.ts';
import type { RequestHandler } from './$types';

/** Longer texts are no address. */
const MAX_TEXT = 200;

/**
 * Where an address is: `q`; `district` known beside it, `lng`/`lat` of what is looked at, `limit` (at most 20). Candidates with level,
 * radius in metres and a reason.
 */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => {
    const ask = event.url.searchParams;
    const text = (ask.get('q') ?? '').slice(0, MAX_TEXT);
    const limit = Number(ask.get('limit') ?? 8);
    const made = await findAddress(text, {
      district: ask.get('district'),
      near: pointOf(event.url),
      limit: Number.isInteger(limit) && limit > 0 ? limit : 8,
    });
    if (made.length === 0 && (await stillBuilding())) return refuse(503, 'gazetteer-building');
    return json({ ok: true, made });
  });
