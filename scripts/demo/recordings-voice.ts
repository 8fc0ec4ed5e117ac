import { alawOf } from '#domain/recordings/companding.ts';
import { wavHead } from '#domain/recordings/sound.ts';
import { Draws } from './draws.ts';

/**
 * What the demo's recorder writes: two voices that nobody could take for people. Each is a few spectra of a throat, by turns, with
 * pauses, in the rhythm of syllables; the caller is on the first channel, the seat on the second.
 */
const RATE = 8000;

interface Voice {
  /** Pitch, Hz. */
  readonly pitch: number;
  /** One period each of some sounds, as loud as can be. */
  readonly sounds: readonly Float32Array[];
}

/** One period of a sound with the energy around these frequencies. */
function period(pitch: number, formants: readonly number[]): Float32Array {
  const out = new Float32Array(Math.round(RATE / pitch));
  for (let h = 1; h * pitch < 3400; h++) {
    const near = formants.reduce((a, f) => a + Math.exp(-(((h * pitch - f) / 180) ** 2)), 0.03);
    for (let i = 0; i < out.length; i++) out[i]! += near * Math.sin((2 * Math.PI * h * i) / out.length + h * h);
  }
  const most = out.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
  return out.map((x) => x / most);
}
const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
] as const;
const voice = (pitch: number): Voice => ({ pitch, sounds: VOWELS.map((f) => period(pitch, f)) });
const CALLERS = [voice(118), voice(165), voice(205)];
const SEATS = [voice(178), voice(222), voice(131)];

/** Fills a turn of one voice into its channel, syllable by syllable. */
function speak(out: Int16Array, channel: 0 | 1, from: number, to: number, who: Voice, draws: Draws): void {
  for (let at = from; at < to;) {
    const length = Math.min(to - at, Math.round(RATE * draws.between(0.12, 0.28)));
    const sound = who.sounds[Math.floor(draws.next() * who.sounds.length)]!;
    const loud = draws.between(3000, 9000);
    for (let i = 0; i < length; i++) {
      const envelope = Math.sin((Math.PI * i) / length);
      out[2 * (at + i) + channel] = loud * envelope * sound[i % sound.length]! + (draws.next() - 0.5) * 120;
    }
    at += length + Math.round(RATE * draws.between(0, 0.06));
  }
}

/** Two short tones at the beginning: this is a machine. */
function beep(out: Int16Array): void {
  for (let i = 0; i < Math.min(RATE / 2, out.length / 2); i++) {
    const tone =
      5000 * Math.sin((2 * Math.PI * (i < RATE / 4 ? 880 : 1175) * i) / RATE) * Math.sin((4 * Math.PI * i) / RATE) ** 2;
    out[2 * i] = tone;
    out[2 * i + 1] = tone;
  }
}

/**
 * A WAV file in A-law, 8 kHz, two channels: the same seed gives the same file.
 * @param seconds its length
 */
export function demoRecording(seed: number, seconds: number): Uint8Array {
  const draws = new Draws(seed);
  const frames = Math.round(seconds * RATE);
  const samples = new Int16Array(frames * 2);
  const caller = CALLERS[seed % CALLERS.length]!;
  const seat = SEATS[(seed >>> 3) % SEATS.length]!;
  beep(samples);
  let channel: 0 | 1 = 1;
  for (let at = Math.round(RATE * 0.6); at < frames;) {
    const to = Math.min(frames, at + Math.round(RATE * draws.between(1.5, 7)));
    speak(samples, channel, at, to, channel === 0 ? caller : seat, draws);
    // now and then somebody looks something up
    at = to + Math.round(RATE * (draws.next() < 0.08 ? draws.between(4, 9) : draws.between(0.2, 0.9)));
    channel = channel === 0 ? 1 : 0;
  }
  const head = wavHead({ rate: RATE, channels: 2 }, samples.length);
  const view = new DataView(head.buffer);
  // A-law: one byte a sample
  view.setUint16(20, 6, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 8, true);
  const out = new Uint8Array(head.length + samples.length);
  out.set(head);
  for (let i = 0; i < samples.length; i++) out[head.length + i] = alawOf(samples[i]!);
  return out;
}
