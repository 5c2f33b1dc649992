import { describe, expect, it } from 'vitest';
import { pairedEffect } from '../../../src/core/result/statistics';
import { simulateStopping } from '../../calibration/design';

/** The same with 2,000 runs a cell is `npm run simulate -- design`, whose report is docs/stopping.md. */
const trials = 200;
const threeErrors = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / trials);

describe('intervals that ended their run', () => {
  it.each([
    { noise: 'normal', metric: 'rps', askedPercent: 5 },
    { noise: 'recorded', metric: 'cpuUsPerRequest', askedPercent: 3 },
  ] as const)('hold the truth, and at most 5 of 100 runs have a false verdict ($noise)', (cell) => {
    const outcome = simulateStopping({ profile: 'thorough', ...cell }, trials, 3);
    expect(outcome.reached).toBeGreaterThan(0.95);
    expect(outcome.covered).toBeGreaterThanOrEqual(0.93 - threeErrors(0.93));
    expect(outcome.falseVerdicts).toBeLessThanOrEqual(0.05 + threeErrors(0.05));
  });

  it('are wider than those of a fixed number of rounds, and their p larger', () => {
    const logs = [0.01, 0.03, -0.01, 0.02];
    const [fixed, looked] = [pairedEffect(logs), pairedEffect(logs, 'until-precision')];
    expect(looked.ci95?.[0]).toBeLessThan(fixed.ci95?.[0] ?? -Infinity);
    expect(looked.ci95?.[1]).toBeGreaterThan(fixed.ci95?.[1] ?? Infinity);
    expect(looked.pValue).toBeCloseTo((4 / 3) * fixed.pValue, 12);
    expect(looked.method).toBe('t');
  });
});
