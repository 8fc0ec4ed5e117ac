import { Readable } from 'node:stream';
import { error, json, type RequestEvent } from '@sveltejs/kit';
import { mayDo } from '#domain/access.ts';
import { sameOrigin } from '#domain/cameras/address.ts';
import { readPlaylist, rewritePlaylist } from '#domain/cameras/playlist.ts';
import type { CameraAddresses, CameraReason, CameraWay } from '#domain/cameras/rows.ts';
import { isCameraId } from '#domain/cameras/rules.ts';
import { isOffer } from '#domain/cameras/whep.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { askCamera, readWhole, type CameraAnswer } from '#gis-data/cameras/ask.ts';
import { endSession, openSession, SDP_BYTES } from '#gis-data/cameras/whep.ts';
import { Cached } from '#lib/server/cached.ts';
import { db } from '#lib/server/runtime.ts';
import { cameraAddresses, recordWatched, sealSecret } from '#store/cameras.ts';
import { Seal } from './seal.ts';

/**
 * Pictures of cameras for browsers, which ask nobody but us: rights are asked at every request, addresses stay here, and what a
 * camera answers is bounded in size and time. docs/cameras.md says what passes and what does not.
 */

const PLAYLIST_BYTES = 256 * 1024;
const SEGMENT_BYTES = 24 * 1024 * 1024;
const SNAPSHOT_BYTES = 2 * 1024 * 1024;
const ANSWER_MS = 6 * SECOND;
const SEGMENT_MS = 20 * SECOND;
/** Answers under way to one account, and to all. */
const PER_ACCOUNT = 40;
const AT_ONCE = 400;
/** Watching a camera on and on is one fact in so long. */
const WATCHED_AGAIN_MS = 10 * MINUTE;
const WATCHED_KEPT = 10_000;

const registered = new Cached<CameraAddresses | null>(3 * SECOND, 2000);
/** Many desks that watch one camera ask it once. Playlists of live streams change each second or two. */
const playlists = new Cached<Fetched>(500, 200);
const stills = new Cached<Fetched>(SECOND, 40);
let seal: Promise<Seal> | null = null;
const underWay = new Map<number, number>();
let all = 0;
const watched = new Map<string, number>();

type Why = CameraReason | 'busy';
type Fetched = { readonly ok: true; readonly body: Buffer; readonly from: string; readonly type: string } | Gone;
interface Gone {
  readonly ok: false;
  readonly why: Why;
}

/** Why there is no picture, as a code that the player has a sentence for. */
const noPicture = (why: Why): Response =>
  json({ why }, { status: why === 'busy' ? 503 : why === 'no-address' ? 404 : 502, headers: NOT_KEPT });
const NOT_KEPT = { 'cache-control': 'private, no-store' };

const sealOf = (): Promise<Seal> => {
  seal ??= sealSecret(db()).then((secret) => new Seal(secret));
  // asked again when the database was away
  seal.catch(() => (seal = null));
  return seal;
};

interface Viewer {
  readonly account: number;
  readonly name: string;
  readonly id: string;
  readonly addresses: CameraAddresses;
}

/** Who asks, and which camera. @throws 401, 403 or 404, whatever page the request came from */
async function viewer(event: RequestEvent): Promise<Viewer> {
  const { session } = event.locals;
  if (!session?.account) error(401, { message: 'not signed in' });
  if (!mayDo(session.role, 'camera.see')) error(403, { message: `the role ${session.role} has no right camera.see` });
  const id = event.params.id ?? '';
  const addresses = isCameraId(id) ? await registered.get(id, Date.now(), () => cameraAddresses(db(), id)) : null;
  if (!addresses) error(404, { message: 'no such camera' });
  return { account: session.account.id, name: session.account.name, id, addresses };
}

