import type { CameraReason } from '#domain/cameras/rows.ts';

/** Why a player shows nothing: what the relay says, or what happened in this browser. */
export type NoPicture = CameraReason | 'busy' | 'decode' | 'network';
/** What a way to a picture tells of itself. Each is told at most once; nothing after `end` was called. */
export interface Playing {
  readonly began: () => void;
  readonly failed: (why: NoPicture) => void;
}
/** Starts a way to the picture on an element. @returns what ends it */
export type Way = (id: string, screen: Screen, tell: Playing) => () => void;
export interface Screen {
  readonly video: HTMLVideoElement;
  readonly image: HTMLImageElement;
}

/** What the relay says is wrong, out of its answer; of anything else the connection is. */
export function whyOf(status: number, text: string): NoPicture {
  try {
    const { why } = JSON.parse(text) as { why?: unknown };
    if (typeof why === 'string') return why as NoPicture;
  } catch {
    // not an answer of the relay: what follows
  }
  if (status === 401 || status === 403) return 'not-allowed';
  return status === 404 ? 'not-found' : 'network';
}
