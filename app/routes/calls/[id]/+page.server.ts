import { error } from '@sveltejs/kit';
import { mustMay } from '#lib/server/guard.ts';
import { pageOfCall } from '#lib/server/recordings/page-of-call.ts';
import { db } from '#lib/server/runtime.ts';
import { callStory } from '#store/call-journey.ts';
import type { PageServerLoad } from './$types';

/** Longer than any id of a switch. */
const ID_AT_MOST = 150;

/** One call from its setup to the end of its after-call work, and its recordings for those who may hear them. */
export const load: PageServerLoad = async (event) => {
  const { role } = mustMay(event, 'rows.see');
  const { id } = event.params;
  const story = id.length > ID_AT_MOST ? null : await callStory(db(), id);
  if (!story) error(404, { message: `there is no call ${id.slice(0, ID_AT_MOST)}` });
  return pageOfCall(role, story);
};
