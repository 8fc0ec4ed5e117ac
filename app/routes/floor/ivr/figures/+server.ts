import { json } from '@sveltejs/kit';
import { ivrShown } from '#lib/server/ivr-shown.ts';
import { answerQuery } from '#lib/server/queries/answer.ts';
import { db, settings } from '#lib/server/runtime.ts';
import type { RequestHandler } from './$types';

/** The voice menu of today from the records: asked by its page every few seconds. No personal data. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'floor.see', async () => json(await ivrShown(db(), settings().zone, Date.now())));
