import { MINUTE, SECOND, type Instant } from '../time.ts';
import type { CameraHealth, CameraReason } from './rows.ts';

/** What one look at a camera gave. `endsWith`: what its playlist ended with; null where there is none. */
export type Look =
  | { readonly ok: true; readonly tookMs: number; readonly endsWith: string | null; readonly targetS: number }
  | { readonly ok: false; readonly reason: CameraReason };

/** All that the checker keeps of a camera. */
export interface Kept extends CameraHealth {
  /** Looks without a picture in a row. */
  readonly fails: number;
  readonly endsWith: string | null;
  /** When the playlist went on last. */
  readonly wentOnAt: Instant | null;
}

/** A picture that takes longer to begin is late. */
export const SLOW_MS = 3 * SECOND;
/** One lost answer is no dead camera. */
const DEAD_AFTER = 2;
const AGAIN_MS = 10 * SECOND;
/** A dead one is asked more and more rarely, so that hundreds of them cost the living nothing. */
const MOST_MS = 10 * MINUTE;
/** A playlist has to go on within so many of its longest segments, and 15 s at least. */
const FROZEN_SEGMENTS = 3;
const FROZEN_MS = 15 * SECOND;

/** What is known after a look, and when to look again. @param everyMs between looks at a living camera */
export function judge(was: Kept, look: Look, now: Instant, everyMs: number): { kept: Kept; dueAt: Instant } {
  const seen = look.ok ? playlistOf(was, look, now) : null;
  const reason = look.ok ? (seen!.frozen ? 'frozen' : null) : look.reason;
  const common = {
    checkedAt: now,
    endsWith: seen?.endsWith ?? was.endsWith,
    wentOnAt: seen?.wentOnAt ?? was.wentOnAt,
  };
  const since = (state: Kept['state']): Instant => (state === was.state ? was.since : now);
  if (reason === null) {
    const state = look.ok && look.tookMs > SLOW_MS ? 'slow' : 'live';
    const kept = { ...common, state, reason: null, since: since(state), pictureAt: now, fails: 0 } as const;
    return { kept, dueAt: now + everyMs };
  }
  if (reason === 'no-address')
    return {
      kept: { ...common, state: 'unknown', reason, since: since('unknown'), pictureAt: was.pictureAt, fails: 0 },
      dueAt: now + MOST_MS,
    };
  const fails = was.fails + 1;
  if (fails < DEAD_AFTER && was.state !== 'dead')
    return { kept: { ...was, ...common, fails }, dueAt: now + Math.min(everyMs, AGAIN_MS) };
  const wait = Math.min(MOST_MS, everyMs * 2 ** Math.min(10, fails - DEAD_AFTER));
  return {
    kept: { ...common, state: 'dead', reason, since: since('dead'), pictureAt: was.pictureAt, fails },
    dueAt: now + wait,
  };
}

function playlistOf(
  was: Kept,
  look: Extract<Look, { ok: true }>,
  now: Instant,
): { endsWith: string | null; wentOnAt: Instant; frozen: boolean } {
  const { endsWith, targetS } = look;
  const wentOnAt = endsWith === null || endsWith !== was.endsWith ? now : (was.wentOnAt ?? now);
  const most = Math.max(FROZEN_MS, FROZEN_SEGMENTS * targetS * SECOND);
  return { endsWith, wentOnAt, frozen: now - wentOnAt > most };
}

/** Does a camera's view hold a place? @param toward bearing from the camera to the place, degrees */
export function looksAt(bearing: number | null, fov: number | null, toward: number): boolean | null {
  if (bearing === null) return null;
  const off = Math.abs(((toward - bearing + 540) % 360) - 180);
  return off <= (fov ?? 60) / 2;
}
