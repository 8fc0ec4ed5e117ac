import type { Instant } from '#domain/time.ts';

/** Farther than this in one step, or after a longer silence, a marker jumps: what lies between was not seen. */
const JUMP_M = 600;
const SILENCE_MS = 30_000;
/** Longest glide: a marker must not be far behind what is known. */
const LONGEST_MS = 4_000;
const M_PER_DEG = 111_195;
const RAD = Math.PI / 180;

/**
 * Smooth motion: a marker glides from where it is drawn to the newest known position in about the time that lies between two
 * messages. Only between positions that were reported; nothing is ever drawn ahead of the last one.
 * Everything is kept in arrays by the order of the ids, because ten thousand markers are looked at thirty times a second.
 */
export class Glide {
  #ids: readonly string[] = [];
  #index = new Map<string, number>();
  /** lng, lat per id. */
  #from = new Float64Array(0);
  #to = new Float64Array(0);
  #startedAt = new Float64Array(0);
  #lastsMs = new Float64Array(0);
  /** Time of the target position by its own clock. */
  #at = new Float64Array(0);
  #movingUntil = 0;

  /**
   * Takes the newest positions.
   * @param positions lng, lat per id; @param ats when each was measured, epoch ms; @param now the screen's clock, ms
   */
  take(ids: readonly string[], positions: Float64Array, ats: ArrayLike<Instant>, now: number): void {
    if (ids !== this.#ids) this.#follow(ids, positions, ats, now);
    const [from, to] = [this.#from, this.#to];
    for (let i = 0; i < ids.length; i++) {
      const lng = positions[2 * i]!;
      const lat = positions[2 * i + 1]!;
      if (to[2 * i] === lng && to[2 * i + 1] === lat) {
        this.#at[i] = ats[i]!;
        continue;
      }
      const between = ats[i]! - this.#at[i]!;
      const share = this.#share(i, now);
      const drawnLng = from[2 * i]! + (to[2 * i]! - from[2 * i]!) * share;
      const drawnLat = from[2 * i + 1]! + (to[2 * i + 1]! - from[2 * i + 1]!) * share;
      const far = Math.hypot((lng - drawnLng) * M_PER_DEG * Math.cos(lat * RAD), (lat - drawnLat) * M_PER_DEG);
      const jump = far > JUMP_M || between > SILENCE_MS || between <= 0;
      from[2 * i] = jump ? lng : drawnLng;
      from[2 * i + 1] = jump ? lat : drawnLat;
      to[2 * i] = lng;
      to[2 * i + 1] = lat;
      this.#startedAt[i] = now;
      this.#lastsMs[i] = jump ? 0 : Math.min(between, LONGEST_MS);
      this.#at[i] = ats[i]!;
      this.#movingUntil = Math.max(this.#movingUntil, now + this.#lastsMs[i]!);
    }
  }

  /** Other ids, or another order: who stays keeps its way, who is new stands where it is, who left is forgotten. */
  #follow(ids: readonly string[], positions: Float64Array, ats: ArrayLike<Instant>, now: number): void {
    const [index, from, to, startedAt, lastsMs, at] = [this.#index, this.#from, this.#to, this.#startedAt, this.#lastsMs, this.#at]; // prettier-ignore
    const n = ids.length;
    this.#ids = ids;
    this.#index = new Map(ids.map((id, i) => [id, i]));
    this.#from = positions.slice(0, 2 * n);
    this.#to = positions.slice(0, 2 * n);
    this.#startedAt = new Float64Array(n).fill(now);
    this.#lastsMs = new Float64Array(n);
    this.#at = Float64Array.from({ length: n }, (_, i) => ats[i]!);
    ids.forEach((id, i) => {
      const was = index.get(id);
      if (was === undefined) return;
      this.#from.set(from.subarray(2 * was, 2 * was + 2), 2 * i);
      this.#to.set(to.subarray(2 * was, 2 * was + 2), 2 * i);
      this.#startedAt[i] = startedAt[was]!;
      this.#lastsMs[i] = lastsMs[was]!;
      this.#at[i] = at[was]!;
    });
  }

  /** Is anything still on its way at `now`? */
  moving(now: number): boolean {
    return now < this.#movingUntil;
  }

  /** Writes where each id that was taken last is drawn at `now` into `out` (lng, lat per id, in their order). */
  sample(now: number, out: Float64Array): void {
    const [from, to] = [this.#from, this.#to];
    out.set(to);
    for (let i = 0; i < this.#ids.length; i++) {
      const share = this.#share(i, now);
      if (share === 1) continue;
      out[2 * i] = from[2 * i]! + (to[2 * i]! - from[2 * i]!) * share;
      out[2 * i + 1] = from[2 * i + 1]! + (to[2 * i + 1]! - from[2 * i + 1]!) * share;
    }
  }

  #share(i: number, now: number): number {
    const lasts = this.#lastsMs[i]!;
    return lasts <= 0 ? 1 : Math.min(1, Math.max(0, (now - this.#startedAt[i]!) / lasts));
  }
}
