import { clearance, LANES, mayFollow } from '#domain/access.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Topic } from '#domain/folds.ts';
import { mustMay } from '#lib/server/guard.ts';
import { policyOf } from '#gis-data/roads/profile.ts';
import { cityMap } from '#lib/server/city-map.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { boundaries } from '#store/gis.ts';
import type { PageServerLoad } from './$types';

const TOPICS: readonly Topic[] = ['incidents', 'cases', 'city'];

/** What the desk listens to in the clearance of its role, and the city that it looks at. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'map.see');
  const [city, districts, streets] = await Promise.all([
    cityMap(),
    boundaries(db(), 'district'),
    boundaries(db(), 'street'),
  ]);
  return {
    topics: TOPICS.flatMap((t) => {
      const mine = clearance(session.role, t);
      return mine === null ? [] : [mine === 'masked' && MASKS[t] ? `${t}.masked` : t];
    }),
    lanes: LANES.filter((l) => mayFollow(session.role, l)),
    account: session.account?.id ?? 0,
    city,
    roads: policyOf(settings()),
    districts: districts.map((d) => d.name),
    // cases and people name their district and street in Chinese
    englishNames:
      event.locals.language === 'en' ? [...streets, ...districts].map((b): [string, string] => [b.name, b.nameEn]) : [],
  };
};
