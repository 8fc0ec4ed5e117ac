import { json } from '@sveltejs/kit';
import { answerQuery, refuse } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { camerasIn } from '#store/cameras.ts';
import type { RequestHandler } from './$types';

/** More on one screen hide one another. */
const AT_MOST = 1500;

/** Cameras in a piece of the map, `box` = west,south,east,north; at most 1,500, those nearest to its middle. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'camera.see', async () => {
    const box = (event.url.searchParams.get('box') ?? '').split(',').map((t) => (t === '' ? Number.NaN : Number(t)));
    const [west, south, east, north] = box as [number, number, number, number];
    const ok =
      box.length === 4 && west >= -180 && east <= 180 && west < east && south >= -90 && north <= 90 && south < north;
    if (!ok) return refuse(400, 'input', event.url.search.slice(0, 80));
    return json({ ok: true, made: await camerasIn(db(), [west, south, east, north], AT_MOST) });
  });
