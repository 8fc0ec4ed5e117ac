import { expect, test } from 'vitest';
import type { StaffingInputs } from '#domain/staffing/advice.ts';
import { fromTyped, toTyped } from './what-if.ts';

const inputs: StaffingInputs = {
  calls: 100,
  handleS: 180,
  ringS: 4,
  patienceS: 90,
  goal: 0.8,
  withinS: 20,
  maxOccupancy: 0.85,
  shrinkage: 0.3,
};

test('what is shown is what is read: shares in percent, seconds and counts as they are', () => {
  expect(toTyped(inputs, 14)).toMatchObject({ goal: '80', shrinkage: '30', calls: '100', seats: '14' });
  expect(fromTyped(toTyped(inputs, 14))).toEqual({ inputs, seats: 14 });
});

test('an unknown patience is an empty field, and nothing else may be empty', () => {
  expect(fromTyped({ ...toTyped(inputs, 14), patienceS: '' })!.inputs.patienceS).toBeNull();
  for (const field of ['calls', 'handleS', 'goal', 'seats'] as const)
    expect(fromTyped({ ...toTyped(inputs, 14), [field]: ' ' })).toBeNull();
});

test('numbers out of range are refused: a goal of 100 %, half a seat, endless shrinkage', () => {
  const typed = toTyped(inputs, 14);
  for (const wrong of [
    { goal: '100' },
    { seats: '3.5' },
    { shrinkage: '100' },
    { handleS: '0' },
    { calls: '-1' },
    { calls: 'x' },
  ])
    expect(fromTyped({ ...typed, ...wrong }), JSON.stringify(wrong)).toBeNull();
});
