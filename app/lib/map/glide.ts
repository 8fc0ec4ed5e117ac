import type { Instant } from '#domain/time.ts';

/** Farther than this in one step, or after a longer silence, a marker jumps: what lies between was not seen. */
const JUMP_M = 600;
const SILENCE_MS = 30_000;
/** Longest glide: a marker must not be far behind what is known. */
const LONGEST_MS = 4_000;
const M_PER_DEG = 111_195;

interface Track {
  fromLng: number;
  fromLat: number;
  toLng: number;
  toLat: number;
  startedAt: number;
  lastsMs: number;
  /** Time of the target position by its own clock. */
  at: Instant;
}

/**
 * Smooth motion: a marker glides from where it is drawn to the newest known position in about the time that lies between two
 * messages. Only between positions that were reported; nothing is ever drawn ahead of the last one.
 */
export class Glide {
  readonly #tracks = new Map<string, Track>();
  #movingUntil = 0;

  /**
   * Takes the newest positions.
   * @param positions lng, lat per id; @param ats when each was measured, epoch ms; @param now the screen's clock, ms
   */
  take(ids: readonly string[], positions: Float64Array, ats: readonly Instant[], now: number): void {
    const here = new Set(ids);
    for (const id of this.#tracks.keys()) if (!here.has(id)) this.#tracks.delete(id);
    ids.forEach((id, i) => {
      const lng = positions[i * 2]!;
      const lat = positions[i * 2 + 1]!;
      const track = this.#tracks.get(id);
      if (!track) {
        this.#tracks.set(id, {
          fromLng: lng,
          fromLat: lat,
          toLng: lng,
          toLat: lat,
          startedAt: now,
          lastsMs: 0,
          at: ats[i]!,
        });
        return;
      }
      if (track.toLng === lng && track.toLat === lat) {
        track.at = ats[i]!;
        return;
      }
      const between = ats[i]! - track.at;
      const [drawnLng, drawnLat] = drawn(track, now);
      const far = Math.hypot(
        (lng - drawnLng) * M_PER_DEG * Math.cos((lat * Math.PI) / 180),
        (lat - drawnLat) * M_PER_DEG,
      );
      const jump = far > JUMP_M || between > SILENCE_MS || between <= 0;
      track.fromLng = jump ? lng : drawnLng;
      track.fromLat = jump ? lat : drawnLat;
      track.toLng = lng;
      track.toLat = lat;
      track.startedAt = now;
      track.lastsMs = jump ? 0 : Math.min(between, LONGEST_MS);
      track.at = ats[i]!;
      this.#movingUntil = Math.max(this.#movingUntil, now + track.lastsMs);
    });
  }

  /** Is anything still on its way at `now`? */
  moving(now: number): boolean {
    return now < this.#movingUntil;
  }

  /** Writes where each id is drawn at `now` into `out` (lng, lat per id); ids that were never taken keep what is there. */
  sample(ids: readonly string[], now: number, out: Float64Array): void {
    for (let i = 0; i < ids.length; i++) {
      const t = this.#tracks.get(ids[i]!);
      if (!t) continue;
      const share = shareOf(t, now);
      out[i * 2] = t.fromLng + (t.toLng - t.fromLng) * share;
      out[i * 2 + 1] = t.fromLat + (t.toLat - t.fromLat) * share;
    }
  }
}

const shareOf = (t: Track, now: number): number =>
  t.lastsMs <= 0 ? 1 : Math.min(1, Math.max(0, (now - t.startedAt) / t.lastsMs));

function drawn(t: Track, now: number): [number, number] {
  const share = shareOf(t, now);
  return [t.fromLng + (t.toLng - t.fromLng) * share, t.fromLat + (t.toLat - t.fromLat) * share];
}
