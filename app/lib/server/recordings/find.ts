import { createHash } from 'node:crypto';
import type { CallStory, RecordedSpan } from '#domain/calls/journey.ts';
import { addressOf, filePattern, toldPath, type PatternCall } from '#domain/recordings/pattern.ts';
import { settings } from '#lib/server/runtime.ts';
import { filesIn, openFile, type FileRefusal } from './folder.ts';

/** Where one part of a call's recording is. */
export type Place =
  | { readonly at: 'folder'; readonly path: string; readonly bytes: number; readonly writtenAt: number }
  | { readonly at: 'recorder'; readonly address: string };

/** Why a part cannot be heard. `elsewhere`: the switch keeps it outside the folder that we were given. */
export type PartRefusal = FileRefusal | 'elsewhere' | 'unsafe';

/** One part of a call's recording, found or not. */
export interface Part {
  /** Names it in addresses: the same for the same file, and nothing of a path. */
  readonly key: string;
  /** The name of the file, for people; of one that is missing the rule that was tried. */
  readonly name: string;
  /** By which rule it was looked for. */
  readonly by: 'told' | 'pattern' | 'recorder';
  readonly span: RecordedSpan | null;
  readonly place: Place | null;
  readonly refused: PartRefusal | null;
}

export interface Parts {
  /** No folder and no recorder is configured: nothing was looked for. */
  readonly off: boolean;
  readonly list: readonly Part[];
}

const PARTS_AT_MOST = 20;
const keyOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 12);

const ofFile = (by: Part['by'], path: string, span: RecordedSpan | null) => ({
  key: keyOf(path),
  name: path.split('/').at(-1)!,
  by,
  span,
});

/** @returns the part, found or refused; of the file only what people may know */
async function look(by: Part['by'], path: string, span: RecordedSpan | null): Promise<Part> {
  const file = await openFile(path);
  if (!file.ok) return { ...ofFile(by, path, span), name: path, place: null, refused: file.code };
  await file.value.handle.close();
  const { bytes, writtenAt } = file.value;
  return { ...ofFile(by, path, span), place: { at: 'folder', path, bytes, writtenAt }, refused: null };
}

function patternCall({ call }: Pick<CallStory, 'call'>): PatternCall {
  return { id: call.call_id, setupAt: call.t_setup, caller: call.caller, called: call.called };
}

/**
 * The parts of a call's recording: the files that the switch named; else what the pattern finds in the folder; else the
 * recorder's address, which answers only when it is asked. What was named and is not there stays in the list and says so.
 */
export async function partsOf(story: Pick<CallStory, 'call' | 'recorded'>, now: number): Promise<Parts> {
  const { recordingsUrl, recordingsDir, recordingsSwitchDir, recordingsPattern, zone } = settings();
  if (recordingsDir === '' && recordingsUrl === '') return { off: true, list: [] };
  const call = patternCall(story);
  const list: Part[] = [];
  if (recordingsDir !== '') {
    const named = new Map(story.recorded.filter((r) => r.file !== null).map((r) => [r.file!, r]));
    for (const [file, span] of [...named].slice(0, PARTS_AT_MOST)) {
      const path = toldPath(file, recordingsSwitchDir);
      list.push(
        path.ok
          ? await look('told', path.value, span)
          : { key: keyOf(file), name: file, by: 'told', span, place: null, refused: path.code },
      );
    }
    if (!list.some((p) => p.place !== null)) list.push(...(await byPattern(call, story, recordingsPattern, zone, now)));
  }
  // what the folder says of it matters only where nobody else can have it
  if (recordingsUrl !== '' && !list.some((p) => p.place !== null)) {
    const address = addressOf(recordingsUrl, call, zone);
    const name = `${call.id}${/\.\w{1,5}$/.exec(new URL(address).pathname)?.[0] ?? ''}`;
    const span = story.recorded.length === 1 ? story.recorded[0]! : null;
    return {
      off: false,
      list: [{ key: keyOf(address), name, by: 'recorder', span, place: { at: 'recorder', address }, refused: null }],
    };
  }
  return { off: false, list };
}

async function byPattern(
  call: PatternCall,
  { recorded }: Pick<CallStory, 'recorded'>,
  template: string,
  zone: string,
  now: number,
): Promise<Part[]> {
  const missing = (name: string, refused: PartRefusal): Part[] => [
    { key: keyOf(name), name, by: 'pattern', span: null, place: null, refused },
  ];
  const pattern = filePattern(template, call, zone);
  if (!pattern.ok) return missing(template, 'unsafe');
  const { folder, matches, text } = pattern.value;
  const names = await filesIn(folder, matches, now);
  if (!names.ok || names.value.length === 0) return missing(text, names.ok ? 'missing' : names.code);
  const unnamed = recorded.filter((r) => r.file === null);
  const found = names.value.slice(0, PARTS_AT_MOST);
  // one file and one recording: they are the same; of several nobody told which is which
  const span = found.length === 1 && unnamed.length === 1 ? unnamed[0]! : null;
  return Promise.all(found.map((name) => look('pattern', folder === '' ? name : `${folder}/${name}`, span)));
}
