import { describe, expect, it } from 'vitest';
import { latencyDistributions } from '../../../src/core/result/latencyDistribution';
import type { ChartModel, PanelModel } from '../../../src/core/result/panelModel';
import type { Run } from '../../../src/core/result/run';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { chartMarkdown } from '../../../src/core/words/chartMarkdown';
import { withTable } from '../../../src/core/words/chartTable';
import { distributionChart, pendingDistribution } from '../../../src/core/words/distributionChart';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { isPanelModel } from '../../../webview/messages';
import { storedBuckets, storedRun } from '../result/storedRun';
import { bpfRun, resourcesRun } from '../webview/partModels';
import { measuredPolicy, overheadValues, runOf, scaleValues } from './runs';

const plain = (text: string): string => text.replaceAll('\u2009', ' ').replaceAll('\u2212', '-');
const stored = panelModelOf(storedRun, undefined, 'UTC');

function chartOf({ charts }: PanelModel, id: string): ChartModel {
  const chart = charts.find((one) => one.id === id);
  if (!chart) throw new Error(`there is no chart ${id}`);
  return chart;
}
const valuesOf = (chart: ChartModel) =>
  chart.series.map(({ points }) =>
    points.map(({ value }) => (value === null ? null : Number(value.toFixed(3)))),
  );
const cellsOf = ({ table }: ChartModel) => table?.rows.map((row) => row.map(plain));

// Golden numbers: those of the run's own run.json, read by eye and by a short program of another language.
describe('the charts of a run that was measured', () => {
  it('are these, in this order', () => {
    expect(stored.charts.map(({ id }) => id)).toEqual([
      'rps',
      'latency',
      'effects',
      'effects-latencyP50Us',
      'effects-latencyP90Us',
      'effects-latencyP99Us',
      'effects-cpuUsPerRequest',
      'cpuUsPerRequest',
      'cpu-over-time',
    ]);
  });

  it('requests a second are its medians, with intervals and samples', () => {
    const chart = chartOf(stored, 'rps');
    expect(valuesOf(chart)).toEqual([[31_047.375, 26_929.278, 5_825.414]]);
    const [none, , l7] = chart.series[0]?.points ?? [];
    expect(none?.low).toBeCloseTo(26_874.234, 3);
    expect(none?.high).toBeCloseTo(33_226.686, 2);
    expect(l7?.samples.map(({ id, value }) => [id, Math.round(value)])).toEqual([
      ['b1-l7-saturated-1', 5822],
      ['b2-l7-saturated-1', 5825],
      ['b3-l7-saturated-1', 6309],
    ]);
    expect(cellsOf(chart)?.[2]).toEqual(['L7 through Envoy', '5 825', '5 289 to 6 681', '3']);
  });

  it('marks what was under the manifest’s policy, and what each mark shows', () => {
    const points = chartOf(stored, 'rps').series[0]?.points ?? [];
    expect(points.map(({ variant, isPolicy }) => [variant, isPolicy])).toEqual([
      ['none', undefined],
      ['l3l4', true],
      ['l7', true],
    ]);
  });

  it('the change is the run’s effect, with its interval and the noise band', () => {
    const chart = chartOf(stored, 'effects');
    const [l3l4, l7] = chart.series[0]?.points ?? [];
    expect([l3l4?.value, l7?.value, chart.noisePercent]).toEqual([-12, -80, 33]);
    expect(l7?.low).toBeCloseTo(-83.897, 2);
    expect(cellsOf(chart)).toEqual([
      ['L3/L4', '-12 %', '-30 to 12'],
      ['L7 through Envoy', '-80 %', '-84 to -75'],
    ]);
  });

  it('have the change of every metric that is compared in one place, the run’s effects as they are', () => {
    const shown = stored.charts.filter(({ choice }) => choice?.of === 'effects');
    expect(shown.map(({ choice }) => choice?.label)).toEqual(['RPS', 'p50', 'p90', 'p99', 'CPU a request']);
    for (const [at, metric] of (
      ['rps', 'latencyP50Us', 'latencyP90Us', 'latencyP99Us', 'cpuUsPerRequest'] as const
    ).entries()) {
      const percents = storedRun.effects
        .filter((effect) => effect.metric === metric)
        .map(({ percent }) => percent ?? 0);
      const drawn = shown[at]?.series[0]?.points.map(({ value }) => value ?? 0) ?? [];
      expect(drawn).toHaveLength(percents.length);
      // A mark has the digits of the words beside it.
      drawn.forEach((value, place) => {
        expect(Math.abs(value - (percents[place] ?? 0))).toBeLessThan(0.6);
      });
    }
  });

  it('CPU over the run is that of client, server and proxy over each saturated load', () => {
    const chart = chartOf(stored, 'cpu-over-time');
    const l7 = chart.series.find(({ label }) => label === 'L7 through Envoy')?.points ?? [];
    expect(l7.map(({ samples }) => samples[0]?.id)).toEqual([
      'b1-l7-saturated-1',
      'b2-l7-saturated-1',
      'b3-l7-saturated-1',
    ]);
    l7.forEach(({ value, place }, index) => {
      expect(value).toBeCloseTo([1.20357, 1.16371, 1.17575][index] ?? 0, 4);
      expect(place).toBeCloseTo([18.389, 43.49, 74.705][index] ?? 0, 2);
    });
    expect(chart.notes?.join()).toContain('what it was within a load is not recorded');
  });
});

