import { expect, test } from 'vitest';
import { mulberry32 } from '../random.ts';
import { ALAW, alawOf, ULAW } from './companding.ts';
import { PeakMeter, SILENCE_S } from './peaks.ts';
import { rangeOf } from './range.ts';
import { framesOf, linear, samplesToBytes, secondsOf, soundOf, wavBytes, wavHead } from './sound.ts';

test('A-law and µ-law are decoded as G.711 has them', () => {
  // the codes of the smallest and the greatest values of both signs
  expect([0xd5, 0x55, 0xaa, 0x2a, 0x80, 0x00].map((b) => ALAW[b])).toEqual([8, -8, 32_256, -32_256, 5504, -5504]);
  expect([0xff, 0x7f, 0x80, 0x00, 0xf0, 0xe0].map((b) => ULAW[b])).toEqual([0, 0, 32_124, -32_124, 120, 372]);
  for (let b = 0; b < 256; b++) expect(alawOf(ALAW[b]!), `byte ${b}`).toBe(b);
});

function wav(format: number, bits: number, channels: number, data: Uint8Array, promised = data.length): Uint8Array {
  const head = wavHead({ rate: 8000, channels: channels as 1 | 2 }, promised);
  const view = new DataView(head.buffer);
  view.setUint16(20, format, true);
  view.setUint16(34, bits, true);
  const out = new Uint8Array(head.length + data.length);
  out.set(head);
  out.set(data, head.length);
  return out;
}

test('a WAV file says where its samples are and what they are', () => {
  const file = wav(6, 8, 2, new Uint8Array(16_000));
  const sound = soundOf('x.wav', file, file.length);
  expect(sound).toEqual({
    ok: true,
    value: { coding: 'alaw', rate: 8000, channels: 2, dataAt: 44, dataBytes: 16_000, cut: false },
  });
  if (sound.ok) expect([secondsOf(sound.value), wavBytes(sound.value)]).toEqual([1, 44 + 32_000]);
});

test('a file that was cut off, or is still written, is as long as what is there', () => {
  const cut = wav(1, 16, 1, new Uint8Array(1001), 64_000);
  expect(soundOf('x.wav', cut, cut.length)).toMatchObject({ value: { dataBytes: 1000, cut: true } });
  const open = wav(1, 16, 1, new Uint8Array(1000), 0);
  expect(soundOf('x.wav', open, open.length)).toMatchObject({ value: { dataBytes: 1000, cut: true } });
});

test('what is no sound or a coding we do not decode is told apart', () => {
  const bytes = new Uint8Array(100);
  expect(soundOf('x.gsm', bytes, 100)).toMatchObject({ ok: false, code: 'coding' });
  expect(soundOf('x.wav', wav(0x31, 0, 1, bytes), 144)).toMatchObject({ ok: false, code: 'coding' });
  expect(soundOf('x.wav', bytes, 100)).toMatchObject({ ok: false, code: 'no-sound' });
  expect(soundOf('x.wav', wav(6, 8, 7, bytes), 144)).toMatchObject({ ok: false, code: 'no-sound' });
  expect(soundOf('x.alaw', bytes, 100)).toMatchObject({ value: { coding: 'alaw', dataAt: 0, dataBytes: 100 } });
  expect(soundOf('x.sln', bytes, 99)).toMatchObject({ value: { coding: 'pcm16', dataBytes: 98 } });
});

test('a header of any bytes is read or refused, and never throws', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = mulberry32(seed);
    const file = wav(1, 16, 1, new Uint8Array(Math.floor(random() * 60)));
    for (let i = 0; i < 6; i++) file[Math.floor(random() * file.length)] = Math.floor(random() * 256);
    const sound = soundOf('x.wav', file, file.length);
    if (!sound.ok) continue;
    expect(sound.value.dataAt + sound.value.dataBytes, `seed ${seed}`).toBeLessThanOrEqual(file.length);
    expect(Number.isInteger(framesOf(sound.value)), `seed ${seed}`).toBe(true);
  }
});

test('16-bit samples come through as they were', () => {
  const samples = Int16Array.of(0, 1, -1, 32_767, -32_768, 256);
  expect([...linear('pcm16', samplesToBytes(samples))]).toEqual([...samples]);
});

test('a Range header asks for a part, for the end, for all, or for what is not there', () => {
  expect(rangeOf('bytes=0-99', 1000)).toEqual({ kind: 'part', from: 0, to: 99 });
  expect(rangeOf('bytes=900-', 1000)).toEqual({ kind: 'part', from: 900, to: 999 });
  expect(rangeOf('bytes=900-5000', 1000)).toEqual({ kind: 'part', from: 900, to: 999 });
  expect(rangeOf('bytes=-100', 1000)).toEqual({ kind: 'part', from: 900, to: 999 });
  expect(rangeOf('bytes=-5000', 1000)).toEqual({ kind: 'part', from: 0, to: 999 });
  expect(rangeOf('bytes=1000-', 1000)).toEqual({ kind: 'unsatisfiable' });
  expect(rangeOf('bytes=-0', 1000)).toEqual({ kind: 'unsatisfiable' });
  for (const all of [null, '', 'bytes=-', 'bytes=9-1', 'bytes=0-1,5-6', 'lines=0-9', 'bytes=x-'])
    expect(rangeOf(all, 1000), String(all)).toEqual({ kind: 'whole' });
});

test('peaks are those of each channel, whatever portions the samples come in, and long silences are told', () => {
  const rate = 8000;
  // 2 s of sound on the left, 6 s of silence, 2 s of sound on the right
  const samples = new Int16Array(10 * rate * 2);
  for (let i = 0; i < 2 * rate; i++) samples[2 * i] = i % 2 ? 16_000 : -16_000;
  for (let i = 8 * rate; i < 10 * rate; i++) samples[2 * i + 1] = i % 2 ? 8000 : -8000;
  const meter = (portion: number) => {
    const m = new PeakMeter({ channels: 2, rate, frames: 10 * rate, buckets: 10 });
    for (let i = 0; i < samples.length; i += portion) m.take(samples.subarray(i, i + portion));
    return m.result();
  };
  const whole = meter(samples.length);
  expect(whole.peaks).toEqual([
    [62, 62, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 31, 31],
  ]);
  expect(whole.silences).toEqual([{ from: 2, to: 8 }]);
  expect(whole.silences[0]!.to - whole.silences[0]!.from).toBeGreaterThanOrEqual(SILENCE_S);
  expect(meter(646)).toEqual(whole);
});
