/** The tests, intervals and corrections beside an effect, against SciPy (`golden/make_effects.py`) and benchstat (`make_benchstat.py`). */
import { describe, expect, it } from 'vitest';
import { bootstrapInterval95, expandedTail, randomWords } from '../../../src/core/result/bootstrap';
import { holm } from '../../../src/core/result/holm';
import { normalUpperTail } from '../../../src/core/result/normal';
import { hodgesLehmann, mannWhitneyP, signedRankP } from '../../../src/core/result/ranks';
import {
  logOfPercent,
  meanInterval95,
  meanIsZeroP,
  pairedEffect,
  smallestSeenPercent,
  standardDeviation,
} from '../../../src/core/result/statistics';
import { studentTTwoSided } from '../../../src/core/result/studentT';
import benchstat from './golden/benchstat.json';
import golden from './golden/effects.json';

function expectNear(actual: number | null, expected: number, relative = 1e-9): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

describe('against SciPy', () => {
  it.each(golden.normalTail as [number, number][])('the normal tail at %f', (z, p) => {
    expectNear(normalUpperTail(z), p, 1e-12);
  });

  it.each(golden.tTwoSided as [number, number, number][])(
    'two-sided p of t = %f with %i degrees of freedom',
    (t, freedom, p) => {
      expectNear(studentTTwoSided(t, freedom), p);
      expectNear(studentTTwoSided(-t, freedom), p);
    },
  );

  it.each(golden.paired)('$differences.length paired differences', ({ differences, ...expected }) => {
    expectNear(hodgesLehmann(differences), expected.hodgesLehmann);
    expectNear(signedRankP(differences), expected.signedRankP);
    expectNear(meanIsZeroP(differences), expected.tP);
    const shape = { logDeviation: standardDeviation(differences), n: differences.length };
    expectNear(smallestSeenPercent(shape, null, 4), expected.smallestSeen);
  });

  it('Wilcoxon of more differences than are counted exactly', () => {
    expectNear(signedRankP(golden.manyDifferences.differences), golden.manyDifferences.p);
  });

  it.each(golden.groups)(
    'Mann-Whitney of $first.length and $second.length values',
    ({ first, second, ...expected }) => {
      expectNear(mannWhitneyP(first, second), expected.mannWhitneyP);
      expectNear(mannWhitneyP(second, first), expected.mannWhitneyP);
    },
  );

  it('Mann-Whitney of more values than are counted exactly', () => {
    expectNear(mannWhitneyP(golden.manyOfBoth.first, golden.manyOfBoth.second), golden.manyOfBoth.p);
  });

  it('Holm', () => {
    holm(golden.holm.p).forEach((p, place) => {
      expectNear(p, golden.holm.corrected[place] ?? NaN);
    });
    expect(holm([])).toEqual([]);
  });
});

describe('the bootstrap', () => {
  it.each(
    golden.paired.flatMap(({ differences, bootstrap }) => (bootstrap ? [{ differences, bootstrap }] : [])),
  )(
    'of $differences.length values ends where all resamples do, but for chance',
    ({ differences, bootstrap }) => {
      expectNear(expandedTail(differences.length), bootstrap.tail);
      const [low = NaN, high = NaN] = bootstrapInterval95(differences) ?? [];
      expect(low).toBeGreaterThanOrEqual(bootstrap.low[0] ?? NaN);
      expect(low).toBeLessThanOrEqual(bootstrap.low[2] ?? NaN);
      expect(high).toBeGreaterThanOrEqual(bootstrap.high[0] ?? NaN);
      expect(high).toBeLessThanOrEqual(bootstrap.high[2] ?? NaN);
    },
  );

  it('draws what xoshiro128** does', () => {
    // From the definition, written down again in Python.
    const next = randomWords(7);
    expect([next(), next(), next(), next()]).toEqual([1004282400, 2200021487, 1928073449, 741806228]);
  });

  it('is the same for the same values, and only asked from six blocks on', () => {
    const values = [0.01, 0.04, -0.02, 0.03, 0.05, 0.02];
    expect(bootstrapInterval95(values)).toEqual(bootstrapInterval95(values));
    expect(pairedEffect(values).method).toBe('bootstrap');
    expect(pairedEffect(values.slice(1)).method).toBe('t');
    expect(bootstrapInterval95([1])).toBeNull();
  });

  it('makes no interval of an effect narrower than Student’s t, at either end', () => {
    let wider = 0;
    for (const { differences } of golden.paired.filter(({ differences }) => differences.length >= 6)) {
      const ends = pairedEffect(differences).ci95?.map(logOfPercent) ?? [];
      const t = meanInterval95(differences) ?? [];
      const resampled = bootstrapInterval95(differences) ?? [];
      expect(ends[0]).toBeCloseTo(Math.min(t[0] ?? NaN, resampled[0] ?? NaN), 12);
      expect(ends[1]).toBeCloseTo(Math.max(t[1] ?? NaN, resampled[1] ?? NaN), 12);
      if ((ends[0] ?? NaN) < (t[0] ?? NaN) - 1e-9 || (ends[1] ?? NaN) > (t[1] ?? NaN) + 1e-9) wider += 1;
    }
    expect(wider).toBeGreaterThan(0);
  });

  it('follows a skew', () => {
    const skewed = [0, 0.01, 0.02, 0.01, 0, 0.02, 0.01, 0.4];
    const { percent, ci95 } = pairedEffect(skewed);
    expect((ci95?.[1] ?? NaN) - percent).toBeGreaterThan(1.3 * (percent - (ci95?.[0] ?? NaN)));
  });
});

describe('what has no spread', () => {
  it('is certain, or no difference at all', () => {
    expect(meanIsZeroP([0.1, 0.1, 0.1])).toBeLessThan(1e-9);
    expect(meanIsZeroP([0, 0, 0])).toBe(1);
    expect(meanIsZeroP([0.1])).toBeNaN();
    expect([signedRankP([]), signedRankP([0, 0]), mannWhitneyP([], [1])]).toEqual([1, 1, NaN]);
    expect(mannWhitneyP([2, 2, 2], [2, 2])).toBe(1);
    expect(smallestSeenPercent({ logDeviation: NaN, n: 1 }, 4, 1)).toBeNull();
  });
});

describe('against benchstat on its own examples', () => {
  it.each(benchstat)('$name: p = $p', ({ old, new: after, p, change }) => {
    const ours = mannWhitneyP(after, old);
    expect(Number(ours.toFixed(3))).toBe(p);
    expect(ours < 0.05).toBe(change !== null);
  });
});