describe('the distribution of latencies', () => {
  const chart = distributionChart(storedRun, latencyDistributions(storedRun, storedBuckets), 2);
  if (!chart) throw new Error('the run has latencies');

  it('says percentiles of all requests together, with the range of the samples', () => {
    expect(cellsOf(chart)?.map((row) => row.slice(0, 2))).toEqual([
      ['p50', '175 (168 to 183)'],
      ['p75', '209 (197 to 229)'],
      ['p90', '246 (235 to 276)'],
      ['p95', '280 (250 to 300)'],
      ['p99', '354 (307 to 380)'],
      ['p99.9', '979 (451 to 2 012)'],
      ['Requests', '17 856'],
    ]);
    expect(plain(chart.summary)).toBe(
      'p50: no policy 175 µs, L3/L4 185 µs and L7 through Envoy 459 µs. p99: no policy 354 µs, L3/L4 371 µs and L7 through Envoy 897 µs.',
    );
  });

  it('says what could not be read', () => {
    expect(chart.notes).toContain('The raw output of 2 samples could not be read.');
  });

  it('keeps a place for itself, with its own name, and can be drawn', () => {
    const pending = pendingDistribution(storedRun, 12);
    expect(pending).toMatchObject({ id: chart.id, kind: chart.kind, title: chart.title, series: [] });
    for (const one of [chart, pending])
      expect(isPanelModel({ ...stored, charts: [...stored.charts, one] })).toBe(true);
  });

  it('is none where nothing was read', () => {
    expect(distributionChart(storedRun, [])).toBeNull();
    expect(pendingDistribution(storedRun, 0)).toBeNull();
  });
});

describe('curves', () => {
  const even = runOf(serviceScale, scaleValues);
  // Between the rounds one curve moves against the other, by 2 % each.
  const run: Run = {
    ...even,
    samples: even.samples.map((sample) =>
      sample.variant.startsWith('nftables')
        ? {
            ...sample,
            values: { ...sample.values, rps: (sample.values.rps ?? 0) * (0.96 + 0.02 * sample.block) },
          }
        : sample,
    ),
  };
  const chart = chartOf(panelModelOf(run), 'rps');

  it('mark the crossing with its interval: 12000 / (1 + x / 15000) = 9000 at 5,000 Services', () => {
    const [mark, ...more] = chart.marks ?? [];
    expect(more).toEqual([]);
    expect(mark?.place).toBeCloseTo(5000, -2);
    // t with 2 degrees of freedom is 4.303, 2 % / √3 the standard error: ±5 % of 9,000, where the line has fallen by 1,000 more a 2,500.
    expect(mark?.low).toBeLessThan(4600);
    expect(mark?.low).toBeGreaterThan(3000);
    expect(mark?.high).toBeGreaterThan(5400);
    expect(mark?.high).toBeLessThan(7000);
    expect(plain(mark?.label ?? '')).toBe('cross at 5 000');
  });

  it('have no mark where they do not cross', () => {
    const apart = runOf(serviceScale, ({ point }) => (point?.series === 'iptables' ? 500 : 1000));
    expect(chartOf(panelModelOf(apart), 'rps')).not.toHaveProperty('marks');
  });

  it('have a row for each place and series', () => {
    expect(cellsOf(chart)?.[0]?.slice(0, 2)).toEqual(['0', 'iptables']);
    expect(cellsOf(chart)).toHaveLength(10);
  });
});

