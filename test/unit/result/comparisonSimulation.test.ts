import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/core/result/comparison/compareRuns';
import { earlierRun } from '../../../src/core/result/comparison/runToRun';
import { driftOf } from '../../../src/core/result/drift';
import { simulatedRun, unsummarisedRun } from './comparedRuns';
import { normals } from './samples';

const trials = 400;

interface Truth {
  readonly earlier: number;
  /** Standard deviation of a run's level, as a logarithm: what two runs of one setting differ by. */
  readonly betweenRuns: number;
  readonly noise: number;
  /** True ratio of the second run's level to the first's. */
  readonly ratio: number;
}

/** Share of comparisons in which the value without a policy is called better or worse. */
function decided({ earlier, betweenRuns, noise, ratio }: Truth, seed: number) {
  const normal = normals(seed);
  const level = (): number => Math.exp(betweenRuns * normal());
  const shares = { better: 0, worse: 0 };
  for (let trial = 0; trial < trials; trial += 1) {
    const past = Array.from(
      { length: earlier },
      (_, at) => earlierRun(unsummarisedRun(`past-${at}`, { level: level(), noise }, normal)) ?? [],
    ).flat();
    const runs = [1, ratio].map((factor, at) =>
      simulatedRun(`run-${at}`, { level: level() * factor, noise }, normal),
    );
    const verdict = compareRuns(runs, past).scenarios[0]?.values.find(
      ({ variant }) => variant === 'none',
    )?.verdict;
    if (verdict === 'better' || verdict === 'worse') shares[verdict] += 1 / trials;
  }
  return shares;
}

describe('in simulation', () => {
  it.each([
    { earlier: 3, betweenRuns: 0.08, noise: 0.01 },
    { earlier: 5, betweenRuns: 0.15, noise: 0.02 },
    { earlier: 8, betweenRuns: 0.05, noise: 0.05 },
    { earlier: 5, betweenRuns: 0, noise: 0.04 },
  ])(
    'two runs of one setting are called different in at most 5 of 100 cases ($earlier earlier runs, spread $betweenRuns)',
    (truth) => {
      const { better, worse } = decided({ ...truth, ratio: 1 }, 100 * truth.earlier);
      // Three standard errors of a share of 0.05 over the trials.
      expect(better + worse).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / trials));
    },
  );

  it('without a past they are, which is why it is said', () => {
    const { better, worse } = decided({ earlier: 0, betweenRuns: 0.15, noise: 0.02, ratio: 1 }, 5);
    expect(better + worse).toBeGreaterThan(0.3);
  });

  it('a run at half the level is found, and never with the wrong sign', () => {
    const { better, worse } = decided({ earlier: 5, betweenRuns: 0.08, noise: 0.02, ratio: 0.5 }, 9);
    expect(worse).toBeGreaterThan(0.9);
    expect(better).toBe(0);
  });

  it('a line without a drift is called one in at most 5 of 100 cases, and one that halves is found', () => {
    const normal = normals(21);
    const share = (last: number): number => {
      let found = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const runs = Array.from({ length: 6 }, (_, at) =>
          unsummarisedRun(`run-${at}`, { level: Math.exp(0.08 * normal()) * (at === 5 ? last : 1) }, normal, {
            startedAt: `2026-11-0${at + 1}T10:00:00.000Z`,
          }),
        );
        const line = driftOf({ scenario: 'policy-overhead', variant: 'none', metric: 'rps' }, runs);
        if (line?.change?.verdict === 'better' || line?.change?.verdict === 'worse') found += 1 / trials;
      }
      return found;
    };
    expect(share(1)).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / trials));
    expect(share(0.5)).toBeGreaterThan(0.9);
  });
});
