import { mustMay } from '#lib/server/guard.ts';
import { recordingId } from '#lib/server/recordings/part-of.ts';
import { db } from '#lib/server/runtime.ts';
import { accesses } from '#store/recordings.ts';
import type { PageServerLoad } from './$types';

const PAGE = 50;

/** Who heard or took which recording, when and why. */
export const load: PageServerLoad = async (event) => {
  mustMay(event, 'recording.hear');
  const text = event.url.searchParams.get('kind');
  const kind: 'heard' | 'saved' | null = text === 'heard' || text === 'saved' ? text : null;
  const from = event.url.searchParams.get('before') ?? '';
  const before = /^\d{1,15}$/.test(from) ? Number(from) : 0;
  const list = await accesses(db(), { kind, before }, PAGE + 1);
  return {
    kind,
    before,
    more: list.length > PAGE,
    accesses: list.slice(0, PAGE).map((a) => ({ ...a, id: recordingId(a.call, a.part) })),
  };
};
