import type { Look } from '#domain/cameras/health.ts';
import { readPlaylist } from '#domain/cameras/playlist.ts';
import type { CameraAddresses, CameraReason } from '#domain/cameras/rows.ts';
import { ASKING_OFFER } from '#domain/cameras/whep.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { askCamera, readWhole, type CameraAnswer } from '#gis-data/cameras/ask.ts';
import { endSession, openSession } from '#gis-data/cameras/whep.ts';

/** A playlist of a camera is some kilobytes. */
const PLAYLIST_BYTES = 512 * 1024;

/** How one look went, without the time it took. */
type Seen = Result<{ endsWith: string | null; targetS: number }, CameraReason>;

/**
 * Looks whether a camera gives a picture: its playlist, and the beginning of the newest segment; else its
 * snapshot; else whether it would send a stream over WHEP. Never throws.
 * @param withinMs for each answer
 */
export async function lookAt(addresses: CameraAddresses, withinMs: number, signal: AbortSignal): Promise<Look> {
  const began = performance.now();
  const { hls, snapshot, whep } = addresses;
  const ask: Ask = (registered, wanted) => askCamera(registered, wanted, { withinMs, signal });
  let reason: CameraReason = 'no-address';
  for (const look of [
    hls === null ? null : () => lookAtHls(hls, ask),
    snapshot === null ? null : () => lookAtSnapshot(snapshot, ask),
    whep === null ? null : () => lookAtWhep(whep, withinMs, signal),
  ]) {
    const seen = await look?.();
    if (seen?.ok) return { ok: true, tookMs: performance.now() - began, ...seen.value };
    // what is said is why the first of them shows nothing
    if (seen && reason === 'no-address') reason = seen.code;
  }
  return { ok: false, reason };
}

type Ask = (registered: string, wanted: URL) => Promise<Result<CameraAnswer, CameraReason>>;

async function lookAtHls(registered: string, ask: Ask): Promise<Seen> {
  let at = new URL(registered);
  // a master playlist leads to one of media, and that to no further one
  for (let depth = 0; depth < 2; depth++) {
    const answer = await ask(registered, at);
    if (!answer.ok) return answer;
    const body = await readWhole(answer.value.body, PLAYLIST_BYTES);
    if (!body) return refuse('too-large', '');
    const list = readPlaylist(body.toString('utf8'));
    if (list.kind === 'none') return refuse('no-playlist', '');
    const uri = list.kind === 'master' ? list.variants[0] : list.segments.at(-1);
    if (uri === undefined || !URL.canParse(uri, answer.value.from.href)) return refuse('empty-playlist', '');
    at = new URL(uri, answer.value.from);
    if (list.kind === 'media') {
      const picture = await hasBytes(
        await ask(registered, at),
        (type) => !/^(text\/html|application\/json)/.test(type),
      );
      if (!picture.ok) return picture;
      // a recording that ends need not go on
      const endsWith = list.ended ? null : `${list.sequence + list.segments.length} ${uri}`.slice(0, 300);
      return accept({ endsWith, targetS: list.targetS });
    }
  }
  return refuse('no-playlist', '');
}

async function lookAtSnapshot(registered: string, ask: Ask): Promise<Seen> {
  const picture = await hasBytes(await ask(registered, new URL(registered)), (type) => type.startsWith('image/'));
  return picture.ok ? accept({ endsWith: null, targetS: 0 }) : picture;
}

/** Whether the media server would send a stream of video; whether pictures flow is seen by who opens it. */
async function lookAtWhep(registered: string, withinMs: number, signal: AbortSignal): Promise<Seen> {
  const got = await openSession(registered, ASKING_OFFER, withinMs, signal);
  if (!got.ok) return refuse(got.why, '');
  if (got.session) await endSession(registered, got.session, withinMs);
  return accept({ endsWith: null, targetS: 0 });
}

/** The beginning is enough: pictures are not fetched to be thrown away. */
async function hasBytes(
  answer: Result<CameraAnswer, CameraReason>,
  allowed: (type: string) => boolean,
): Promise<Result<null, CameraReason>> {
  if (!answer.ok) return answer;
  const { body, headers } = answer.value;
  try {
    if (!allowed(headers['content-type'] ?? '')) return refuse('no-picture', '');
    for await (const part of body as AsyncIterable<Buffer>) if (part.length > 0) return accept(null);
    return refuse('no-picture', '');
  } catch {
    // it broke off before its first byte
    return refuse('broken', '');
  } finally {
    body.destroy();
  }
}
