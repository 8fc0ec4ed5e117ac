import { clearance, LANES, mayDo, mayFollow } from '#domain/access.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Topic } from '#domain/folds.ts';
import { STEER_KINDS } from '#domain/steer/rows.ts';
import { steerMeans } from '#lib/server/commands/steer.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { lastPhone } from '#store/floor-commands.ts';
import type { PageServerLoad } from './$types';

const TOPICS: readonly Topic[] = ['floor'];

/** What the supervisors' desk listens to, what this role may do there, and with which telephone it last did. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'floor.see');
  const { queueNames, pauseReasons, zone } = settings();
  const account = session.account?.id ?? 0;
  return {
    topics: TOPICS.flatMap((t) => {
      const mine = clearance(session.role, t);
      return mine === null ? [] : [mine === 'masked' && MASKS[t] ? `${t}.masked` : t];
    }),
    lanes: LANES.filter((l) => l === 'feeds' && mayFollow(session.role, l)),
    account,
    queueNames,
    pauseReasons,
    may: STEER_KINDS.filter((kind) => mayDo(session.role, `steer.${kind}`)),
    means: steerMeans(),
    mayBar: mayDo(session.role, 'blacklist.change'),
    zone,
    phone: account === 0 ? null : await lastPhone(db(), account),
  };
};
