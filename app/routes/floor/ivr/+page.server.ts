import { clearance, LANES, mayDo, mayFollow } from '#domain/access.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Topic } from '#domain/folds.ts';
import { mustMay } from '#lib/server/guard.ts';
import { settings } from '#lib/server/runtime.ts';
import type { PageServerLoad } from './$types';

const TOPICS: readonly Topic[] = ['floor'];

/** What the page of the voice menu listens to, and what the house calls its points and queues. */
export const load: PageServerLoad = (event) => {
  const { role } = mustMay(event, 'floor.see');
  const { menuPoints, queueNames } = settings();
  return {
    // counts only: nobody's number is shown here
    topics: TOPICS.flatMap((t) => (clearance(role, t) === null ? [] : [MASKS[t] ? `${t}.masked` : t])),
    lanes: LANES.filter((l) => l === 'feeds' && mayFollow(role, l)),
    menuPoints,
    queueNames,
    openReport: mayDo(role, 'report.see'),
  };
};
