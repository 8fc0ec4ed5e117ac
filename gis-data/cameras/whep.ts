import { sameOrigin } from '#domain/cameras/address.ts';
import type { CameraReason } from '#domain/cameras/rows.ts';
import { checkAnswer } from '#domain/cameras/whep.ts';
import { askCamera, readWhole } from './ask.ts';

/** An offer or an answer is some kilobytes of text. */
export const SDP_BYTES = 64 * 1024;

/** What a media server keeps for one viewer. */
export type Session =
  | { readonly ok: true; readonly sdp: string; readonly session: URL | null }
  | { readonly ok: false; readonly why: CameraReason };

/**
 * Sends an offer to a media server. Never throws.
 * @param registered the camera's WHEP address
 * @returns its answer, and the address at which what it keeps is ended (null: it named none, or one elsewhere that is not called)
 */
export async function openSession(
  registered: string,
  offer: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<Session> {
  const answer = await askCamera(registered, new URL(registered), {
    method: 'POST',
    body: offer,
    headers: { 'content-type': 'application/sdp', accept: 'application/sdp' },
    withinMs,
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok) return { ok: false, why: answer.code };
  const { body, headers, from } = answer.value;
  const text = (await readWhole(body, SDP_BYTES))?.toString('utf8') ?? '';
  const at = headers.location;
  const named = at !== undefined && URL.canParse(at, from.href) ? new URL(at, from) : null;
  const session = named && sameOrigin(registered, named) ? named : null;
  const checked = checkAnswer(text);
  if (checked.ok) return { ok: true, sdp: checked.sdp, session };
  // it keeps something for an answer that nobody uses
  if (session) await endSession(registered, session, withinMs);
  return { ok: false, why: checked.why };
}

/** Ends what a media server keeps for a viewer. Never throws. @returns why it could not; null: it has ended */
export async function endSession(registered: string, session: URL, withinMs: number): Promise<CameraReason | null> {
  const answer = await askCamera(registered, session, { method: 'DELETE', withinMs });
  if (!answer.ok) return answer.code;
  answer.value.body.destroy();
  return null;
}
