import { expect, test } from 'vitest';
import { filesOf, sumOf, verdict } from './test-results.ts';

const file = (status: string, ...tests: string[]): object => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((t) => ({ status: t })),
});
const counted = (...testResults: object[]) => sumOf(filesOf({ testResults }));

test('a file that did not load counts as a failure', () => {
  expect(counted(file('passed', 'passed', 'skipped', 'todo'), file('failed'))).toEqual({
    passed: 1,
    failed: 1,
    skipped: 2,
  });
});

test('a file with failed tests is not counted once more', () => {
  expect(counted(file('failed', 'failed', 'passed'))).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('what failed is told with its file, its test and the message of its last try', () => {
  const tests = [
    { status: 'passed', fullName: 'holds' },
    { status: 'failed', fullName: 'fails', failureMessages: ['first try', 'last try\nat b.test.ts:3'] },
  ];
  const found = filesOf({
    testResults: [
      file('passed', 'passed'),
      { name: 'b.test.ts', status: 'failed', assertionResults: tests },
      { name: 'c.test.ts', status: 'failed', message: 'does not load' },
    ],
  });
  expect(found.map((f) => f.failures)).toEqual([
    [],
    ['b.test.ts > fails\n    last try\n    at b.test.ts:3'],
    ['c.test.ts\n    does not load'],
  ]);
});

test('a run is good only when tests ran, none failed and vitest was content', () => {
  const good = { passed: 3, failed: 0, skipped: 1 };
  expect(verdict(good, 0, '')).toEqual({ line: '3 passed, 0 failed, 1 skipped', exitCode: 0 });
  expect(verdict({ ...good, passed: 0 }, 0, '')).toEqual({ line: '0 passed, 1 failed, 1 skipped', exitCode: 1 });
  expect(verdict(good, 1, '')).toEqual({ line: '3 passed, 1 failed, 1 skipped', exitCode: 1 });
  expect(verdict(good, null, 'stopped by SIGINT')).toEqual({ line: '3 passed, 1 failed, 1 skipped', exitCode: 1 });
  expect(verdict({ ...good, failed: 2 }, 1, '').line).toBe('3 passed, 2 failed, 1 skipped');
});
