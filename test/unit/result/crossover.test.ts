import { describe, expect, it } from 'vitest';
import { crossoverOf, type MeasuredCurve } from '../../../src/core/result/crossover';

const curve = (series: string, half: number, places: Readonly<Record<number, number>>): MeasuredCurve => ({
  series,
  points: Object.entries(places).map(([x, mean]) => ({
    x: Number(x),
    mean,
    ci95: [mean - half, mean + half],
  })),
});

const falling = curve('iptables', 3, { 0: 100, 10_000: 80, 20_000: 60, 30_000: 40 });
const level = curve('nftables', 4, { 0: 70, 10_000: 70, 20_000: 70, 30_000: 70 });

describe('the crossover of two curves', () => {
  it('lies where the lines cross, with the places at which the interval of the difference holds 0', () => {
    // The difference is 30, 10, −10, −30 with half width √(3² + 4²) = 5: 0 at 15 000, ±5 at 12 500 and 17 500.
    expect(crossoverOf(falling, level, 'higher')).toEqual({
      kind: 'crossing',
      x: 15_000,
      interval: [12_500, 17_500],
      between: [10_000, 20_000],
      aheadBefore: 'iptables',
      aheadAfter: 'nftables',
    });
  });

  it('is the same whichever curve comes first, and turned round where less is better', () => {
    const other = crossoverOf(level, falling, 'higher');
    expect(other).toEqual(crossoverOf(falling, level, 'higher'));
    expect(crossoverOf(falling, level, 'lower')).toMatchObject({
      x: 15_000,
      interval: [12_500, 17_500],
      aheadBefore: 'nftables',
      aheadAfter: 'iptables',
    });
  });

  it('reaches past measured places that are too close to call', () => {
    const close = curve('nftables', 4, { 0: 70, 10_000: 78, 20_000: 63, 30_000: 70 });
    // Differences 30, 2, −3, −30: clear at both ends alone.
    const found = crossoverOf(falling, close, 'higher');
    expect(found).toMatchObject({ between: [0, 30_000], x: 14_000 });
    const [low, high] = found.kind === 'crossing' ? found.interval : [0, 0];
    expect(low).toBeCloseTo(10_000 * (25 / 28), 6);
    expect(high).toBeCloseTo(20_000 + 10_000 * (2 / 27), 6);
  });

  it.each([
    [
      'one that leads throughout',
      level,
      curve('x', 1, { 0: 10, 30_000: 10 }),
      /nftables is ahead over all/,
      'nftables',
    ],
    ['none told apart', level, curve('x', 50, { 0: 60, 30_000: 75 }), /neither is clearly ahead/, undefined],
    ['one shared place', level, curve('x', 1, { 0: 10, 5: 10 }), /two places/, undefined],
    [
      'a lead that changes twice',
      level,
      curve('x', 1, { 0: 10, 10_000: 100, 20_000: 10 }),
      /changes 2 times/,
      undefined,
    ],
    ['nothing', curve('a', 1, {}), curve('b', 1, {}), /two places/, undefined],
  ])('of %s is none, with the reason', (_, first, second, reason, ahead) => {
    const found = crossoverOf(first, second, 'higher');
    expect(found.kind).toBe('none');
    expect(found.kind === 'none' ? found.reason : '').toMatch(reason);
    expect(found.kind === 'none' ? found.ahead : '').toBe(ahead);
  });

  it('is none from single rounds, which have no interval', () => {
    const once = (one: MeasuredCurve): MeasuredCurve => ({
      ...one,
      points: one.points.map((point) => ({ ...point, ci95: null })),
    });
    expect(crossoverOf(once(falling), once(level), 'higher').kind).toBe('none');
  });
});
