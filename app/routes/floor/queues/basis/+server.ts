import { json } from '@sveltejs/kit';
import { answerQuery } from '#lib/server/queries/answer.ts';
import { queueBasis } from '#lib/server/queue-basis.ts';
import { db, settings } from '#lib/server/runtime.ts';
import type { RequestHandler } from './$types';

/** What the records say beside the live floor: asked by the queue monitor every few seconds. No personal data. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'floor.see', async () => json(await queueBasis(db(), settings().zone, Date.now())));
