import { expect, test } from 'vitest';
import { PeakMeter } from '#domain/recordings/peaks.ts';
import { framesOf, linear, secondsOf, soundOf } from '#domain/recordings/sound.ts';
import { demoRecording } from './recordings-voice.ts';

test('a demo recording is a WAV file in A-law of its length, in which both sides are heard by turns', () => {
  const file = demoRecording(7, 30);
  const sound = soundOf('x.wav', file, file.length);
  if (!sound.ok) throw new Error(sound.code);
  expect(sound.value).toMatchObject({ coding: 'alaw', rate: 8000, channels: 2, cut: false });
  expect(secondsOf(sound.value)).toBe(30);
  const meter = new PeakMeter({ channels: 2, rate: 8000, frames: framesOf(sound.value), buckets: 300 });
  meter.take(linear('alaw', file.subarray(sound.value.dataAt)));
  const [caller, seat] = meter.result().peaks;
  const talks = (peaks: readonly number[]): number => peaks.filter((p) => p > 8).length;
  expect(talks(caller!)).toBeGreaterThan(60);
  expect(talks(seat!)).toBeGreaterThan(60);
  expect(caller!.filter((p, i) => p > 8 && seat![i]! > 8).length).toBeLessThan(20);
  expect(demoRecording(7, 30)).toEqual(file);
  expect(demoRecording(8, 30)).not.toEqual(file);
  // any number of 32 bits is a seed
  expect(demoRecording(0xffff_fff1, 1).length).toBe(44 + 16_000);
});
