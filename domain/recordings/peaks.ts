/** Loudness of a whole recording, small enough to be drawn and kept. */
export interface Waveform {
  readonly seconds: number;
  /** Per channel and bucket the loudest sample, 0–100 % of full scale in steps of 1/127. */
  readonly peaks: readonly (readonly number[])[];
  /** Stretches in which no channel is louder than {@link SILENT_BELOW}, from {@link SILENCE_S} on; seconds. */
  readonly silences: readonly { readonly from: number; readonly to: number }[];
}

/** Root mean square of a window, about −46 dBFS: noise of a telephone line lies below, speech above; single clicks do not count. */
export const SILENT_BELOW = 160;
/** Shorter pauses are how people talk. */
export const SILENCE_S = 4;
/** Silence is looked for in windows of this length. */
const WINDOW_S = 0.1;
/** Silences kept of one recording at most. */
const MAX_SILENCES = 500;

/** Takes the samples of a recording as they are read, in any portions, and keeps only what is drawn. */
export class PeakMeter {
  readonly #channels: number;
  readonly #rate: number;
  readonly #frames: number;
  readonly #peaks: Uint8Array[];
  readonly #silences: { from: number; to: number }[] = [];
  #frame = 0;
  #windowEnd: number;
  #energy: number;
  /** Frame in which the silence began; null: there is sound. */
  #silentFrom: number | null = 0;

  /** @param frames samples per channel of the whole; @param buckets to draw */
  constructor({
    channels,
    rate,
    frames,
    buckets,
  }: {
    channels: number;
    rate: number;
    frames: number;
    buckets: number;
  }) {
    this.#channels = channels;
    this.#rate = rate;
    this.#frames = frames;
    this.#energy = 0;
    this.#windowEnd = Math.round(rate * WINDOW_S);
    this.#peaks = Array.from({ length: channels }, () => new Uint8Array(Math.max(1, Math.min(buckets, frames))));
  }

  /** @param samples of all channels by turns, whole frames */
  take(samples: Int16Array): void {
    const buckets = this.#peaks[0]!.length;
    for (let i = 0; i + this.#channels <= samples.length; i += this.#channels) {
      if (this.#frame >= this.#frames) return;
      const bucket = Math.floor((this.#frame * buckets) / this.#frames);
      let square = 0;
      for (let c = 0; c < this.#channels; c++) {
        const level = Math.abs(samples[i + c]!);
        square = Math.max(square, level * level);
        const peaks = this.#peaks[c]!;
        const small = Math.min(127, level >> 8);
        if (small > peaks[bucket]!) peaks[bucket] = small;
      }
      this.#energy += square;
      if (++this.#frame >= this.#windowEnd) this.#closeWindow();
    }
  }

  #closeWindow(): void {
    const length = Math.round(this.#rate * WINDOW_S);
    const isSilent = Math.sqrt(this.#energy / length) < SILENT_BELOW;
    const from = this.#windowEnd - length;
    if (isSilent) this.#silentFrom ??= from;
    else this.#endSilence(from);
    this.#energy = 0;
    this.#windowEnd += length;
  }

  #endSilence(frame: number): void {
    if (this.#silentFrom !== null && this.#silences.length < MAX_SILENCES) {
      const from = this.#silentFrom / this.#rate;
      const to = frame / this.#rate;
      if (to - from >= SILENCE_S) this.#silences.push({ from, to });
    }
    this.#silentFrom = null;
  }

  /** What was heard so far. */
  result(): Waveform {
    this.#endSilence(this.#frame);
    return {
      seconds: this.#frames / this.#rate,
      peaks: this.#peaks.map((p) => [...p]),
      silences: this.#silences,
    };
  }
}
