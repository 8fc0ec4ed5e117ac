import { answerQuery, refuse } from '#lib/server/queries/answer.ts';
import { layersFor, momentOf } from '#lib/server/own-layers.ts';
import { db } from '#lib/server/runtime.ts';
import { layerFeatures } from '#store/map-layers.ts';
import type { RequestHandler } from './$types';

/** Features of one layer, when it is for the asking role: of now, or as it was at `at`. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async ({ role }) => {
    const moment = momentOf(event.url);
    if (!moment.ok) return moment.answer;
    const { id } = event.params;
    const known = (await layersFor(role, moment.at)).some((l) => l.id === id);
    const features = known ? await layerFeatures(db(), id) : null;
    // one that is not for this role is as if it were not there
    if (features === null) return refuse(404, 'layer-missing', id);
    return new Response(`{"ok":true,"made":${features}}`, {
      headers: { 'content-type': 'application/json', 'cache-control': 'private, no-store' },
    });
  });
