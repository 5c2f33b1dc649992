import { describe, expect, it } from 'vitest';
import { meanInterval95 } from '../../../src/core/result/statistics';
import { summarise } from '../../../src/core/result/summarise';
import type { Simulation } from './samples';
import { normals, pair, simulate } from './samples';

const trials = 2000;

/** How often each verdict comes out of many runs of the same truth, as shares. */
function shares(simulation: Simulation, seed: number, trials: number): Readonly<Record<string, number>> {
  const normal = normals(seed);
  const counts: Record<string, number> = {};
  for (let trial = 0; trial < trials; trial += 1) {
    const verdict = summarise(pair, simulate(simulation, normal)).effects[0]?.verdict ?? 'none';
    counts[verdict] = (counts[verdict] ?? 0) + 1 / trials;
  }
  return counts;
}

describe('in simulation', () => {
  it.each([2, 3, 5, 10])('the interval of %i values holds the mean in 95 of 100 runs', (n) => {
    const normal = normals(n);
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const interval = meanInterval95(Array.from({ length: n }, () => 7 + 3 * normal()));
      if (interval && interval[0] <= 7 && interval[1] >= 7) held += 1 / trials;
    }
    // Three standard errors of a share of 0.95 over 2,000 trials are 0.015.
    expect(held).toBeGreaterThan(0.935);
    expect(held).toBeLessThan(0.965);
  });

  it.each([
    { rounds: 2, noise: 0.05 },
    { rounds: 3, noise: 0.02 },
    { rounds: 3, noise: 0.08 },
    { rounds: 5, noise: 0.03 },
    { rounds: 10, noise: 0.2 },
  ])(
    'no difference is called one in at most 5 of 100 runs ($rounds rounds, noise $noise)',
    ({ rounds, noise }) => {
      const found = shares({ rounds, noise, drift: 0.2, effectPercent: 0 }, rounds, trials);
      expect((found['better'] ?? 0) + (found['worse'] ?? 0)).toBeLessThanOrEqual(0.05);
    },
  );

  it.each([
    { rounds: 3, noise: 0.05, effectPercent: -67 },
    { rounds: 5, noise: 0.02, effectPercent: -10 },
    { rounds: 10, noise: 0.03, effectPercent: 12 },
  ])('a change of $effectPercent % is found in $rounds rounds, and never with the wrong sign', (truth) => {
    // So far from its limits that fewer runs do.
    const found = shares({ ...truth, drift: 0.2 }, 11, 500);
    const [right, wrong] = truth.effectPercent > 0 ? ['better', 'worse'] : ['worse', 'better'];
    expect(found[right] ?? 0).toBeGreaterThan(0.9);
    expect(found[wrong]).toBeUndefined();
  });
});
