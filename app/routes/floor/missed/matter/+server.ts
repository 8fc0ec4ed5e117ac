import { json } from '@sveltejs/kit';
import { periodOf, readMissedFilter } from '#lib/floor/missed.ts';
import { mustMay } from '#lib/server/guard.ts';
import { matterFor, mattersOf } from '#lib/server/missed.ts';
import { settings } from '#lib/server/runtime.ts';
import type { RequestHandler } from './$types';

/** One matter of the chosen days as it stands, also where the list does not show it any more: by any call of it. */
export const GET: RequestHandler = async (event) => {
  const { role, account } = mustMay(event, 'floor.see');
  const { zone } = settings();
  const now = Date.now();
  const call = event.url.searchParams.get('call');
  const list = await mattersOf(periodOf(readMissedFilter(event.url.searchParams, zone, now), zone), now);
  const matter = list?.find((m) => m.calls.some((c) => c.call === call));
  return json(
    { ok: true, made: matter ? matterFor(role, account?.id ?? 0, matter) : null },
    { headers: { 'cache-control': 'no-store' } },
  );
};
