import { error } from '@sveltejs/kit';
import { mustMay } from '#lib/server/guard.ts';
import { pageOfCall } from '#lib/server/recordings/page-of-call.ts';
import { readId } from '#lib/server/recordings/part-of.ts';
import { db } from '#lib/server/runtime.ts';
import { callStory } from '#store/call-journey.ts';
import type { PageServerLoad } from './$types';

/** One part of a call's recording, with what happened meanwhile. */
export const load: PageServerLoad = async (event) => {
  const { role } = mustMay(event, 'recording.hear');
  const id = readId(event.params.id);
  const story = id && (await callStory(db(), id.call));
  if (!story) error(404, { message: `there is no recording ${event.params.id.slice(0, 170)}` });
  const page = await pageOfCall(role, story);
  const { recordings } = page;
  const parts = recordings?.parts.filter((p) => p.part === id.part) ?? [];
  if (!recordings || parts.length === 0) error(404, { message: `there is no recording ${event.params.id}` });
  return { ...page, recordings: { ...recordings, parts } };
};
