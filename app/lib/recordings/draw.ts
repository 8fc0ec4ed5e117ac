import type { Waveform } from '#domain/recordings/peaks.ts';
import type { Stretch } from '#domain/recordings/marks.ts';

export interface Colours {
  readonly played: string;
  readonly rest: string;
  readonly quiet: string;
  readonly line: string;
}

/** What of a waveform is drawn: bars of each channel around its own middle, long silences shaded, holds hatched. */
export interface Drawing {
  readonly waveform: Waveform | null;
  readonly seconds: number;
  readonly atS: number;
  readonly holds: readonly Stretch[];
  readonly colours: Colours;
}

const BAR = 2;
const GAP = 1;

export function draw(canvas: HTMLCanvasElement, d: Drawing): void {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const c = canvas.getContext('2d');
  if (!c || d.seconds <= 0) return;
  c.scale(scale, scale);
  c.clearRect(0, 0, width, height);
  const x = (s: number): number => (s / d.seconds) * width;
  c.fillStyle = d.colours.quiet;
  for (const s of d.waveform?.silences ?? []) c.fillRect(x(s.from), 0, x(s.to) - x(s.from), height);
  const channels = d.waveform?.peaks ?? [];
  channels.forEach((peaks, i) =>
    bars(
      c,
      peaks,
      { x: x(d.atS), width, top: (height * i) / channels.length, height: height / channels.length },
      d.colours,
    ),
  );
  if (channels.length === 2) {
    c.fillStyle = d.colours.line;
    c.fillRect(0, height / 2, width, 1);
  }
  for (const h of d.holds) hatch(c, x(h.from), x(h.to), height, d.colours.line);
}

function bars(
  c: CanvasRenderingContext2D,
  peaks: readonly number[],
  at: { x: number; width: number; top: number; height: number },
  colours: Colours,
): void {
  const middle = at.top + at.height / 2;
  const most = at.height / 2 - 3;
  for (let left = 0; left < at.width; left += BAR + GAP) {
    // a bar stands for all buckets below it: the loudest is seen
    const from = Math.floor((left / at.width) * peaks.length);
    const to = Math.max(from + 1, Math.ceil(((left + BAR + GAP) / at.width) * peaks.length));
    let loudest = 0;
    for (let i = from; i < to && i < peaks.length; i++) loudest = Math.max(loudest, peaks[i]!);
    // speech is far below full scale: the root lets it be seen
    const half = Math.max(0.5, Math.sqrt(loudest / 127) * most);
    c.fillStyle = left < at.x ? colours.played : colours.rest;
    c.fillRect(left, middle - half, BAR, half * 2);
  }
}

function hatch(c: CanvasRenderingContext2D, from: number, to: number, height: number, colour: string): void {
  c.save();
  c.beginPath();
  c.rect(from, 0, to - from, height);
  c.clip();
  c.strokeStyle = colour;
  c.lineWidth = 2;
  for (let x = from - height; x < to; x += 8) {
    c.beginPath();
    c.moveTo(x, height);
    c.lineTo(x + height, 0);
    c.stroke();
  }
  c.restore();
}