/** Runs one answer of the relay within the bounds; `done` must be called when its body has ended. */
async function bounded(account: number, work: (done: () => void) => Promise<Response>): Promise<Response> {
  const mine = underWay.get(account) ?? 0;
  if (mine >= PER_ACCOUNT || all >= AT_ONCE) return noPicture('busy');
  underWay.set(account, mine + 1);
  all++;
  let open = true;
  const done = (): void => {
    if (!open) return;
    open = false;
    all--;
    const left = (underWay.get(account) ?? 1) - 1;
    if (left > 0) underWay.set(account, left);
    else underWay.delete(account);
  };
  try {
    return await work(done);
  } catch (e) {
    done();
    throw e;
  }
}

/** Writes down that somebody opened a picture, once for a while of watching. */
async function note(who: Viewer, way: CameraWay): Promise<void> {
  const key = `${who.account} ${who.id}`;
  const now = Date.now();
  if (now - (watched.get(key) ?? 0) < WATCHED_AGAIN_MS) return;
  watched.delete(key);
  watched.set(key, now);
  if (watched.size > WATCHED_KEPT) watched.delete(watched.keys().next().value!);
  await recordWatched(db(), who.id, way, { officer: { account: who.account, name: who.name }, now });
}

async function fetchWhole(home: string, at: URL, most: number): Promise<Fetched> {
  const answer = await askCamera(home, at, { withinMs: ANSWER_MS });
  if (!answer.ok) return { ok: false, why: answer.code };
  const body = await readWhole(answer.value.body, most);
  if (!body) return { ok: false, why: 'too-large' };
  return { ok: true, body, from: answer.value.from.href, type: answer.value.headers['content-type'] ?? '' };
}

/** A playlist with our own addresses in it. @param sealed of a variant; null: the registered one */
export async function relayPlaylist(event: RequestEvent, sealed: string | null): Promise<Response> {
  const who = await viewer(event);
  const home = who.addresses.hls;
  if (home === null) return noPicture('no-address');
  const seals = await sealOf();
  const at = sealed === null ? home : seals.open(who.id, sealed);
  if (at === null) error(404, { message: 'no such playlist' });
  if (sealed === null) await note(who, 'hls');
  return bounded(who.account, async (done) => {
    const got = await playlists.get(`${home}\n${at}`, Date.now(), () => fetchWhole(home, new URL(at), PLAYLIST_BYTES));
    done();
    if (!got.ok) return noPicture(got.why);
    const text = got.body.toString('utf8');
    const part = readPlaylist(text).kind === 'master' ? 'p' : 'm';
    const ours = rewritePlaylist(text, (uri) => {
      if (!URL.canParse(uri, got.from)) return null;
      const to = new URL(uri, got.from);
      to.username = to.password = '';
      return sameOrigin(home, to) ? `/cameras/${who.id}/${part}/${seals.close(who.id, to.href)}` : null;
    });
    if (ours === null) return noPicture('no-playlist');
    return new Response(ours, { headers: { ...NOT_KEPT, 'content-type': 'application/vnd.apple.mpegurl' } });
  });
}

/** What segments may call themselves; a page or a document is none. */
const MEDIA = /^(video|audio)\/|^(application|binary)\/(octet-stream|mp4|x-mpegurl)|^text\/vtt|^$/i;

/** A segment, a key or the beginning of a stream, passed on as it comes. */
export async function relayMedia(event: RequestEvent, sealed: string): Promise<Response> {
  const who = await viewer(event);
  const home = who.addresses.hls;
  const at = home === null ? null : (await sealOf()).open(who.id, sealed);
  if (home === null || at === null) error(404, { message: 'no such segment' });
  const range = event.request.headers.get('range');
  return bounded(who.account, async (done) => {
    const answer = await askCamera(home, new URL(at), {
      withinMs: SEGMENT_MS,
      signal: event.request.signal,
      ...(range === null ? {} : { headers: { range } }),
    });
    if (!answer.ok) {
      done();
      return noPicture(answer.code);
    }
    const { status, headers, body } = answer.value;
    const type = (headers['content-type'] ?? '').split(';')[0]!.trim();
    if (!MEDIA.test(type) || Number(headers['content-length'] ?? 0) > SEGMENT_BYTES) {
      body.destroy();
      done();
      return noPicture(MEDIA.test(type) ? 'too-large' : 'no-picture');
    }
    // also when the browser goes away before the first byte, or the time is over
    body.once('close', done);
    return new Response(Readable.toWeb(Readable.from(upTo(body, SEGMENT_BYTES))) as ReadableStream, {
      status: status === 206 ? 206 : 200,
      headers: {
        ...NOT_KEPT,
        'content-type': type === '' ? 'application/octet-stream' : type,
        ...picked(headers, 'content-length', 'content-range', 'accept-ranges'),
      },
    });
  });
}

