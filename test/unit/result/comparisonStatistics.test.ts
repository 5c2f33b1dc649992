import { describe, expect, it } from 'vitest';
import type { EarlierRun } from '../../../src/core/result/comparison/runToRun';
import { levelKey, runToRunNoise } from '../../../src/core/result/comparison/runToRun';
import {
  estimateOfEffect,
  estimateOfLogs,
  roundsNeededOfBoth,
  welchDifference,
  type LogEstimate,
} from '../../../src/core/result/comparison/welch';
import type { Effect } from '../../../src/core/result/run';
import { mostRoundsNamed, pairedEffect } from '../../../src/core/result/statistics';
import golden from './golden/comparison.json';

const estimate = (values: readonly number[]): LogEstimate => {
  const found = estimateOfLogs(values.map(Math.log));
  if (!found) throw new Error('too few values');
  return found;
};

describe('Welch’s interval of a ratio', () => {
  it.each(golden.cases)('is that of SciPy for $first against $second', ({ first, second, ...expected }) => {
    const found = welchDifference(estimate(first), estimate(second));
    expect(found.percent).toBeCloseTo(expected.percent, 8);
    expect(found.ci95[0]).toBeCloseTo(expected.interval[0] ?? Number.NaN, 7);
    expect(found.ci95[1]).toBeCloseTo(expected.interval[1] ?? Number.NaN, 7);
    expect(found.freedom).toBeCloseTo(expected.freedom, 9);
  });

  it('by hand: ln 2 apart, s² of 0.02 each over two values, ν = 2', () => {
    // √(0.02/2 + 0.02/2) = 0.141421; t(0.975, 2) = 4.302653; e^(0.693147 ± 0.608487).
    const one = estimateOfLogs([0, 0.2]);
    const other = estimateOfLogs([Math.LN2, Math.LN2 + 0.2]);
    if (!one || !other) throw new Error('two values are enough');
    const { percent, ci95, freedom } = welchDifference(one, other);
    expect([percent, freedom]).toEqual([expect.closeTo(100, 9), expect.closeTo(2, 9)]);
    expect(ci95[0]).toBeCloseTo(100 * Math.expm1(0.693147 - 0.608487), 2);
    expect(ci95[1]).toBeCloseTo(100 * Math.expm1(0.693147 + 0.608487), 2);
  });

  it('stays a number where nothing varies, one alone does, or the ratio leaves what a double holds', () => {
    const still = estimate([5, 5, 5]);
    expect(welchDifference(still, estimate([5, 5]))).toEqual({ percent: 0, ci95: [0, 0], freedom: 3 });
    expect(welchDifference(still, estimate([5, 6])).ci95.every(Number.isFinite)).toBe(true);
    const far = welchDifference(estimate([1e-300, 1e-299]), estimate([1e300, 1e308]));
    expect([far.percent, ...far.ci95].every(Number.isFinite)).toBe(true);
  });

  it('asks for two values', () => {
    expect([estimateOfLogs([]), estimateOfLogs([1])]).toEqual([null, null]);
  });
});

describe('a stored effect', () => {
  it('gives back the mean and the standard error that it was made of', () => {
    const logs = [-0.7, -0.6, -0.68];
    const { percent, ci95, n } = pairedEffect(logs);
    const effect: Effect = {
      metric: 'rps',
      variant: 'l7',
      baseline: 'none',
      percent,
      ci95,
      n,
      verdict: 'worse',
      noisePercent: 3,
    };
    const direct = estimateOfLogs(logs);
    const stored = estimateOfEffect(effect);
    expect(stored?.log).toBeCloseTo(direct?.log ?? 0, 12);
    expect(stored?.variance).toBeCloseTo(direct?.variance ?? 0, 12);
    expect(estimateOfEffect({ ...effect, ci95: null })).toBeNull();
    expect(estimateOfEffect({ ...effect, ci95: [-100, 5] })).toBeNull();
  });
});

describe('rounds that are needed', () => {
  it('are as many as bring the interval off zero', () => {
    const [one, other] = [estimate([100, 104, 97]), estimate([103, 108, 101])];
    const needed = roundsNeededOfBoth(one, other);
    const after = (more: number): readonly number[] =>
      welchDifference(
        { ...one, variance: (one.variance * 3) / (3 + more), freedom: 2 + more },
        { ...other, variance: (other.variance * 3) / (3 + more), freedom: 2 + more },
      ).ci95;
    expect(after(needed)[0]).toBeGreaterThan(0);
    expect(after(needed - 1)[0]).toBeLessThanOrEqual(0);
    expect(roundsNeededOfBoth(one, one)).toBe(mostRoundsNamed);
  });
});

describe('run-to-run noise', () => {
  const key = levelKey('value', 'none', 'rps');
  const past = (setting: string, values: readonly number[]): EarlierRun[] =>
    values.map((value, at) => ({
      id: `${setting}-${at}`,
      setting,
      logs: new Map([[key, Math.log(value)]]),
    }));
  const all = [...past('one', golden.past), ...past('other', golden.otherPast)];

  it('is that of two runs of a setting (SciPy)', () => {
    const noise = runToRunNoise(all, 'one', 'one', key);
    expect(noise).toEqual({
      percent: expect.closeTo(golden.oneSettingBand, 8) as number,
      runs: 5,
      of: 'both',
    });
  });

  it('is that of a run of each of two settings (SciPy)', () => {
    const noise = runToRunNoise(all, 'one', 'other', key);
    expect(noise).toEqual({
      percent: expect.closeTo(golden.twoSettingsBand, 8) as number,
      runs: 9,
      of: 'both',
    });
  });

  it('is borrowed where one has no past, and says whose it is', () => {
    const of = (first: string, second: string) => runToRunNoise(all, first, second, key)?.of;
    expect([of('one', 'new'), of('new', 'one')]).toEqual(['baseline', 'other']);
    expect(runToRunNoise(all, 'one', 'new', key)?.percent).toBeCloseTo(golden.oneSettingBand, 8);
  });

  it('is not known from fewer than three runs, of another figure, or of none', () => {
    expect(runToRunNoise(past('one', [1, 2]), 'one', 'one', key)).toBeNull();
    expect(runToRunNoise(all, 'one', 'one', levelKey('overhead', 'none', 'rps'))).toBeNull();
    expect(runToRunNoise([], 'one', 'one', key)).toBeNull();
  });

  it('is never below what a shared machine can tell', () => {
    expect(runToRunNoise(past('one', [7, 7, 7, 7]), 'one', 'one', key)?.percent).toBe(3);
  });
});
