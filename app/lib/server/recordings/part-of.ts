import { error, type RequestEvent } from '@sveltejs/kit';
import { mayDo, type Right } from '#domain/access.ts';
import type { CallStory } from '#domain/calls/journey.ts';
import { align, missingSeconds, type Alignment } from '#domain/recordings/align.ts';
import { HOUR, MINUTE, type Instant } from '#domain/time.ts';
import type { AccountSession } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { callStory } from '#store/call-journey.ts';
import type { Sql } from '#store/db.ts';
import { accessByNumber } from '#store/recordings.ts';
import { partsOf, type Part } from './find.ts';
import { mediaSeconds, openMedia, type MediaRefusal } from './media.ts';

/** A recording in addresses: the call, and which of its parts. */
export const recordingId = (call: string, part: string): string => `${call}~${part}`;
export function readId(id: string): { call: string; part: string } | null {
  const m = /^(.{1,150})~([\w-]{12})$/s.exec(id);
  return m ? { call: m[1]!, part: m[2]! } : null;
}

/** One part of a call's recording by its key; null when the call or the part is not known. */
export async function heardPart(sql: Sql, call: string, key: string, now: Instant): Promise<Part | null> {
  const story = await callStory(sql, call);
  return (story && (await partsOf(story, now)).list.find((p) => p.key === key)) ?? null;
}

/** An opening is good for a shift; a download is begun at once. */
const GOOD_FOR_MS = { heard: 12 * HOUR, saved: 10 * MINUTE };

/**
 * For the media endpoints: the part that this session has opened or may take. The right is asked here, and the access must be
 * this account's own: an address that was passed on opens nothing.
 */
export async function mustHaveAccess(event: RequestEvent, kind: 'heard' | 'saved', right: Right): Promise<Part> {
  const session = mustHear(event, right);
  const id = readId(event.params.id ?? '');
  const n = Number(event.url.searchParams.get('access') ?? '');
  if (!id || !Number.isSafeInteger(n) || n <= 0)
    error(400, { message: 'a recording is opened with recording-open or recording-save first' });
  const access = await accessByNumber(db(), n);
  const now = Date.now();
  const isOwn =
    access !== null &&
    access.kind === kind &&
    access.account === session.account.id &&
    access.call === id.call &&
    access.part === id.part &&
    now - access.at < GOOD_FOR_MS[kind];
  if (!isOwn) error(403, { message: 'this recording was not opened by this account, or too long ago' });
  const part = await heardPart(db(), id.call, id.part, now);
  if (!part) error(404, { message: 'there is no such recording any more' });
  return part;
}

/** For endpoints that are asked by scripts and players: no way to the sign-in page, only the status. */
export function mustHear(event: RequestEvent, right: Right): AccountSession {
  const { session } = event.locals;
  if (!session?.account) error(401, { message: 'not signed in' });
  if (!mayDo(session.role, right)) error(403, { message: `the role ${session.role} has no right ${right}` });
  return session;
}

/** The status of an answer that cannot be given. */
export const statusOf = (refused: MediaRefusal): number =>
  refused === 'missing' ? 404 : refused === 'recorder-away' || refused === 'recorder-refused' ? 502 : 415;

/** One part as the screens show it. */
export interface ShownPart {
  readonly id: string;
  readonly part: string;
  readonly name: string;
  readonly by: Part['by'];
  readonly refused: MediaRefusal | null;
  /** It may be downloaded, also where it cannot be played here. */
  readonly there: boolean;
  readonly bytes: number | null;
  readonly seconds: number | null;
  readonly channels: number | null;
  readonly coding: string | null;
  /** The recorder was cut off, or still writes. */
  readonly cut: boolean;
  readonly alignment: Alignment;
}
export interface ShownRecordings {
  readonly off: boolean;
  readonly parts: readonly ShownPart[];
  /** Seconds of the conversations that the parts do not hold; null: none, or not known. */
  readonly missingS: number | null;
}

/** The parts of a call's recording with their lengths and their place in the call. */
export async function shownRecordings(story: CallStory, now: Instant): Promise<ShownRecordings> {
  const { off, list } = await partsOf(story, now);
  const parts: ShownPart[] = [];
  for (const part of list) parts.push(await shown(story, part));
  const lengths = parts.map((p) => p.seconds);
  const known = lengths.length > 0 && lengths.every((s) => s !== null);
  return { off, parts, missingS: known ? missingSeconds(lengths as number[], story) : null };
}

async function shown(story: CallStory, part: Part): Promise<ShownPart> {
  const common = { id: recordingId(story.call.call_id, part.key), part: part.key, name: part.name, by: part.by };
  const unknown = { bytes: null, seconds: null, channels: null, coding: null, cut: false };
  const nowhere: Alignment = { by: 'unknown', startAt: null };
  // a recorder is asked when somebody listens, not for a list
  if (!part.place || part.place.at === 'recorder')
    return { ...common, ...unknown, refused: part.refused, there: part.place !== null, alignment: nowhere };
  const media = await openMedia(part);
  if (!media.ok) return { ...common, ...unknown, refused: media.code, there: false, alignment: nowhere };
  const { handle, bytes, sound, unplayable } = media.value;
  await handle.close();
  const seconds = mediaSeconds(media.value);
  return {
    ...common,
    refused: unplayable,
    there: true,
    bytes,
    seconds,
    channels: sound?.channels ?? null,
    coding: sound?.coding ?? null,
    cut: sound?.cut ?? false,
    alignment: seconds === null ? nowhere : align(seconds, part.span, story, part.place.writtenAt),
  };
}
