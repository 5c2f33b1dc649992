import { describe, expect, it } from 'vitest';
import type { MetricSummary, Run } from '../../../src/core/result/run';
import { partLines } from '../../../src/core/words/partLines';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { storedRun } from '../result/storedRun';

type Pooled = NonNullable<MetricSummary['pooled']>;

const pooled = (percent: number, value: number | null, over: Partial<Pooled> = {}): Pooled => ({
  percent,
  value,
  ci95: value === null ? null : [0.9 * value, 1.25 * value],
  count: 17_856,
  samples: 6,
  resolution: 20,
  ...over,
});

/** The stored run, which is older than pooled percentiles, with those of its first two settings. */
function withPooled(): Run {
  const figures = [
    { p50: pooled(50, 152.4), p99: pooled(99, 1000) },
    {
      p50: pooled(50, 400, {
        ci95: null,
        reason: 'how samples differ is not told by 3 (an interval needs 5)',
      }),
      p99: pooled(99, null, { reason: 'not supported by 300 requests' }),
    },
  ];
  return {
    ...storedRun,
    variants: storedRun.variants.map((variant, place) => {
      const { latencyP50Us, latencyP99Us } = variant.metrics;
      const own = figures[place];
      if (!latencyP50Us || !latencyP99Us || !own) return variant;
      const offered = { due: 18_000, sent: 17_856, late: 90, ifLateWereSlowest: 160 };
      return {
        ...variant,
        metrics: {
          ...variant.metrics,
          latencyP50Us: { ...latencyP50Us, pooled: own.p50, offered },
          latencyP99Us: { ...latencyP99Us, pooled: own.p99 },
        },
      };
    }),
  };
}

describe('percentiles of all requests together', () => {
  it('have a table with their intervals, or why there is none', () => {
    const [part, ...more] = panelModelOf(withPooled()).parts ?? [];
    expect(more).toEqual([]);
    expect(part?.title).toBe(
      'Latency of all requests of a setting together at 1\u2009000/s, with 95 % intervals',
    );
    expect(part?.table.columns.map(({ label }) => label)).toEqual([
      'Setting',
      'p50',
      'p99',
      'Requests',
      'Not sent in time',
      'No interval, because',
    ]);
    expect(part?.table.rows).toEqual([
      [
        'No policy',
        '152\u2009µs (137 to 191)',
        '1\u2009000\u2009µs (900 to 1\u2009250)',
        '17\u2009856',
        '0.5\u2009%',
        '',
      ],
      [
        'L3/L4',
        '400\u2009µs',
        'too few requests',
        '17\u2009856',
        '0.5\u2009%',
        'how samples differ is not told by 3 (an interval needs 5); not supported by 300 requests',
      ],
    ]);
  });

  it('stand in the terminal as well', () => {
    expect(partLines(withPooled(), 100, false).join('\n')).toContain('152\u2009µs (137 to 191)');
  });

  it('have none in a run that has none', () => {
    expect(panelModelOf(storedRun).parts).toBeUndefined();
  });
});
