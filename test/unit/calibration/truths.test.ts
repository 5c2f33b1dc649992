import { describe, expect, it } from 'vitest';
import { compareWithTruth, errorPercent, meets } from '../../../src/core/calibration/compare';
import { percentileReading } from '../../../src/core/calibration/fortioReadings';
import { findTruths, truths } from '../../../src/core/calibration/registry';
import { taken } from './fakes';

const place = { id: 'x', variant: 'v', block: 1, repeat: 1 };
const truthOf = (id: string) => {
  const [truth] = findTruths([id]);
  if (!truth) throw new Error(`no truth ${id}`);
  return truth;
};

/** fortio's own form: 90 answers between 1 and 2 ms, 10 between 10 and 20 ms. */
const histogram = JSON.stringify({
  ActualDuration: 1_000_000_000,
  RetCodes: { 200: 90, 503: 10 },
  DurationHistogram: {
    Data: [
      { Start: 0.001, End: 0.002, Percent: 90, Count: 90 },
      { Start: 0.01, End: 0.02, Percent: 100, Count: 10 },
    ],
  },
});

describe('known truths', () => {
  it('have ids of their own and say where they are known from', () => {
    expect(new Set(truths.map(({ id }) => id)).size).toBe(truths.length);
    for (const { id, source } of truths) expect(source.length, id).toBeGreaterThan(40);
  });

  it('count TCP payload out of what a token bucket counts: 1,448 of 1,514 bytes', () => {
    const [low, high] = truthOf('bandwidth-100m').expected(null);
    expect(low).toBeCloseTo(95.6407e6, -2);
    expect(high / low).toBeCloseTo(1.02);
  });

  it('say that a machine that carries too little is measured in place of the shaper', () => {
    const { control } = truthOf('bandwidth-5g');
    expect(control?.whyNot(8e9)).toBeNull();
    expect(control?.whyNot(3e9)).toBe(
      'this machine carried 3.0 Gbit/s without the shaper, less than 1.5 times the rate',
    );
  });

  it('take a delay for a floor, on top of what the control reads', () => {
    expect(truthOf('delay-50us').expected(100)).toEqual([150, 1350]);
    expect(truthOf('delay-2ms').expected(100)).toEqual([2100, 3500]);
    expect(truthOf('delay-2ms').path).toBe('/?delay=2000us');
  });

  it('know a delay of Envoy to a tick of the kernel', () => {
    expect(truthOf('proxy-100ms').expected(300)).toEqual([90_300, 111_300]);
  });

  it('are named one by one or by what their ids begin with', () => {
    expect(findTruths(['errors-10pc']).map(({ id }) => id)).toEqual(['errors-10pc']);
    expect(findTruths(['bandwidth'])).toHaveLength(3);
    expect(findTruths([])).toBe(truths);
    expect(() => findTruths(['elephant'])).toThrow('There is no truth "elephant".');
  });

  it('read the share of a status, the CPU of the server a second, and lost datagrams', () => {
    expect(truthOf('errors-10pc').read(taken(place, {}, histogram))?.value).toBe(10);
    expect(truthOf('cpu-quota').read(taken(place, { cpuUs: { server: 200_000 } }, histogram))?.value).toBe(
      0.2,
    );
    const lost = JSON.stringify({ end: { sum: { lost_percent: 4.8 } } });
    expect(truthOf('loss-5pc').read(taken(place, {}, lost))?.value).toBe(4.8);
  });

  it.each(['', 'null', '[]', '{"RetCodes":7}', '{"end":null}'])(
    'read nothing from %j, and do not throw',
    (text) => {
      for (const truth of truths) expect(truth.read(taken(place, {}, text)), truth.id).toBeNull();
    },
  );
});

describe('a percentile of fortio', () => {
  it('is known no better than its bucket', () => {
    const values = { latencyP50Us: 1550, latencyP99Us: 19_000 };
    const sample = taken(place, { values }, histogram);
    expect(percentileReading(sample, 50)).toEqual({ value: 1550, resolution: [1000, 2000] });
    expect(percentileReading(sample, 99)).toEqual({ value: 19_000, resolution: [10_000, 20_000] });
  });
});

describe('a reading against its truth', () => {
  const reading = (value: number, resolution: readonly [number, number] = [value, value]) => ({
    value,
    resolution,
  });

  it('is off by what lies outside of the range, against its nearer end', () => {
    expect(errorPercent(90, [100, 110])).toBeCloseTo(-10);
    expect(errorPercent(121, [100, 110])).toBeCloseTo(10);
    expect(errorPercent(105, [100, 110])).toBe(0);
  });

  it('is covered where its interval meets the range', () => {
    // t(0.975, 1) = 12.71: 99 and 101 give 100 ± 12.7.
    expect(compareWithTruth([reading(99), reading(101)], [112, 120])?.covered).toBe(true);
    expect(compareWithTruth([reading(99), reading(101)], [113, 120])?.covered).toBe(false);
  });

  it('has an interval no narrower than its tool can tell apart', () => {
    const bucket = [1000, 2000] as const;
    const compared = compareWithTruth([reading(1500, bucket), reading(1500, bucket)], [1900, 1950]);
    expect(compared).toMatchObject({ ci95: [1000, 2000], covered: true });
    expect(compared?.errorPercent).toBeCloseTo(-21.05);
  });

  it('has no interval from one sample, and is none of none', () => {
    expect(compareWithTruth([reading(5)], [5, 5])).toMatchObject({ ci95: null, covered: null, n: 1 });
    expect(compareWithTruth([], [5, 5])).toBeNull();
  });

  it('meets what it touches', () => {
    expect(meets([1, 2], [2, 3])).toBe(true);
    expect(meets([1, 2], [2.1, 3])).toBe(false);
  });
});
