import { json } from '@sveltejs/kit';
import { HOUR } from '#domain/time.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { usualCases, type UsualCases } from '#lib/server/usual-cases.ts';
import type { RequestHandler } from './$types';

/** All walls ask for the same and the past hardly changes: one answer per hour is kept. */
let kept: Promise<UsualCases> | null = null;
let keptFor = 0;

/** The usual course of the day, for the curve of the wall of cases. */
export const GET: RequestHandler = async (event) => {
  mustMay(event, 'wall.see');
  const hour = Math.floor(Date.now() / HOUR);
  if (!kept || keptFor !== hour) {
    keptFor = hour;
    kept = usualCases(db(), settings().zone, Date.now());
    // a failure is not kept for an hour
    kept.catch(() => (kept = null));
  }
  return json(await kept);
};
