/** The percentile of all requests together: its ranks against SciPy (`golden/make_binomial.py`), its interval by simulation. */
import { describe, expect, it } from 'vitest';
import { pooledCoverage } from '../../calibration/pooledCoverage';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { orderStatisticRanks } from '../../../src/core/result/binomial';
import {
  histogramOf,
  mergedBuckets,
  percentileOf,
  shareAtOrBelow,
  widenedToBuckets,
  widthAt,
  type Bucket,
} from '../../../src/core/result/histogram';
import { pooledFigures } from '../../../src/core/result/pooledFigures';
import { pooledPercentile } from '../../../src/core/result/pooledPercentile';
import golden from './golden/binomial.json';
import { normals } from './samples';

const edges = [
  0, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200, 250, 300, 400, 500, 700, 1000, 2000, 5000, 1e5,
];

/** Values as a tool counts them. */
function counted(values: readonly number[]): readonly Bucket[] {
  const counts = edges.map(() => 0);
  for (const value of values) {
    const at = edges.findIndex((edge) => value <= edge);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.flatMap((count, at) =>
    count === 0 ? [] : [{ start: edges[at - 1] ?? 0, end: edges[at] ?? 0, count }],
  );
}

/** Samples of log-normal latencies about 150 µs, whose level differs from sample to sample by `between`. */
function drawn(samples: number, requests: number, between: number, normal: () => number): Bucket[][] {
  return Array.from({ length: samples }, () => {
    const level = 150 * Math.exp(between * normal());
    return [...counted(Array.from({ length: requests }, () => level * Math.exp(0.4 * normal())))];
  });
}

describe('ranks that hold a quantile', () => {
  it.each(golden.ranks as [number, number, [number, number] | null][])(
    'of %i values, at %f',
    (n, p, ranks) => {
      expect(orderStatisticRanks(n, p)).toEqual(ranks);
    },
  );

  it('are none of nothing, and of no quantile', () => {
    expect([orderStatisticRanks(0, 0.5), orderStatisticRanks(100, 0), orderStatisticRanks(100, 1)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('hold it in 95 of 100 cases', () => {
    const random = seededNumbers(3);
    const [low, high] = orderStatisticRanks(200, 0.9) ?? [NaN, NaN];
    let held = 0;
    for (let trial = 0; trial < 2000; trial += 1) {
      const sorted = Array.from({ length: 200 }, random).sort((a, b) => a - b);
      if ((sorted[low - 1] ?? NaN) <= 0.9 && 0.9 <= (sorted[high - 1] ?? NaN)) held += 1 / 2000;
    }
    expect(held).toBeGreaterThan(0.945);
    expect(held).toBeLessThan(0.985);
  });
});

describe('buckets', () => {
  const buckets = [
    { start: 0, end: 10, count: 5 },
    { start: 10, end: 20, count: 10 },
    { start: 20, end: 40, count: 5 },
  ];

  it('tell the share below a value, the inverse of the percentile', () => {
    const histogram = histogramOf(buckets);
    for (const percent of [1, 25, 50, 80, 99])
      expect(shareAtOrBelow(histogram, percentileOf(histogram, percent) ?? NaN)).toBeCloseTo(
        percent / 100,
        12,
      );
    expect([-1, 0, 40, 41].map((value) => shareAtOrBelow(histogram, value))).toEqual([0, 0, 1, 1]);
    expect(shareAtOrBelow(histogramOf([]), 1)).toBeNaN();
    const alike = histogramOf([{ start: 7, end: 7, count: 3 }]);
    expect([6.9, 7].map((value) => shareAtOrBelow(alike, value))).toEqual([0, 1]);
  });

  it('of the same ends add up, others stay', () => {
    expect(
      mergedBuckets([...buckets, { start: 10, end: 20, count: 1 }, { start: 12, end: 20, count: 2 }]),
    ).toEqual([buckets[0], { start: 10, end: 20, count: 11 }, { start: 12, end: 20, count: 2 }, buckets[2]]);
  });

  it('widen what ends in them, and nothing beyond', () => {
    expect(widenedToBuckets(buckets, [12, 25])).toEqual([10, 40]);
    expect(widenedToBuckets(buckets, [10, 20])).toEqual([10, 20]);
    expect(widenedToBuckets(buckets, [-5, 99])).toEqual([-5, 99]);
    expect([5, 10, 25, 99].map((value) => widthAt(buckets, value))).toEqual([10, 10, 20, 0]);
  });
});

describe('a percentile of all requests together', () => {
  it('is that of all values, within its bucket, and no average of the samples’ own', () => {
    const fast = counted(Array.from({ length: 900 }, (_, at) => 100 + at / 100));
    const slow = counted(Array.from({ length: 100 }, () => 1500));
    expect(pooledPercentile(99, [fast, slow])?.value).toBeGreaterThan(1000);
    expect(pooledPercentile(50, [fast, slow])).toMatchObject({ count: 1000, samples: 2, resolution: 20 });
    const own = [fast, slow].map((each) => percentileOf(histogramOf(each), 50) ?? NaN);
    expect(pooledPercentile(50, [fast, slow])?.value).toBeLessThan(0.2 * ((own[0] ?? 0) + (own[1] ?? 0)));
  });

  it('is not told beyond what the requests support, nor its interval beyond what the samples do', () => {
    const normal = normals(5);
    expect(pooledPercentile(99, drawn(6, 50, 0.1, normal))).toMatchObject({
      value: null,
      ci95: null,
      reason: 'not supported by 300 requests',
    });
    const four = pooledPercentile(50, drawn(4, 500, 0.1, normal));
    expect(four?.value).toBeGreaterThan(0);
    expect(four).toMatchObject({
      ci95: null,
      reason: 'how samples differ is not told by 4 (an interval needs 5)',
    });
    // One sample in five is another world: where p99 may end, no request of these has been.
    const worlds = [1, 1, 1, 1, 20].map((factor) =>
      counted(Array.from({ length: 200 }, (_, at) => factor * (100 + at))),
    );
    expect(pooledPercentile(99, worlds)).toMatchObject({
      ci95: null,
      reason: '5 samples differ too much for 1000 requests to bound it',
    });
    expect(pooledPercentile(50, [])).toBeNull();
  });

  it.each([
    { between: 0, samples: 6, percent: 90 },
    { between: 0.2, samples: 5, percent: 50 },
    { between: 0.2, samples: 10, percent: 99 },
    { between: 0.5, samples: 6, percent: 50 },
  ])(
    'its interval holds p$percent of $samples samples that differ by $between',
    ({ between, samples, percent }) => {
      const normal = normals(11);
      const truth = percentileOf(histogramOf(drawn(400, 400, between, normal).flat()), percent) ?? NaN;
      const trials = 300;
      let held = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const { ci95 = null } = pooledPercentile(percent, drawn(samples, 400, between, normal)) ?? {};
        if (ci95 && ci95[0] <= truth && truth <= ci95[1]) held += 1 / trials;
      }
      // 93 % less three standard errors.
      expect(held).toBeGreaterThan(0.886);
    },
  );

  it('on recorded samples holds it where order statistics alone do not', () => {
    const cell = { profile: 'standard', samples: 10, percent: 90, drawing: 'each by itself' } as const;
    const { covered, told, coveredByRequests } = pooledCoverage(cell, 300, 4);
    expect(covered).toBeGreaterThan(0.886);
    expect(told).toBeGreaterThan(0.9);
    expect(coveredByRequests).toBeLessThan(0.5);
  });
});

describe('what of the offered load was sent', () => {
  const stored = (offered?: { due: number; sent: number; late: number }) => ({
    latencies: { startUs: [100, 200], endUs: [200, 300], counts: [980, 20] },
    ...(offered ? { offered } : {}),
  });

  it('bounds the percentile by what is late', () => {
    const whole = pooledFigures(90, [stored({ due: 1000, sent: 1000, late: 0 })]);
    expect(whole.offered).toEqual({
      due: 1000,
      sent: 1000,
      late: 0,
      ifLateWereSlowest: whole.pooled?.value,
    });
    // 90 % of 1100 are 990 of the 1000 that were sent: half of the second bucket.
    const tenth = pooledFigures(90, [stored({ due: 1100, sent: 1000, late: 100 })]);
    expect(tenth.offered?.ifLateWereSlowest).toBeCloseTo(250, 6);
    expect(
      pooledFigures(90, [stored({ due: 1200, sent: 1000, late: 200 })]).offered?.ifLateWereSlowest,
    ).toBeNull();
  });

  it('is not told where a sample does not tell it, and nothing is where a sample has no histogram', () => {
    expect(Object.keys(pooledFigures(50, [stored(), stored({ due: 1, sent: 1, late: 0 })]))).toEqual([
      'pooled',
    ]);
    expect(pooledFigures(50, [stored(), {}])).toEqual({});
    expect(pooledFigures(50, [])).toEqual({});
  });
});
