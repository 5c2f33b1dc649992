import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/core/result/run';
import { stillWarmsUp } from '../../../src/core/result/steady';
import { summarise } from '../../../src/core/result/summarise';
import { warmUpRounds } from '../../../src/core/result/warmUp';
import { warmUpNotes } from '../../../src/core/words/precision';
import { simulateWarmUp } from '../../calibration/design';
import { noises } from '../../calibration/recordedNoise';
import { normals, pair, sample, simulate } from './samples';

const slow = (samples: readonly Sample[], rounds: number, factor: number): Sample[] =>
  samples.map((one) =>
    one.block <= rounds ? { ...one, values: { rps: (one.values.rps ?? 0) * factor } } : one,
  );
const clean = (rounds: number, seed: number): Sample[] =>
  simulate({ rounds, noise: 0.02, drift: 0, effectPercent: -10 }, normals(seed));

describe('first rounds', () => {
  it.each([
    [5, 1],
    [10, 2],
    [20, 4],
  ])('of %i rounds the first %i, a fifth lower, count as warm-up: kept, and in no figure', (rounds, head) => {
    const samples = slow(clean(rounds, rounds), head, 0.8);
    const found = warmUpRounds(pair, samples);
    expect(found).toMatchObject({ rounds: head, metric: 'rps' });
    expect(found?.percent).toBeGreaterThan(-25);
    expect(found?.percent).toBeLessThan(-15);
    const { effects, variants, warmUp } = summarise(pair, samples);
    expect(warmUp).toEqual(found);
    const without = samples.filter(({ block }) => block > head);
    const alone = summarise(pair, without, { keepsFirstRounds: true });
    expect(effects).toEqual(alone.effects);
    expect(variants).toEqual(alone.variants);
  });

  it('are never discarded from another program’s run, nor where they are fewer than five', () => {
    expect(summarise(pair, slow(clean(10, 1), 2, 0.8), { keepsFirstRounds: true }).warmUp).toBeUndefined();
    expect(warmUpRounds(pair, slow(clean(4, 1), 1, 0.5))).toBeNull();
    expect(warmUpRounds(pair, [])).toBeNull();
  });

  it('count where the change is too small to matter', () => {
    const exact = Array.from({ length: 10 }, (_, place) =>
      ['none', 'l7'].map((variant) =>
        sample(variant, place + 1, { rps: (place < 2 ? 0.99 : 1) * (1000 + (place % 2)) }),
      ),
    ).flat();
    expect(warmUpRounds(pair, exact)).toBeNull();
  });

  it('that are slower in the middle of a run are no warm-up', () => {
    const samples = clean(12, 3).map((one) =>
      one.block === 6 || one.block === 7 ? { ...one, values: { rps: (one.values.rps ?? 0) * 0.8 } } : one,
    );
    expect(warmUpRounds(pair, samples)).toBeNull();
  });

  it.each(noises)('are lost in at most 5 of 100 clean runs (%s)', (noise) => {
    const trials = 400;
    for (const [profile, rounds] of [
      ['standard', 5],
      ['thorough', 10],
    ] as const) {
      const { discarded } = simulateWarmUp({ profile, noise, rounds, slowRounds: 0 }, trials, 5);
      expect(discarded).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / trials));
    }
  });

  it('are said, with the evidence', () => {
    expect(warmUpNotes({ rounds: 2, metric: 'rps', percent: -20, p: 0.0004 })[0]).toMatch(
      /^Rounds 1 to 2 count as warm-up and are left out of all figures: requests a second of all variants were 20.% lower there/,
    );
    expect(warmUpNotes(undefined)).toEqual([]);
  });
});

describe('a variant before its first round', () => {
  it('warms up on while its last four samples change', () => {
    expect(stillWarmsUp([50, 99, 100, 101])).toBe(true);
    expect(stillWarmsUp([50, 99, 100, 101, 100])).toBe(false);
    expect(stillWarmsUp([100, 101, 99, 100])).toBe(false);
  });

  it('does not where a change is too small to matter, or nothing is known', () => {
    expect(stillWarmsUp([99, 100, 100, 100])).toBe(false);
    expect(stillWarmsUp([50, undefined, 100, 101])).toBe(false);
    expect(stillWarmsUp([])).toBe(false);
  });
});
