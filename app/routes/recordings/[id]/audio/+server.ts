import { error } from '@sveltejs/kit';
import { rangeOf } from '#domain/recordings/range.ts';
import { bodyOf, fileBytes, openMedia, playedBytes, rangeHeaders, wavPart } from '#lib/server/recordings/media.ts';
import { mustHaveAccess, statusOf } from '#lib/server/recordings/part-of.ts';
import type { RequestHandler } from './$types';

/** The sound of a recording for the player, whole or a range of it, to whoever has opened it (recording-open). */
export const GET: RequestHandler = async (event) => {
  const part = await mustHaveAccess(event, 'heard', 'recording.hear');
  const media = await openMedia(part);
  if (!media.ok) error(statusOf(media.code), { message: media.code });
  const { handle, sound, mime, unplayable } = media.value;
  const size = playedBytes(media.value);
  const range = rangeOf(event.request.headers.get('range'), size);
  const { status, headers } = rangeHeaders(range, size, mime);
  const asksOnly = event.request.method === 'HEAD';
  if (unplayable !== null || range.kind === 'unsatisfiable' || size === 0 || asksOnly) {
    await handle.close();
    if (unplayable !== null) error(415, { message: unplayable });
    return new Response(null, { status, headers });
  }
  const [from, to] = range.kind === 'part' ? [range.from, range.to] : [0, size - 1];
  const chunks = sound ? wavPart(handle, sound, from, to) : fileBytes(handle, from, to);
  return new Response(bodyOf(chunks, handle), { status, headers });
};
