import { describe, expect, it } from 'vitest';
import { noises } from '../../calibration/recordedNoise';
import { simulateCell } from '../../calibration/simulate';

/** The same with 2,000 runs a cell is `npm run simulate`, whose report is docs/statistics.md. */
const trials = 200;
const threeErrors = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / trials);

describe('on recorded noise', () => {
  it.each(
    ['quick', 'standard', 'thorough'].flatMap((profile) => noises.map((noise) => ({ profile, noise }))),
  )(
    'at most 5 of 100 $profile runs have a false verdict, and intervals hold the truth ($noise)',
    ({ profile, noise }) => {
      const { anyVerdict, byMetric } = simulateCell({ profile, noise, effectPercent: 0 }, trials, 7);
      expect(anyVerdict).toBeLessThanOrEqual(0.05 + threeErrors(0.05));
      for (const [, { covered }] of byMetric)
        expect(covered).toBeGreaterThanOrEqual(0.93 - threeErrors(0.93));
    },
  );

  it('a change of half is found in CPU a request, and never with the wrong sign', () => {
    const cell = { profile: 'standard', noise: 'recorded', effectPercent: 50 } as const;
    const cpu = simulateCell(cell, trials, 9).byMetric.get('cpuUsPerRequest');
    expect(cpu?.worse).toBeGreaterThan(0.9);
    expect(cpu?.better).toBe(0);
  });
});
