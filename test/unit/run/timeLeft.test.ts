import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/core/plan/plan';
import { secondsLeft } from '../../../src/core/run/timeLeft';

const steps: readonly Step[] = Array.from({ length: 10 }, () => ({
  kind: 'change',
  change: { what: 'wire', to: 'direct' },
  seconds: 4,
}));

describe('the time left', () => {
  it.each([
    ['is what the plan says before anything is done', 0, 0, 40],
    ['is not led by the first few seconds', 2, 60, 32],
    ['follows the pace so far', 5, 30, 30],
    ['does not take one long wait for the pace', 5, 600, 40],
    ['is nothing at the end', 10, 41, 0],
  ])('%s', (_, done, elapsed, expected) => {
    expect(secondsLeft(steps, done, elapsed)).toBeCloseTo(expected, 9);
  });
});