describe('what figures are made of', () => {
  it('memory of each BPF map: the ten largest, and the others as one', () => {
    const chart = chartOf(panelModelOf(bpfRun), 'parts-bpfMemoryBytes');
    expect(chart.categories.slice(0, 3)).toEqual([
      'cilium_ct4_global',
      'cilium_snat_v4_external',
      'cilium_lb4_services_v2',
    ]);
    expect(chart.categories.at(-1)).toBe('10 other maps');
    // Ten of half a mebibyte; the readings of three rounds grow by 0, 2.5 and 5 %, and the middle one counts.
    expect(chart.series[0]?.points.at(-1)?.value).toBeCloseTo(10 * 0.5 * 1.025, 6);
    expect(chart.series[0]?.points[0]?.value).toBeCloseTo(64 * 1.025, 6);
  });

  it('CPU and memory of the components, and how they went over the run', () => {
    const model = panelModelOf(resourcesRun);
    expect(model.charts.map(({ id }) => id)).toEqual([
      'rps',
      'componentCpuCores',
      'componentMemoryBytes',
      'parts-componentCpuCores',
      'components-over-time',
      'parts-componentMemoryBytes',
      'memory-over-time',
    ]);
    const overTime = chartOf(model, 'memory-over-time');
    expect(overTime.series.map(({ points }) => points.length)).toEqual([3, 3, 3]);
    expect(overTime.series[0]?.points[0]).toMatchObject({ value: 260, place: 1.5 });
  });
});

describe('a chart of a run with invalid samples, or that goes on', () => {
  const run = runOf(policyOverhead, overheadValues, { policy: measuredPolicy });
  const invalid = run.samples.map((sample, index) =>
    index % 3 === 0 ? { ...sample, valid: false, invalidReasons: ['the client was out of CPU'] } : sample,
  );

  it('says what it leaves out and why, a few by name and the rest by number', () => {
    const notes = chartOf(panelModelOf({ ...run, samples: invalid }), 'rps').notes ?? [];
    expect(notes[0]).toMatch(/^Not used: Round 1, .*: the client was out of CPU\.$/);
    expect(notes).toHaveLength(3 + (notes.length > 3 ? 1 : 0));
  });

  it('marks the samples of the round that goes on', () => {
    const model = panelModelOf(run, { text: '8 of 15 · 1:20 left', timeLeft: '1:20 left' });
    const open =
      chartOf(model, 'rps').series[0]?.points.flatMap(({ samples }) =>
        samples.filter(({ isOpen }) => isOpen),
      ) ?? [];
    expect(open.length).toBeGreaterThan(0);
    expect(open.every(({ id }) => id.startsWith('b3-'))).toBe(true);
    expect(model.timeLeft).toBe('1:20 left');
    const ended = chartOf(panelModelOf(run), 'rps').series[0]?.points.flatMap(({ samples }) => samples) ?? [];
    expect(ended.some(({ isOpen }) => isOpen)).toBe(false);
  });
});

describe('a chart as text', () => {
  it('is Markdown with its conclusion, its numbers and where it is from', () => {
    expect(plain(chartMarkdown(chartOf(stored, 'effects'), stored)).split('\n')).toEqual([
      '### Requests a second against no policy, in %',
      '',
      'L3/L4: -12 % (-30 to 12), within noise (a change of 33 % would have been seen). L7 through Envoy: -80 % (-84 to -75), worse.',
      '',
      '| Setting | Change | 95 % interval |',
      '| :-- | --: | --: |',
      '| L3/L4 | -12 % | -30 to 12 |',
      '| L7 through Envoy | -80 % | -84 to -75 |',
      '',
      'Cost of checkout-l7.yaml · local lab · quick (3 rounds) · 23 Nov 2026, 23:14 · run 2026-11-23-policy-overhead-2h',
      '',
    ]);
  });

  it('keeps a table a table, whatever its labels are', () => {
    const { table, ...bare } = chartOf(stored, 'rps');
    expect(table).toBeDefined();
    const evil = withTable({
      ...bare,
      title: 'a | b\n# c',
      categories: ['|', '<img src=x>', '`x`'],
    });
    const text = chartMarkdown(evil, stored);
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(1);
    expect(text).not.toMatch(/[^\\]</);
  });

  it('ends the table of a chart with very many points, and says so', () => {
    const [series] = chartOf(stored, 'cpu-over-time').series;
    const [point] = series?.points ?? [];
    if (!point) throw new Error('the chart has a point');
    const points = Array.from({ length: 5000 }, (_, place) => ({ ...point, place }));
    const { table, notes, ...bare } = chartOf(stored, 'cpu-over-time');
    const many = withTable({ ...bare, series: [{ label: 'x', points }] });
    expect(table).toBeDefined();
    expect(notes).toBeDefined();
    expect(many.table?.rows).toHaveLength(1000);
    expect(many.notes?.map(plain)).toEqual([
      'The table ends after 1 000 rows: 4 000 are left to the reports.',
    ]);
  });
});
