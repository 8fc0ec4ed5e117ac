import { json } from '@sveltejs/kit';
import { foldText } from '#domain/text-fold.ts';
import { answerQuery, pointOf } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { searchCases } from '#store/case-file.ts';
import { searchPlaces } from '#store/gis.ts';
import type { RequestHandler } from './$types';

/** Places of the city and cases of any age by a text; what is live the desk finds in its own tables. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'map.see', async () => {
    const text = (event.url.searchParams.get('q') ?? '').slice(0, 60);
    const near = pointOf(event.url);
    const [places, cases] = await Promise.all([
      searchPlaces(db(), text, near, 8),
      searchCases(db(), foldText(text), 4),
    ]);
    return json({
      ok: true,
      made: [
        ...places.map((p) => ({
          kind: 'place',
          id: String(p.id),
          name: p.name,
          nameEn: p.nameEn,
          within: p.within,
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
