import { describe, expect, it } from 'vitest';
import { crossingOf, crossingOfRun, leadsOf } from '../../../src/core/result/crossing';
import type { Run, Sample } from '../../../src/core/result/run';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { fillParameters } from '../../../src/core/scenario/parameters';
import { runFrom } from './comparedRuns';
import { normals, sample } from './samples';

/** Curves that cross at 10,000 Services. */
const falling = (x: number): number => 12_000 * Math.exp(-x / 50_000);
const level = (): number => 12_000 * Math.exp(-0.2);

function scaleRun(
  rounds: number,
  noise: number,
  normal: () => number,
  iptables: (x: number) => number = falling,
  nftables: (x: number) => number = level,
): Run {
  const variants = serviceScale.variants(fillParameters(serviceScale, {}), 'lab');
  const samples: Sample[] = Array.from({ length: rounds }, (_, round) => {
    const machine = Math.exp(0.05 * normal());
    return variants.flatMap((variant) => {
      const x = variant.point?.x ?? 0;
      const middle = variant.point?.series === 'iptables' ? iptables(x) : nftables(x);
      const [load] = variant.loads;
      return [1, ...(variant.baseline === undefined ? [2] : [])].map((repeat) =>
        sample(
          variant.id,
          round + 1,
          { rps: middle * machine * Math.exp(noise * normal()) },
          { load: load?.id ?? '', repeat },
        ),
      );
    });
  }).flat();
  // Only samples are read; a summary would make hundreds of intervals that nobody asks for.
  const rps = { unit: 'requests/s', n: rounds, median: 1, mean: 1, ci95: null, samples: [] };
  return {
    ...runFrom('scale', [], { scenario: 'service-scale' }),
    samples,
    variants: variants.map(({ id, label, baseline = null, point, loads: [load] }) => ({
      id,
      label,
      baseline,
      ...(point ? { point } : {}),
      metrics: { rps: load ? { ...rps, load } : rps },
    })),
    effects: [],
  };
}

const crossing = (run: Run, other: Run = run) =>
  crossingOf(leadsOf({ run, series: 'iptables' }, { run: other, series: 'nftables' }, 'rps'), 'higher');

