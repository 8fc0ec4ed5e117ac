import { json } from '@sveltejs/kit';
import { answerQuery } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { districtShapes } from '#store/district-shapes.ts';
import type { RequestHandler } from './$types';

/** The districts of the city with their shapes and residents: what cases are counted by on the map. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => json({ ok: true, made: await districtShapes(db()) }));
