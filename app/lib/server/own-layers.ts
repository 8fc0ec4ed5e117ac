import { json } from '@sveltejs/kit';
import type { Role } from '#domain/access.ts';
import type { OwnLayer } from '#domain/map-layers/rows.ts';
import { mayBeSeen } from '#domain/map-layers/validity.ts';
import { parseIso, type Instant } from '#domain/time.ts';
import { db } from '#lib/server/runtime.ts';
import { ownLayers } from '#store/map-layers.ts';

/** The moment that ?at= asks for; null: now. A text that is no instant is an answer of 400. */
export function momentOf(url: URL): { ok: true; at: Instant | null } | { ok: false; answer: Response } {
  const text = url.searchParams.get('at');
  const at = text === null ? null : parseIso(text);
  if (text !== null && at === null)
    return { ok: false, answer: json({ ok: false, refused: 'input', detail: text.slice(0, 80) }, { status: 400 }) };
  return { ok: true, at };
}

/** The layers that a role may know of, as they are or as they were. What is not for the role is not among them. */
export const layersFor = async (role: Role, at: Instant | null): Promise<OwnLayer[]> =>
  [...(await ownLayers(db(), at)).values()].filter((l) => mayBeSeen(l, role));
