import { error } from '@sveltejs/kit';
import { mustMay } from '#lib/server/guard.ts';
import { storyFor } from '#lib/server/recordings/call-for.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { callStory } from '#store/call-journey.ts';
import type { PageServerLoad } from './$types';

/** Longer than any id of a switch. */
const ID_AT_MOST = 150;

/** One call from its setup to the end of its after-call work. */
export const load: PageServerLoad = async (event) => {
  const { role } = mustMay(event, 'rows.see');
  const { id } = event.params;
  const story = id.length > ID_AT_MOST ? null : await callStory(db(), id);
  if (!story) error(404, { message: `there is no call ${id.slice(0, ID_AT_MOST)}` });
  return {
    id,
    story: storyFor(role, story),
    masked: !seesCallers(role),
    queueNames: settings().queueNames,
  };
};
