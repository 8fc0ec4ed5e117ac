import { error } from '@sveltejs/kit';
import { bodyOf, fileBytes, openMedia, rangeHeaders } from '#lib/server/recordings/media.ts';
import { mustHaveAccess, statusOf } from '#lib/server/recordings/part-of.ts';
import type { RequestHandler } from './$types';

/** The file itself, as the recorder wrote it, to whoever said why (recording-save). */
export const GET: RequestHandler = async (event) => {
  const part = await mustHaveAccess(event, 'saved', 'recording.save');
  const media = await openMedia(part);
  if (!media.ok) error(statusOf(media.code), { message: media.code });
  const { handle, bytes, name } = media.value;
  const { headers } = rangeHeaders({ kind: 'whole' }, bytes, 'application/octet-stream');
  const plain = name.replace(/[^\w.+-]/g, '_');
  headers.set('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`);
  if (event.request.method === 'HEAD') {
    await handle.close();
    return new Response(null, { headers });
  }
  return new Response(bodyOf(fileBytes(handle, 0, bytes - 1), handle), { headers });
};
