import { json } from '@sveltejs/kit';
import { foldText } from '#domain/text-fold.ts';
import { besides, findAddress, stillBuilding } from '#lib/server/places.ts';
import { answerQuery, pointOf, refuse } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { searchCases } from '#store/case-file.ts';
import { searchPlaces } from '#store/gis.ts';
import type { RequestHandler } from './$types';

/** Addresses and places of the city, and cases of any age, by a text; what is live the desk finds in its own tables. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => {
    const text = (event.url.searchParams.get('q') ?? '').slice(0, 60);
    const near = pointOf(event.url);
    const [places, cases, found] = await Promise.all([
      searchPlaces(db(), text, near, 8),
      searchCases(db(), foldText(text), 4),
      findAddress(text, { near, limit: 6 }),
    ]);
    if (places.length + cases.length + found.length === 0 && (await stillBuilding()))
      return refuse(503, 'gazetteer-building');
    const addresses = besides(
      found,
      places.map((p) => p.name),
      4,
    );
    return json({
      ok: true,
      made: [
        ...addresses.map((a) => ({
          kind: 'address',
          id: `${a.at.map((x) => x.toFixed(6)).join()} ${a.label}`,
          name: a.label,
          nameEn: a.labelEn,
          within: a.district ?? '',
          at: a.at,
          found: a,
        })),
        ...places.map((p) => ({
          kind: 'place',
          id: String(p.id),
          name: p.name,
          nameEn: p.nameEn,
          within: p.within,
          withinEn: p.withinEn,
          at: p.at,
        })),
        ...cases.map((c) => ({
          kind: 'case',
          id: c.no,
          name: c.title,
          nameEn: null,
          within: `${c.no} ${c.place ?? ''}`,
          at: c.at,
        })),
      ],
    });
  });
