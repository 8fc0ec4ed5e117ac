import { expect, test } from 'vitest';
import { adviceFor, divideSeats, gives, type StaffingInputs } from './advice.ts';

const inputs: StaffingInputs = {
  calls: 100,
  handleS: 180,
  ringS: 0,
  patienceS: 90,
  goal: 0.8,
  withinS: 20,
  maxOccupancy: 0.9,
  shrinkage: 0.3,
};
const seat = (...queues: number[]) => ({ serves: queues.map((queue) => ({ queue, penalty: 0 })), busyWith: null });

test('one seat more gives a higher service level, and the number needed is where it reaches the goal', () => {
  const { needed, neededA, people } = adviceFor(inputs);
  expect(needed).toBe(14);
  expect(neededA).toBeLessThan(14);
  expect(people).toBe(20);
  expect(gives(inputs, 14).c.serviceLevel).toBeGreaterThanOrEqual(0.8);
  expect(gives(inputs, 13).c.serviceLevel).toBeLessThan(0.8);
});

test('ringing is part of the wait: where it takes longer more seats are needed', () => {
  const slow = { ...inputs, ringS: 15, handleS: inputs.handleS };
  expect(gives(slow, 13).c.serviceLevel).toBeLessThan(gives(inputs, 13).c.serviceLevel);
});

test('seats of one queue stay with it, shared ones go where there is more to do, and the parts add up to the seats', () => {
  const seats = [...Array.from({ length: 4 }, () => seat(0)), ...Array.from({ length: 6 }, () => seat(0, 1))];
  const have = divideSeats(seats, [6, 3]);
  expect(have[0]! + have[1]!).toBeCloseTo(10, 9);
  expect(have[0]! / 6).toBeCloseTo(have[1]! / 3, 1);
  const bound = divideSeats([...Array.from({ length: 9 }, () => seat(0)), seat(0, 1)], [1, 5]);
  expect(bound[1]).toBeGreaterThan(0.9);
  expect(bound[0]! + bound[1]!).toBeCloseTo(10, 9);
});

test('without seats nobody has one, and a queue that nobody calls takes none from the others', () => {
  expect(divideSeats([], [1, 2])).toEqual([0, 0]);
  const [idle, busy] = divideSeats([seat(0, 1), seat(0, 1)], [0, 5]);
  expect(idle).toBeLessThan(0.05);
  expect(busy).toBeGreaterThan(1.95);
});
