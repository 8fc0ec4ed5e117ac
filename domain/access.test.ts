import { expect, test } from 'vitest';
import { ACCOUNT_ROLES, clearance, landing, mayDo, mayFollow, mayRead, ROLES } from './access.ts';
import { TOPICS } from './folds.ts';

test('a wall screen reads masked topics only, and commands nothing', () => {
  for (const topic of TOPICS) expect(clearance('wall', topic)).toBe(topic === 'city' ? 'full' : 'masked');
  for (const right of ['incident.change', 'wall.manage', 'account.manage', 'case.see', 'rows.see'] as const)
    expect(mayDo('wall', right)).toBe(false);
  expect(mayFollow('wall', 'vehicles')).toBe(true);
});

test('who may read a topic in full may read it masked, and never the other way round', () => {
  for (const role of ROLES)
    for (const topic of TOPICS) {
      if (mayRead(role, topic, 'full')) expect(mayRead(role, topic, 'masked')).toBe(true);
      if (clearance(role, topic) === 'masked') expect(mayRead(role, topic, 'full')).toBe(false);
    }
});

test('only administrators manage accounts, and they do not read the content of cases', () => {
  for (const role of ROLES) expect(mayDo(role, 'account.manage')).toBe(role === 'administrator');
  expect(mayDo('administrator', 'case.see')).toBe(false);
  expect(mayRead('administrator', 'cases', 'full')).toBe(false);
});

test('every role lands on a page that it may see', () => {
  const right = {
    '/map': 'map.see',
    '/today': 'today.see',
    '/floor': 'floor.see',
    '/walls': 'wall.see',
    '/status': 'status.see',
  } as const;
  for (const role of ACCOUNT_ROLES) expect(mayDo(role, right[landing(role) as keyof typeof right])).toBe(true);
});
