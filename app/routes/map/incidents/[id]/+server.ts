import { json } from '@sveltejs/kit';
import { answerQuery, refuse } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { incidentById, incidentHistory } from '#store/incidents.ts';
import type { RequestHandler } from './$types';

/** Reports and history of an incident: the long tail that the live row does not carry. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => {
    const { id } = event.params;
    const [found, history] = await Promise.all([incidentById(db(), id), incidentHistory(db(), id)]);
    if (!found) return refuse(404, 'incident-missing', id);
    const steps = history.map(({ at, kind, body }) => {
      const who = (body.by ?? body.owner) as { name?: string } | undefined;
      const said = body.reason ?? body.summary;
      return { at, kind, by: who?.name ?? null, text: typeof said === 'string' ? said : null };
    });
    return json({ ok: true, made: { reports: found.reports, steps } });
  });
