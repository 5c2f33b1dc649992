import { describe, expect, it } from 'vitest';
import {
  mean,
  meanInterval95,
  median,
  noiseBandPercent,
  noiseFloorPercent,
  pairedEffect,
  percentOfLog,
  roundsNeeded,
  standardDeviation,
} from '../../../src/core/result/statistics';
import { studentTQuantile } from '../../../src/core/result/studentT';
import goldenStatistics from './golden/statistics.json';
import goldenT from './golden/student_t.json';

/** Relative distance, so that one bound fits values of all sizes. */
function expectNear(actual: number | undefined, expected: number | undefined, relative = 1e-9): void {
  expect(Math.abs((actual ?? Number.NaN) - (expected ?? 0))).toBeLessThanOrEqual(
    relative * Math.max(1e-3, Math.abs(expected ?? 0)),
  );
}

describe('Student’s t quantile', () => {
  it.each(goldenT.quantiles.map(([p = 0, df = 0, t = 0]) => ({ p, df, t })))(
    'is $t at $p with $df degrees of freedom (SciPy)',
    ({ p, df, t }) => {
      expectNear(studentTQuantile(p, df), t);
      expectNear(studentTQuantile(1 - p, df), -t, 1e-8);
    },
  );

  it('refuses what has no quantile', () => {
    expect([studentTQuantile(0, 3), studentTQuantile(1, 3), studentTQuantile(0.9, 0)]).toEqual([
      NaN,
      NaN,
      NaN,
    ]);
    expect(studentTQuantile(0.5, 3)).toBe(0);
  });
});

describe('statistics against SciPy', () => {
  it.each(goldenStatistics.cases)('agree for $before.length values', (golden) => {
    expectNear(median(golden.before), golden.median);
    expectNear(mean(golden.before), golden.mean);
    expectNear(standardDeviation(golden.before), golden.deviation);
    const interval = meanInterval95(golden.before);
    expectNear(interval?.[0], golden.interval[0]);
    expectNear(interval?.[1], golden.interval[1]);
    const logs = golden.after.map((value, index) => Math.log(value / (golden.before[index] ?? Number.NaN)));
    const effect = pairedEffect(logs);
    expectNear(effect.percent, golden.effect);
    // From six blocks on the effect's own is resampled: see effectTests.test.ts.
    const ends = (effect.method === 't' ? effect.ci95 : meanInterval95(logs)?.map(percentOfLog)) ?? [];
    expectNear(ends[0], golden.effectInterval[0]);
    expectNear(ends[1], golden.effectInterval[1]);
    expectNear(noiseBandPercent(logs) ?? Number.NaN, Math.max(noiseFloorPercent, golden.noiseBand));
  });
});

describe('small samples', () => {
  it('give no interval from one value and no band from one pair', () => {
    expect(meanInterval95([5])).toBeNull();
    expect(pairedEffect([0.1]).ci95).toBeNull();
    expect(noiseBandPercent([])).toBeNull();
    expect(noiseBandPercent([1.1])).toBeNull();
    expect(noiseBandPercent([0.1, -0.1])).toBeGreaterThan(noiseFloorPercent);
    expect(median([])).toBeNaN();
  });

  it('never claim less noise than a shared machine can tell', () => {
    expect(noiseBandPercent([0, 0, 0])).toBe(noiseFloorPercent);
  });

  it('name the fewest rounds that would settle an effect', () => {
    // ln 1.05 = 0.0488, s = 0.05: t(0.975, 6)·0.05/√7 = 0.0462 is the first below it (n = 6: 0.0525).
    expect(roundsNeeded({ percent: 5, logDeviation: 0.05, n: 3 })).toBe(4);
    expect(roundsNeeded({ percent: 0.01, logDeviation: 0.5, n: 3 })).toBe(100);
  });
});
