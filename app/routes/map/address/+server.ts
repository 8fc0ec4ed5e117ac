import { json } from '@sveltejs/kit';
import { namePoint, systemOf, toWgs84 } from '#lib/server/places.ts';
import { answerQuery, pointOf, refuse } from '#lib/server/queries/answer.ts';
import type { RequestHandler } from './$types';

/** What a point is called: district, street, nearest road, house number and landmark; `crs=GCJ02` or `BD09` for a partner's position. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => {
    const at = pointOf(event.url);
    const system = systemOf(event.url);
    if (!at || !system) return refuse(400, 'incident-point', event.url.search);
    return json({ ok: true, made: await namePoint(toWgs84(at, system)) });
  });
