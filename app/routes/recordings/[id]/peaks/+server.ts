import { error, json } from '@sveltejs/kit';
import { openMedia } from '#lib/server/recordings/media.ts';
import { heardPart, mustHear, readId, statusOf } from '#lib/server/recordings/part-of.ts';
import { waveformOf } from '#lib/server/recordings/waveform.ts';
import { db } from '#lib/server/runtime.ts';
import type { RequestHandler } from './$types';

/** How loud a recording is along its length, for drawing. It tells nothing of what is said, and is no hearing. */
export const GET: RequestHandler = async (event) => {
  mustHear(event, 'recording.hear');
  const id = readId(event.params.id);
  const part = id && (await heardPart(db(), id.call, id.part, Date.now()));
  if (!part) error(404, { message: 'there is no such recording' });
  const media = await openMedia(part);
  if (!media.ok) error(statusOf(media.code), { message: media.code });
  try {
    const waveform = await waveformOf(media.value, event.request.signal);
    return json(waveform, { headers: { 'cache-control': 'private, no-store' } });
  } catch (e) {
    if (event.request.signal.aborted) return new Response(null, { status: 499 });
    throw e;
  } finally {
    await media.value.handle.close();
  }
};