/** Ends a body that is longer than it said. */
async function* upTo(body: CameraAnswer['body'], most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > most) throw new Error('a segment is larger than it may be');
    yield part;
  }
}

const picked = (headers: CameraAnswer['headers'], ...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((n) => (typeof headers[n] === 'string' ? [[n, headers[n]]] : [])));

/** One still picture. */
export async function relaySnapshot(event: RequestEvent): Promise<Response> {
  const who = await viewer(event);
  const home = who.addresses.snapshot;
  if (home === null) return noPicture('no-address');
  await note(who, 'snapshot');
  return bounded(who.account, async (done) => {
    const got = await stills.get(home, Date.now(), () => fetchWhole(home, new URL(home), SNAPSHOT_BYTES));
    done();
    if (!got.ok) return noPicture(got.why);
    const type = got.type.split(';')[0]!.trim();
    // an SVG is a document that can run scripts
    if (!/^image\/(jpeg|png|webp|gif|avif)$/i.test(type)) return noPicture('no-picture');
    return new Response(new Uint8Array(got.body), { headers: { ...NOT_KEPT, 'content-type': type } });
  });
}

/**
 * WHEP: the browser's offer goes to the media server and its answer back; the pictures then flow between the two. What the media
 * server keeps for it has an address of ours, which only this account can end.
 */
export async function relayOffer(event: RequestEvent): Promise<Response> {
  const who = await viewer(event);
  const home = who.addresses.whep;
  if (home === null) return noPicture('no-address');
  if (!event.request.headers.get('content-type')?.startsWith('application/sdp'))
    error(415, { message: 'send application/sdp' });
  const offer = await event.request.text();
  if (offer.length > SDP_BYTES) error(413, { message: `an offer has at most ${SDP_BYTES} bytes` });
  if (!isOffer(offer)) error(400, { message: 'an offer wants one stream of video and sends none' });
  await note(who, 'whep');
  const seals = await sealOf();
  return bounded(who.account, async (done) => {
    const got = await openSession(home, offer, ANSWER_MS).finally(done);
    if (!got.ok) return noPicture(got.why);
    // whoever went away meanwhile cannot end what it never heard of
    if (event.request.signal.aborted && got.session !== null) await endSession(home, got.session, ANSWER_MS);
    const location = got.session && `/cameras/${who.id}/whep/${seals.close(sessionOf(who), got.session.href)}`;
    return new Response(got.sdp, {
      status: 201,
      headers: { ...NOT_KEPT, 'content-type': 'application/sdp', ...(location ? { location } : {}) },
    });
  });
}

/** A session is sealed for its camera and its account: nobody ends another's picture. */
const sessionOf = (who: Viewer): string => `${who.id} ${who.account}`;

/** The picture was closed: the media server lets go of it. @param sealed of the answer's `location` */
export async function relayEnd(event: RequestEvent, sealed: string): Promise<Response> {
  const who = await viewer(event);
  const home = who.addresses.whep;
  const at = home === null ? null : (await sealOf()).open(sessionOf(who), sealed);
  if (home === null || at === null) error(404, { message: 'no such session' });
  return bounded(who.account, async (done) => {
    const why = await endSession(home, new URL(at), ANSWER_MS).finally(done);
    // what is not there any more has ended
    return why === null || why === 'not-found' ? new Response(null, { status: 204 }) : noPicture(why);
  });
}
