import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { histogramOf, percentileOf, type Bucket } from '../../../src/core/result/histogram';
import {
  distributionSamples,
  latencyDistributions,
  percentsFor,
} from '../../../src/core/result/latencyDistribution';
import { latencyBuckets } from '../../../src/core/tool/fortioFanOut';
import { storedBuckets, storedRun } from './storedRun';

describe('a histogram', () => {
  it('spreads each bucket evenly over its width', () => {
    const histogram = histogramOf([{ start: 100, end: 200, count: 10 }]);
    expect(histogram.count).toBe(10);
    expect([0, 25, 50, 100].map((percent) => percentileOf(histogram, percent))).toEqual([100, 125, 150, 200]);
  });

  it('adds buckets that overlap', () => {
    // From 0 to 10 one a unit, from 5 to 10 one more a unit: 5 below 5, 15 in all.
    const histogram = histogramOf([
      { start: 0, end: 10, count: 10 },
      { start: 5, end: 10, count: 5 },
    ]);
    expect(histogram.count).toBeCloseTo(15, 9);
    expect(percentileOf(histogram, 100 / 3)).toBeCloseTo(5, 9);
    expect(percentileOf(histogram, 100 * (10 / 15))).toBeCloseTo(7.5, 9);
  });

  it('keeps values that are alike in one place', () => {
    const histogram = histogramOf([
      { start: 7, end: 7, count: 90 },
      { start: 10, end: 20, count: 10 },
    ]);
    expect([50, 90, 95].map((percent) => percentileOf(histogram, percent))).toEqual([7, 7, 15]);
  });

  it('of nothing has no percentile', () => {
    expect(percentileOf(histogramOf([]), 50)).toBeNull();
  });
});

describe('the percentiles that are told', () => {
  it('leave ten requests or more beyond the last', () => {
    expect(percentsFor(10)).toEqual([]);
    expect(percentsFor(1_000).at(-1)).toBe(99);
    expect(percentsFor(100_000).at(-1)).toBe(99.99);
    expect(percentsFor(100_000)).toEqual(expect.arrayContaining([0, 50, 90, 99, 99.9]));
  });

  it('are few whatever the number of requests', () => {
    expect(percentsFor(1e12).length).toBeLessThan(200);
  });
});

describe('the distributions of a stored run', () => {
  const distributions = latencyDistributions(storedRun, storedBuckets);

  it('are made of all valid samples of the fixed-rate load', () => {
    expect(
      distributions.map(({ variant, requests, samples }) => [variant, requests, samples.length]),
    ).toEqual([
      ['none', 6 * 2976, 6],
      ['l3l4', 3 * 2976, 3],
      ['l7', 3 * 2976, 3],
    ]);
  });

  // Counted apart with a short program over the samples' files: the bucket of the 50th, 90th and 99th of all requests.
  it.each([
    ['none', 50, 174.9206],
    ['none', 90, 246.0309],
    ['none', 99, 354.3704],
    ['l3l4', 50, 185.1415],
    ['l3l4', 90, 253.9969],
    ['l3l4', 99, 370.9787],
    ['l7', 50, 459.3491],
    ['l7', 90, 641.423],
    ['l7', 99, 897.3793],
  ] as const)('%s has p%d at %d µs', (variant, percent, us) => {
    const point = distributions
      .find((one) => one.variant === variant)
      ?.points.find((one) => one.percent === percent);
    expect(point?.us).toBeCloseTo(us, 3);
  });

  it('lie within what the single samples say, and grow', () => {
    for (const { points } of distributions) {
      for (const { us, leastUs, mostUs } of points) {
        expect(leastUs).toBeLessThanOrEqual(us);
        expect(mostUs).toBeGreaterThanOrEqual(us);
      }
      expect(points.map(({ us }) => us)).toEqual(points.map(({ us }) => us).toSorted((a, b) => a - b));
    }
  });

  it('of a single sample have fortio’s own percentiles', () => {
    const [first] = distributionSamples(storedRun);
    if (first === undefined) throw new Error('the run has a sample');
    const one = { ...storedRun, samples: [first] };
    const [only] = latencyDistributions(one, storedBuckets);
    for (const [percent, us] of [
      [50, first.values.latencyP50Us],
      [90, first.values.latencyP90Us],
      [99, first.values.latencyP99Us],
    ] as const)
      expect(only?.points.find((point) => point.percent === percent)?.us).toBeCloseTo(us ?? 0, 6);
  });

  it('leave out what cannot be read', () => {
    expect(latencyDistributions(storedRun, () => [])).toEqual([]);
    const some = latencyDistributions(storedRun, (id) => (id.includes('-l7-') ? storedBuckets(id) : []));
    expect(some.map(({ variant }) => variant)).toEqual(['l7']);
  });
});

describe('buckets of a fortio output', () => {
  it('are in µs', () => {
    const [first] = latencyBuckets(
      JSON.stringify({ DurationHistogram: { Data: [{ Start: 0.0001, End: 0.0002, Count: 3 }] } }),
    );
    expect(first).toEqual<Bucket>({ start: 100, end: 200, count: 3 });
  });

  it.each([
    ['nothing', ''],
    ['what is not JSON', '{'],
    ['no histogram', '{}'],
    [
      'negative times and counts',
      '{"DurationHistogram":{"Data":[{"Start":-1,"End":1,"Count":1},{"Start":1,"End":2,"Count":-1}]}}',
    ],
    ['endless times', '{"DurationHistogram":{"Data":[{"Start":1,"End":1e308,"Count":1}]}}'],
    ['ends before their starts', '{"DurationHistogram":{"Data":[{"Start":2,"End":1,"Count":1}]}}'],
    [
      'more than any fortio makes',
      JSON.stringify({
        DurationHistogram: {
          Data: Array.from({ length: 20_001 }, (_, Start) => ({ Start, End: Start + 1, Count: 1 })),
        },
      }),
    ],
  ])('are none of %s', (_, stdout) => {
    expect(latencyBuckets(stdout)).toEqual([]);
  });

  it('of several clients are those of all', () => {
    const captured = readFileSync(new URL('../tool/captured/fortio-rate.json', import.meta.url), 'utf8');
    const count = (buckets: readonly Bucket[]): number => buckets.reduce((sum, one) => sum + one.count, 0);
    expect(count(latencyBuckets(`${captured}\n${captured}`))).toBe(2 * count(latencyBuckets(captured)));
  });
});