describe('a crossing', () => {
  it('is where the lines between the leads pass 0, the same for the same seed', () => {
    const run = scaleRun(5, 0.01, normals(3));
    const found = crossing(run);
    if (found.kind !== 'crossing') throw new Error(found.kind);
    expect(found.isFirstAheadBefore).toBe(true);
    expect(found.at).toBeGreaterThan(8000);
    expect(found.at).toBeLessThan(12_000);
    expect(crossing(run)).toEqual(found);
  });

  it('is exact without noise', () => {
    const found = crossing(scaleRun(3, 0, normals(1)));
    if (found.kind !== 'crossing') throw new Error(found.kind);
    expect(found.at).toBeCloseTo(10_000, 4);
    expect(found.interval[0]).toBeCloseTo(10_000, 4);
    expect(found.interval[1]).toBeCloseTo(10_000, 4);
  });

  it.each([
    [3, 0.02],
    [10, 0.04],
  ])(
    'of %i rounds has the true place in its interval in 95 of 100 runs, as far as 200 can tell',
    (rounds, noise) => {
      const normal = normals(11 + rounds);
      let told = 0;
      let held = 0;
      for (let run = 0; run < 200; run += 1) {
        const found = crossing(scaleRun(rounds, noise, normal));
        if (found.kind !== 'crossing') continue;
        told += 1;
        const [low, high] = found.interval;
        if ((low === null || low <= 10_000) && (high === null || high >= 10_000)) held += 1;
      }
      expect(told).toBeGreaterThan(80);
      // Three standard errors of a share of 95 %.
      expect(Math.abs(held / told - 0.95)).toBeLessThan(3 * Math.sqrt((0.95 * 0.05) / told));
    },
    60_000,
  );

  it('has an open end where the curves begin alike: it may have crossed before', () => {
    const shares: Readonly<Record<number, number>> = {
      0: 1,
      5000: 1.2,
      10_000: 1.1,
      20_000: 0.8,
      30_000: 0.7,
    };
    const found = crossing(
      scaleRun(
        3,
        0.01,
        normals(5),
        (x) => 10_000 * (shares[x] ?? 1),
        () => 10_000,
      ),
    );
    if (found.kind !== 'crossing') throw new Error(found.kind);
    expect(found.at).toBeGreaterThan(10_000);
    expect(found.interval[0]).toBeNull();
    expect(found.interval[1]).toBeLessThan(20_000);
  });

  it('is none where the lead stays, and says from where on it is clear', () => {
    const found = crossing(scaleRun(5, 0.005, normals(2), falling, () => 12_000));
    expect(found).toMatchObject({ kind: 'ahead', isFirstAhead: false });
    if (found.kind === 'ahead') expect(found.from.x).toBeGreaterThan(0);
  });

  it('is none between curves that are alike', () => {
    expect(crossing(scaleRun(5, 0.02, normals(2), level, level))).toMatchObject({ kind: 'none' });
  });

  it('is none where the lead changes twice', () => {
    const bump = (x: number): number => (x > 0 && x < 30_000 ? 15_000 : 9000);
    expect(crossing(scaleRun(5, 0.005, normals(2), bump))).toEqual({ kind: 'none', turns: 2 });
  });

  it('is wider between two runs, whose rounds are not paired', () => {
    const normal = normals(21);
    const width = (found: ReturnType<typeof crossing>): number =>
      found.kind === 'crossing'
        ? (found.interval[1] ?? Infinity) - (found.interval[0] ?? -Infinity)
        : Infinity;
    const one = scaleRun(10, 0.01, normal);
    const other: Run = { ...scaleRun(10, 0.01, normal), id: 'other' };
    const apart = crossing(one, other);
    expect(apart.kind).toBe('crossing');
    expect(width(apart)).toBeGreaterThan(width(crossing(one)));
  });

  it('asks for two rounds at each place', () => {
    const leads = (rounds: number) => {
      const run = scaleRun(rounds, 0.01, normals(1));
      return leadsOf({ run, series: 'iptables' }, { run, series: 'nftables' }, 'rps').map(({ x }) => x);
    };
    expect(leads(1)).toEqual([]);
    expect(leads(2)).toEqual([0, 5000, 10_000, 20_000, 30_000]);
  });

  it('of a run names its curves, the same place as between two runs', () => {
    const run = scaleRun(5, 0.01, normals(3));
    const apart = crossing(run);
    if (apart.kind !== 'crossing') throw new Error(apart.kind);
    expect(crossingOfRun(run, 'rps')).toEqual({
      at: apart.at,
      interval: apart.interval,
      between: apart.between.map(({ x }) => x),
      measured: [0, 30_000],
      aheadBefore: 'iptables',
      aheadAfter: 'nftables',
    });
  });

  it('is at the same place where less is better, with the other one ahead', () => {
    const leads = (run: Run) => leadsOf({ run, series: 'iptables' }, { run, series: 'nftables' }, 'rps');
    const run = scaleRun(5, 0.01, normals(3));
    const [more, less] = [crossingOf(leads(run), 'higher'), crossingOf(leads(run), 'lower')];
    expect(more).toMatchObject({ isFirstAheadBefore: true });
    expect(less).toEqual({ ...more, isFirstAheadBefore: false });
    const throughout = leads(
      scaleRun(
        5,
        0.005,
        normals(2),
        () => 14_000,
        () => 12_000,
      ),
    );
    expect(crossingOf(throughout, 'higher')).toMatchObject({ kind: 'ahead', isFirstAhead: true });
    expect(crossingOf(throughout, 'lower')).toMatchObject({ kind: 'ahead', isFirstAhead: false });
  });

  it('is told of two curves alone', () => {
    const run = scaleRun(3, 0.01, normals(3));
    const one = { ...run, variants: run.variants.filter(({ point }) => point?.series === 'iptables') };
    const third = run.variants.map((variant) => ({
      ...variant,
      ...(variant.point ? { point: { ...variant.point, series: `${variant.point.series} again` } } : {}),
    }));
    expect(crossingOfRun(one, 'rps')).toBeNull();
    expect(crossingOfRun({ ...run, variants: [...run.variants, ...third] }, 'rps')).toBeNull();
    expect(crossingOfRun(run, 'latencyP99Us')).toBeNull();
  });
});
