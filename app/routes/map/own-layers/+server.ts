import { json } from '@sveltejs/kit';
import { standing } from '#domain/map-layers/validity.ts';
import { answerQuery } from '#lib/server/queries/answer.ts';
import { layersFor, momentOf } from '#lib/server/own-layers.ts';
import { settings } from '#lib/server/runtime.ts';
import type { RequestHandler } from './$types';

/**
 * The house's own layers that are for the asking role, and how each stands: now, or at `at` (ISO 8601 with its offset) by what was
 * recorded up to then.
 */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async ({ role }) => {
    const moment = momentOf(event.url);
    if (!moment.ok) return moment.answer;
    const at = moment.at ?? Date.now();
    const layers = await layersFor(role, moment.at);
    const { zone } = settings();
    return json({
      ok: true,
      made: { at, layers: layers.map((l) => ({ ...l, standing: standing(l.validity, at, zone) })) },
    });
  });
