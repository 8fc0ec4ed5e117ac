import type { LngLat } from '#domain/city/rows.ts';
import { drawKey, withCorner } from '../around/drawing.ts';
import { measured } from './figures.ts';

/** More points nobody sets by hand. */
const MOST_POINTS = 200;

/** The tool “measure” of one desk: the line that is drawn or was. Nothing of it is kept. */
export class MeasureDraft {
  /** Points so far; null: none are being set. */
  drawing = $state.raw<readonly LngLat[] | null>(null);
  /** The line that was ended. */
  line = $state.raw<readonly LngLat[] | null>(null);

  readonly points: readonly LngLat[] = $derived(this.drawing ?? this.line ?? []);
  readonly figures = $derived(measured(this.points));
  readonly open: boolean = $derived(this.drawing !== null || this.line !== null);

  start(): void {
    this.line = null;
    this.drawing = [];
  }
  /** Another tool draws now. */
  stop(): void {
    this.drawing = null;
  }
  clear(): void {
    this.drawing = this.line = null;
  }
  corner(at: LngLat): void {
    if (this.drawing) this.drawing = withCorner(this.drawing, at, MOST_POINTS);
  }
  /** @param middle where the map looks @returns whether the key was one of drawing */
  key(key: string, middle: LngLat | null): boolean {
    const next = this.drawing && drawKey(this.drawing, key, middle, { least: 2, most: MOST_POINTS });
    if (!next) return false;
    this.drawing = 'drawing' in next ? next.drawing : null;
    if ('area' in next) this.line = next.area;
    return true;
  }
}
