import { clearance, LANES, mayDo, mayFollow } from '#domain/access.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Topic } from '#domain/folds.ts';
import { isAboutCaller, STEER_KINDS } from '#domain/steer/rows.ts';
import { steerMeans } from '#lib/server/commands/steer.ts';
import { mustMay } from '#lib/server/guard.ts';
import { settings } from '#lib/server/runtime.ts';
import type { LayoutServerLoad } from './$types';

const TOPICS: readonly Topic[] = ['floor'];

/** What the pages of the queues listen to, and what this role may do to a caller who waits. */
export const load: LayoutServerLoad = (event) => {
  const { role } = mustMay(event, 'floor.see');
  const { queueNames, pauseReasons } = settings();
  return {
    topics: TOPICS.flatMap((t) => {
      const mine = clearance(role, t);
      return mine === null ? [] : [mine === 'masked' && MASKS[t] ? `${t}.masked` : t];
    }),
    lanes: LANES.filter((l) => l === 'feeds' && mayFollow(role, l)),
    queueNames,
    pauseReasons,
    may: STEER_KINDS.filter((kind) => isAboutCaller(kind) && mayDo(role, `steer.${kind}`)),
    means: steerMeans(),
    openRows: mayDo(role, 'rows.see'),
  };
};
