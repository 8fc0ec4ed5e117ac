import { clearance, LANES, mayDo, mayFollow } from '#domain/access.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Topic } from '#domain/folds.ts';
import { STEER_KINDS } from '#domain/steer/rows.ts';
import type { FloorData } from '#lib/floor/plan/floor-live.svelte.ts';
import { lastPhone } from '#store/floor-commands.ts';
import type { Session } from '#store/auth.ts';
import { steerMeans } from './commands/steer.ts';
import { db, settings } from './runtime.ts';

const TOPICS: readonly Topic[] = ['floor'];

/** What a page of the floor listens to, what this role may do there, and with which telephone it last did. */
export async function floorPage(session: Session): Promise<FloorData> {
  const { queueNames, pauseReasons } = settings();
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
    phone: account === 0 ? null : await lastPhone(db(), account),
  };
}
