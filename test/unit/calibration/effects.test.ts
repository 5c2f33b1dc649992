import { describe, expect, it } from 'vitest';
import {
  effectSteps,
  injectedEffects,
  judgeInjected,
  rateChangePercent,
  type InjectedEffect,
} from '../../../src/core/calibration/effects';
import type { Sample } from '../../../src/core/result/run';
import { taken } from './fakes';

/** Samples in which the variant's figure is `factor` times the baseline's, with a little noise that all blocks share. */
function samplesOf({ metric, load }: InjectedEffect, baseline: number, factor: number): readonly Sample[] {
  return effectSteps(3, 1).map((step, at) => {
    const noise = 1 + 0.001 * (at % 3);
    const value = baseline * noise * (step.variant === 'variant' ? factor : 1);
    return taken({ id: `s${at}`, ...step }, { load: load.id, values: { [metric]: value } }).sample;
  });
}

function first(family: InjectedEffect['family'], direction: 1 | -1): InjectedEffect {
  const found = injectedEffects(100).find(
    (one) =>
      one.family === family && Math.sign(one.truth([])[0]) === direction && Math.abs(one.truth([])[0]) > 15,
  );
  if (!found) throw new Error('there is no such effect');
  return found;
}

describe('injected effects', () => {
  it('are of both families, of every size and in both directions, each of them once', () => {
    const effects = injectedEffects(100);
    expect(new Set(effects.map(({ id }) => id)).size).toBe(100);
    const shaped = effects.filter(({ family }) => family === 'shaped');
    expect(shaped).toHaveLength(50);
    const sizes = new Set(shaped.map((one) => one.truth([])[0].toFixed(1)));
    expect(sizes).toEqual(
      new Set(['3.0', '5.0', '10.0', '20.0', '50.0', '-2.9', '-4.8', '-9.1', '-16.7', '-33.3']),
    );
  });

  it('inject what they say', () => {
    for (const effect of injectedEffects(100)) {
      const { settings } = effect;
      if (effect.family !== 'shaped') continue;
      const rate = ({ injection }: (typeof settings)['baseline']): number =>
        injection.kind === 'shaped' ? injection.bitsPerSecond : NaN;
      expect(100 * (rate(settings.variant) / rate(settings.baseline) - 1)).toBeCloseTo(
        effect.truth([])[0],
        9,
      );
    }
  });

  it('measure the baseline twice in each block, in an order that hangs on the seed', () => {
    const steps = effectSteps(3, 7);
    expect(steps).toHaveLength(9);
    for (const block of [1, 2, 3]) {
      const own = steps.filter((step) => step.block === block);
      expect(own.map(({ variant, repeat }) => `${variant} ${repeat}`).sort()).toEqual([
        'baseline 1',
        'baseline 2',
        'variant 1',
      ]);
    }
    expect(effectSteps(3, 7)).toEqual(steps);
    expect(effectSteps(8, 8)).not.toEqual(effectSteps(8, 7));
  });
});

describe('an injected effect that was read back', () => {
  it('is covered where the reading is as it should be', () => {
    const effect = first('shaped', 1);
    const judged = judgeInjected(effect, samplesOf(effect, 5e7, 1 + effect.truth([])[0] / 100));
    expect(judged).toMatchObject({ covered: true, wrongSign: false, effect: { verdict: 'better' } });
  });

  it('is not covered where the reading is another, and has the wrong sign where it is the opposite', () => {
    const effect = first('shaped', 1);
    expect(judgeInjected(effect, samplesOf(effect, 5e7, 1.08))).toMatchObject({
      covered: false,
      wrongSign: false,
    });
    expect(judgeInjected(effect, samplesOf(effect, 5e7, 0.8))).toMatchObject({
      covered: false,
      wrongSign: true,
      effect: { verdict: 'worse' },
    });
  });

  it('counts what the machine adds to a delay: the same for both, so that their ratio is nearer to 1', () => {
    expect(rateChangePercent(100, 110, 0)).toBeCloseTo(-9.0909);
    expect(rateChangePercent(100, 110, 10)).toBeCloseTo(-8.3333);
    const effect = first('delayed', -1);
    const [from, to] = (['baseline', 'variant'] as const).map((which) =>
      Number(/delay=(\d+)ms/.exec(effect.settings[which].path)?.[1]),
    ) as [number, number];
    // 32 connections, 10 ms added to each answer.
    const samples = samplesOf(effect, 32_000 / (from + 10), (from + 10) / (to + 10));
    const judged = judgeInjected(effect, samples);
    const expected = rateChangePercent(from, to, 10);
    expect(judged?.covered).toBe(true);
    expect(judged?.truth[0]).toBeLessThanOrEqual(expected + 0.1);
    expect(judged?.truth[1]).toBeGreaterThanOrEqual(expected - 0.1);
    expect((judged?.truth[1] ?? 0) - (judged?.truth[0] ?? 0)).toBeLessThan(0.5);
  });

  it('has no interval where no sample is valid', () => {
    const effect = first('shaped', 1);
    const samples = samplesOf(effect, 5e7, 1.2).map((sample) => ({
      ...sample,
      valid: false,
      invalidReasons: ['x'],
    }));
    expect(judgeInjected(effect, samples)).toMatchObject({
      covered: null,
      wrongSign: false,
      invalidSamples: 9,
    });
  });
});
