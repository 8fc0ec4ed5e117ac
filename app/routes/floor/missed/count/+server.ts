import { json } from '@sveltejs/kit';
import { mustMay } from '#lib/server/guard.ts';
import { missedCount } from '#lib/server/missed.ts';
import type { RequestHandler } from './$types';

/** How many numbers wait to be called back, for the tab; and whether an open list is still true. */
export const GET: RequestHandler = async (event) => {
  mustMay(event, 'floor.see');
  return json({ ok: true, made: await missedCount(Date.now()) }, { headers: { 'cache-control': 'no-store' } });
};
