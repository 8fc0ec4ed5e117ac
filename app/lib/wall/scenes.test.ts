import { expect, test } from 'vitest';
import { mayFollow, mayRead, ROLES, SCENES } from '#domain/access.ts';
import { MASKS } from '#domain/clearance.ts';
import type { Topic } from '#domain/folds.ts';
import { listens } from './scenes.ts';

test('no scene asks for a topic in full clearance where a masked one exists', () => {
  for (const scene of SCENES)
    for (const role of ROLES)
      for (const name of listens(scene, role).topics) {
        const [topic, clearance] = name.split('.') as [Topic, string | undefined];
        expect(clearance).toBe(MASKS[topic] ? 'masked' : undefined);
      }
});

test('whoever may open a wall is granted everything that its scenes ask for', () => {
  for (const scene of SCENES)
    for (const role of ROLES) {
      const { topics, lanes } = listens(scene, role);
      for (const name of topics) {
        const [topic, clearance = 'full'] = name.split('.') as [Topic, 'masked' | undefined];
        expect(mayRead(role, topic, clearance)).toBe(true);
      }
      for (const lane of lanes) expect(mayFollow(role, lane)).toBe(true);
    }
});
