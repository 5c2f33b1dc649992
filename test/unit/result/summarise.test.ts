import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/core/result/run';
import { summarise } from '../../../src/core/result/summarise';
import type { Variant } from '../../../src/core/scenario/scenario';
import { pair, sample, saturated } from './samples';

const l7 = (samples: readonly Sample[]) => summarise(pair, samples).effects[0];

/** Blocks of a baseline pair and a variant. */
function blocks(values: readonly (readonly [number, number, number])[]): Sample[] {
  return values.flatMap(([first, again, variant], index) => [
    sample('none', index + 1, { rps: first }),
    sample('none', index + 1, { rps: again }, { repeat: 2 }),
    sample('l7', index + 1, { rps: variant }),
  ]);
}

describe('what is averaged', () => {
  const clean = blocks([
    [1000, 1010, 500],
    [990, 1000, 490],
    [1005, 995, 505],
  ]);
  const spoiled = [
    sample('none', 0, { rps: 9e9 }),
    sample('l7', 0, { rps: 9e9 }),
    sample('l7', 2, { rps: 9e9 }, { valid: false, invalidReasons: ['the client was out of CPU'], repeat: 3 }),
    sample('none', 2, { rps: 1e-9 }, { valid: false, invalidReasons: ['8 % failed'], repeat: 4 }),
    sample('none', 2, { rps: 9e9 }, { load: 'fixed-rate' }),
    sample('none', 2, { rps: Number.NaN }, { repeat: 5 }),
  ];

  it('leaves warm-up, invalid samples and other loads out, wherever they stand', () => {
    const expected = summarise(pair, clean);
    expect(expected.variants[0]?.metrics.rps?.n).toBe(6);
    for (let at = 0; at <= clean.length; at += 1) {
      expect(summarise(pair, [...clean.slice(0, at), ...spoiled, ...clean.slice(at)])).toEqual(expected);
    }
  });

  it('takes the geometric mean of both halves of an A/A pair', () => {
    const effect = l7(
      blocks([
        [100, 400, 100],
        [100, 400, 100],
      ]),
    );
    expect(effect?.percent).toBeCloseTo(-50, 9);
  });

  it('uses the one half of a pair that is valid', () => {
    const samples = blocks([
      [1000, 7, 500],
      [1000, 7, 500],
    ]).map((taken) => (taken.repeat === 2 ? { ...taken, valid: false, invalidReasons: ['x'] } : taken));
    expect(l7(samples)).toMatchObject({ noisePercent: null, n: 2 });
    expect(l7(samples)?.percent).toBeCloseTo(-50, 9);
  });

  it('pairs within a block only', () => {
    const samples = [
      sample('none', 1, { rps: 1000 }),
      sample('l7', 1, { rps: 500 }),
      sample('none', 2, { rps: 100 }),
      sample('l7', 2, { rps: 50 }),
      sample('none', 3, { rps: 1_000_000 }),
    ];
    expect(l7(samples)).toMatchObject({ n: 2, verdict: 'worse' });
    expect(l7(samples)?.percent).toBeCloseTo(-50, 9);
  });

  it('keeps what goes with a change apart from effects', () => {
    const samples = [
      ...clean,
      ...[1, 2, 3].map((block) => sample('l7', block, { programmingSeconds: 2 }, { load: 'other' })),
    ];
    const summary = summarise(pair, samples);
    expect(summary.variants[1]?.metrics.programmingSeconds?.median).toBe(2);
    expect(summary.effects.map(({ metric }) => metric)).toEqual(['rps']);
  });

  it('summarises a percentile over the samples’ own', () => {
    const variant: Variant = {
      id: 'a',
      label: 'A',
      setting: {},
      loads: [{ ...saturated, metrics: ['latencyP99Us'] }],
    };
    const samples = [100, 110, 900].map((value, index) => sample('a', index + 1, { latencyP99Us: value }));
    expect(summarise([variant], samples).variants[0]?.metrics.latencyP99Us?.median).toBe(110);
  });
});

