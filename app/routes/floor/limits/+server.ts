import { error, json } from '@sveltejs/kit';
import { mayDo } from '#domain/access.ts';
import { ANY_QUEUE, thresholdPeriods } from '#domain/calls/thresholds.ts';
import { limitsOf, type LimitsByQueue } from '#lib/floor/limits.ts';
import { Cached } from '#lib/server/cached.ts';
import { db } from '#lib/server/runtime.ts';
import { thresholdVersions } from '#store/reports/thresholds.ts';
import type { RequestHandler } from './$types';

const inForce = new Cached<LimitsByQueue>(5000, 1);

/** Goals and limits in force now, by skill group, ANY_QUEUE for the others: asked by every page and wall of the floor now and then. */
export const GET: RequestHandler = async ({ locals }) => {
  const { session } = locals;
  if (!session) error(401, { message: 'nobody is signed in' });
  if (!mayDo(session.role, 'wall.see')) error(403, { message: `the role ${session.role} has no right wall.see` });
  const now = Date.now();
  return json(await inForce.get(ANY_QUEUE, now, () => limitsAt(now)));
};

async function limitsAt(now: number): Promise<LimitsByQueue> {
  const periods = thresholdPeriods(await thresholdVersions(db())).filter((p) => p.from <= now && now < p.to);
  return Object.fromEntries(periods.map((p) => [p.queue, limitsOf(p.values)]));
}
