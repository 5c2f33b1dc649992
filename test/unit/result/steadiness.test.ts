import { describe, expect, test } from 'vitest';
import { mannKendallP, theilSenSlope, twoGroups, unsteadiness } from '../../../src/core/result/steadiness';
import { simulatedRuns, uniform, variants } from '../../calibration/recordedNoise';

describe('a trend', () => {
  // p: scipy.stats.norm.sf on S and the variance of Kendall 1975; n = 10, S = 45, variance 125.
  test('by Mann and Kendall', () => {
    expect(mannKendallP([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeCloseTo(8.303e-5, 7);
    expect(mannKendallP([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).toBeCloseTo(8.303e-5, 7);
    expect(mannKendallP([1, 1, 1, 1])).toBe(1);
    expect(mannKendallP([1, 2])).toBe(1);
    expect(mannKendallP([])).toBe(1);
  });
  test('with ties: S = 5 of a variance of (4 · 3 · 13 − 2 · 1 · 9) / 18', () => {
    expect(mannKendallP([1, 2, 2, 3])).toBeCloseTo(0.1489, 3);
  });
  test('by Theil and Sen: one outlier moves nothing', () => {
    expect(theilSenSlope([0, 2, 4, 600, 8, 10, 12])).toBe(2);
    expect(theilSenSlope([5])).toBe(0);
  });
});

describe('two groups', () => {
  test('are split where the squares within are least', () => {
    const groups = twoGroups([1.1, 9, 1, 9.2, 0.9, 9.1]);
    expect(groups).toMatchObject({ smaller: 0.5 });
    expect(groups?.apart).toBeCloseTo(8.1, 9);
    // Both standard deviations are 0.1, so D is 8.1 / 0.1.
    expect(groups?.ashmanD).toBeCloseTo(81, 6);
  });
  test('need two values each', () => {
    expect(twoGroups([1, 2, 3])).toBeNull();
  });
});

describe('a run', () => {
  const share = (profile: string, noise: 'recorded' | 'recorded and drift', code?: string): number => {
    const make = simulatedRuns(profile, noise, 5, uniform(11));
    const runs = Array.from({ length: 400 }, () => unsteadiness(variants, make()));
    return runs.filter((found) => found.some((one) => code === undefined || one.code === code)).length / 400;
  };

  // The bounds were set by other runs of the same noise.
  test.each(['quick', 'standard', 'thorough'])(
    'of recorded noise is seldom called unsteady: %s',
    (profile) => {
      expect(share(profile, 'recorded')).toBeLessThanOrEqual(0.05);
    },
  );
  test('that falls by a fifth on top of it is called so when it is long', () => {
    expect(share('thorough', 'recorded and drift', 'drift')).toBeGreaterThan(0.95);
  });

  const made = (value: (at: number) => number) => {
    const make = simulatedRuns('quick', 'recorded', 0, uniform(3));
    let at = 0;
    return make().map((sample) => ({
      ...sample,
      values: sample.load === 'saturated' ? { rps: value(at++) } : {},
    }));
  };
  test('that drifts says by how much, from first to last', () => {
    expect(
      unsteadiness(
        variants,
        made((at) => 1000 * 0.97 ** at),
      ),
    ).toEqual([
      { code: 'drift', metric: 'rps', load: 'saturated', percent: expect.closeTo(-21.6, 0) as number, n: 9 },
    ]);
  });
  test('that jumps says how far', () => {
    const jumps = made((at) => (at % 2 === 0 ? 1000 : 1500) + at);
    expect(unsteadiness(variants, jumps)).toMatchObject([{ code: 'two-modes', metric: 'rps', n: 9 }]);
  });
  test('says nothing of invalid samples, of too few, and of the warm-up', () => {
    const drifting = made((at) => 1000 * 0.9 ** at);
    expect(unsteadiness(variants, drifting)).not.toEqual([]);
    expect(
      unsteadiness(
        variants,
        drifting.map((sample) => ({ ...sample, valid: false })),
      ),
    ).toEqual([]);
    expect(
      unsteadiness(
        variants,
        drifting.map((sample) => ({ ...sample, block: 0 })),
      ),
    ).toEqual([]);
    expect(unsteadiness(variants, drifting.slice(0, -2))).toEqual([]);
    expect(unsteadiness(variants, [])).toEqual([]);
  });
});