describe('verdicts', () => {
  it.each([
    [
      'worse',
      [
        [1000, 1010, 500],
        [990, 1000, 490],
        [1005, 995, 505],
      ],
    ],
    [
      'better',
      [
        [1000, 1010, 1500],
        [990, 1000, 1490],
        [1005, 995, 1505],
      ],
    ],
    [
      'within-noise',
      [
        [1000, 1010, 1003],
        [990, 1000, 994],
        [1005, 995, 1001],
      ],
    ],
    [
      'inconclusive',
      [
        [1000, 1010, 1500],
        [990, 1000, 700],
        [1005, 995, 1300],
      ],
    ],
    // Clear by its interval alone, but identical settings differ by more.
    [
      'within-noise',
      [
        [1000, 1200, 1030],
        [1200, 1000, 1030],
        [1000, 1200, 1030],
      ],
    ],
  ] as const)('%s', (verdict, values) => {
    expect(l7(blocks(values))?.verdict).toBe(verdict);
  });

  it.each([
    ['within-noise', [1000, 1001, 1000]],
    ['inconclusive', [700, 1400, 1010]],
    ['inconclusive', [1015, 1045, 1025]],
  ] as const)('without A/A pairs: %s', (verdict, values) => {
    const samples = values.flatMap((rps, index) => [
      sample('none', index + 1, { rps: 1000 }),
      sample('l7', index + 1, { rps }),
    ]);
    expect(l7(samples)).toMatchObject({ verdict, noisePercent: null });
  });

  it('turn with the metric', () => {
    const loads = [{ ...saturated, metrics: ['cpuUsPerRequest' as const] }];
    const variants = pair.map((variant) => ({ ...variant, loads }));
    const samples = [1, 2, 3].flatMap((block) => [
      sample('none', block, { cpuUsPerRequest: 50 + block }),
      sample('l7', block, { cpuUsPerRequest: 150 + 3 * block }),
    ]);
    expect(summarise(variants, samples).effects[0]?.verdict).toBe('worse');
  });

  it('say how many rounds an inconclusive effect needs', () => {
    const effect = l7(
      blocks([
        [1000, 1010, 1500],
        [990, 1000, 700],
        [1005, 995, 1300],
      ]),
    );
    expect(effect?.roundsNeeded).toBeGreaterThan(1);
  });

  it('are never given for one round', () => {
    const effect = l7(blocks([[1000, 1000, 10]]));
    expect(effect).toMatchObject({ verdict: 'not-measured', percent: null, ci95: null, n: 1 });
    expect(effect?.reason).toBe('only 1 of 1 round has a valid sample of both, and 2 are needed');
  });

  it('say why nothing was measured', () => {
    expect(l7([])?.reason).toBe('no sample of it was taken');
    const invalid = blocks([
      [1, 1, 1],
      [1, 1, 1],
    ]).map((taken) => ({ ...taken, valid: taken.variant === 'none' }));
    expect(l7(invalid)?.reason).toBe('none of 2 rounds has a valid sample of both, and 2 are needed');
  });

  it('are not made without a baseline', () => {
    expect(summarise(pair.slice(1), blocks([[1, 1, 1]])).effects).toEqual([]);
  });

  it('are held against all comparisons of the run (Holm)', () => {
    const loads = [
      { ...saturated, metrics: ['rps', 'latencyP50Us', 'latencyP90Us', 'latencyP99Us'] as const },
    ];
    const variants = pair.map((variant) => ({ ...variant, loads }));
    // Three rounds, −9.5 %: clear by itself (t = 7.2, p = 0.019), and 4 · 0.019 is above 0.05.
    const factors = [0.88, 0.905, 0.93];
    const samples = factors.flatMap((factor, index) => [
      sample('none', index + 1, { rps: 1000, latencyP50Us: 100, latencyP90Us: 200, latencyP99Us: 300 }),
      sample(
        'none',
        index + 1,
        { rps: 1000, latencyP50Us: 100, latencyP90Us: 200, latencyP99Us: 300 },
        {
          repeat: 2,
        },
      ),
      sample('l7', index + 1, {
        rps: 1000 * factor,
        latencyP50Us: 100 + index - 1,
        latencyP90Us: 200 + index - 1,
        latencyP99Us: 300 + index - 1,
      }),
    ]);
    const [alone] = summarise(pair, samples).effects;
    expect(alone).toMatchObject({ verdict: 'worse', comparisons: 1 });
    expect(alone?.pValue).toBeLessThan(0.05);
    const [among] = summarise(variants, samples).effects;
    expect(among).toMatchObject({
      verdict: 'inconclusive',
      comparisons: 4,
      reason: 'worse by itself, but not among 4 comparisons',
      pValue: alone?.pValue,
      ci95: alone?.ci95,
    });
    expect(among?.correctedP).toBeCloseTo(4 * (alone?.pValue ?? NaN), 9);
  });

  it('stand beside rank tests and the smallest effect that would have been seen', () => {
    const effect = l7(
      blocks([
        [1000, 1010, 1003],
        [990, 1000, 994],
        [1005, 995, 1001],
      ]),
    );
    expect(effect).toMatchObject({ verdict: 'within-noise', method: 't', comparisons: 1 });
    // Three rounds cannot say more: 2 / 2³.
    expect(effect?.signedRankP).toBeGreaterThanOrEqual(0.25);
    expect(effect?.mannWhitneyP).toBeGreaterThan(0.05);
    expect(Math.abs(effect?.hodgesLehmannPercent ?? NaN)).toBeLessThan(1);
    expect(effect?.smallestSeenPercent).toBeGreaterThan(effect?.noisePercent ?? NaN);
  });
});
