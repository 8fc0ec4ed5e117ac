import { json } from '@sveltejs/kit';
import { TRAIL_MS, trailOf, type Trail } from '#domain/city/trail.ts';
import { MINUTE } from '#domain/time.ts';
import { answerQuery } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { vehicleTrack } from '#store/vehicles.ts';
import type { RequestHandler } from './$types';

/** The clocks of vehicles are not ours: so far ahead of us one may be. */
const AHEAD_MS = MINUTE;

/** Where a vehicle was in the last 30 minutes, thinned; of a vehicle that is not known, nothing. Whoever sees it on the map may ask. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => {
    const now = Date.now();
    const track = await vehicleTrack(db(), event.params.id, now - TRAIL_MS, now + AHEAD_MS);
    const made: Trail = trailOf(track.map((p) => [p.lng, p.lat, p.at]));
    return json({ ok: true, made });
  });
