import { breaks, grown, trailOf, type Trail, type TrailPoint } from '#domain/city/trail.ts';
import type { Instant } from '#domain/time.ts';
import { query } from './requests.ts';

/** After a question that failed the next one waits so long, by the times of the positions heard. */
const AGAIN_MS = 30_000;

/** The way that the chosen vehicle came: recorded positions, read once, and those that are heard since. */
export class VehicleTrail {
  points = $state.raw<Trail>([]);
  /** Are the recorded positions in it? */
  state = $state<'reading' | 'read' | 'failed'>('reading');

  #vehicle: string | null = null;
  #ended = new AbortController();
  #askedAt = 0;

  /** Another vehicle, or none, is chosen. */
  follow(vehicle: string | null): void {
    this.#ended.abort();
    this.#ended = new AbortController();
    this.#vehicle = vehicle;
    this.points = [];
    this.state = 'reading';
    void this.#read(0);
  }

  /** The newest position of the vehicle that is followed. */
  hear(heard: TrailPoint): void {
    const last = this.points.at(-1);
    this.points = grown(this.points, heard);
    // after a silence of the connection positions may be recorded that were not heard
    const missed = last !== undefined && breaks(last, heard);
    const again = this.state === 'failed' && heard[2] - this.#askedAt > AGAIN_MS;
    if (missed || again) void this.#read(heard[2]);
  }

  async #read(at: Instant): Promise<void> {
    if (this.#vehicle === null) return;
    const { signal } = this.#ended;
    this.#askedAt = at;
    try {
      const answer = await query<Trail>(`/map/vehicles/${encodeURIComponent(this.#vehicle)}/trail`, signal);
      if (signal.aborted) return;
      this.state = answer.ok ? 'read' : 'failed';
      if (!answer.ok) return;
      const recorded = answer.made.at(-1)?.[2] ?? 0;
      this.points = trailOf([...answer.made, ...this.points.filter(([, , since]) => since > recorded)]);
    } catch (e) {
      if (!signal.aborted) throw e;
    }
  }
}
