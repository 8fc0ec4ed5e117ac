import { CODING_RATES, type StorageCoding } from '#domain/recordings/storage.ts';
import { cityDay, DAY, HOUR, startOfDay } from '#domain/time.ts';
import { Cached } from '#lib/server/cached.ts';
import { mustMay } from '#lib/server/guard.ts';
import { folderUsage } from '#lib/server/recordings/usage.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { talkPerDay } from '#store/recorded-calls.ts';
import type { PageServerLoad } from './$types';

/** Whole days that are measured. */
const DAYS = 28;
const measured = new Cached<{ day: string; talkS: number; calls: number }[]>(HOUR / 6, 1);

/** What recordings need of the disk: estimated, measured, and what is there. Nothing is deleted here. */
export const load: PageServerLoad = async (event) => {
  mustMay(event, 'recording.hear');
  const { zone, recordingsDir, recordingsPattern } = settings();
  const now = Date.now();
  const params = event.url.searchParams;
  const number = (name: string, usual: number, most: number): number => {
    const n = Number(params.get(name) ?? usual);
    return Number.isFinite(n) && n > 0 && n <= most ? n : usual;
  };
  const coding = (Object.keys(CODING_RATES) as StorageCoding[]).find((c) => c === params.get('coding')) ?? 'alaw';
  const today = startOfDay(cityDay(now, zone), zone);
  const [days, usage] = await Promise.all([
    measured.get(cityDay(now, zone), now, () => talkPerDay(db(), today - DAYS * DAY, today, zone)),
    recordingsDir === '' ? null : folderUsage(now),
  ]);
  return {
    phones: number('phones', 10, 100_000),
    hours: number('hours', 8, 24),
    keepDays: Math.round(number('keep', 180, 36_500)),
    channels: params.get('channels') === '2' ? (2 as const) : (1 as const),
    coding,
    days,
    usage,
    hasFolder: recordingsDir !== '',
    pattern: recordingsPattern,
  };
};
