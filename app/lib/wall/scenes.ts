import { clearance, type Lane, type Role, type Scene } from '#domain/access.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Topic } from '#domain/folds.ts';

/** What each scene listens to. A scene adds here what it needs; the gateway grants it by role. */
const LISTENS: Record<Scene, { readonly topics: readonly Topic[]; readonly lanes: readonly Lane[] }> = {
  floor: { topics: ['floor'], lanes: ['feeds'] },
  city: { topics: ['incidents', 'cases', 'city'], lanes: ['vehicles', 'segments', 'readings', 'feeds'] },
  cases: { topics: ['cases'], lanes: ['feeds'] },
};

/**
 * Topics and lanes of a scene for a role, as the gateway knows them: 'floor.masked', 'city'.
 * Always the masked form where there is one, also for people who may read more: a scene is made to hang where others see it.
 */
export function listens(scene: Scene, role: Role): { topics: string[]; lanes: Lane[] } {
  const { topics, lanes } = LISTENS[scene];
  return {
    topics: topics.filter((t) => clearance(role, t) !== null).map((t) => (MASKS[t] ? `${t}.masked` : t)),
    lanes: [...lanes],
  };
}
