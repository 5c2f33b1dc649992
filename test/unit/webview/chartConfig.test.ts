import { describe, expect, test } from 'vitest';
import type { ChartModel } from '../../../src/core/result/panelModel';
import { extent, logarithmicTicks, wrapped } from '../../../webview/axes';
import { chartConfig } from '../../../webview/chartConfig';
import { slotOf } from '../../../webview/geometry';
import { labelPlaces, type Paint } from '../../../webview/paint';
import { pointText } from '../../../webview/pointText';
import { complete, effectsChart, latencyChart, requestsChart, serviceScale } from './models';

const paint: Paint = {
  look: {
    foreground: '#111',
    muted: '#666',
    grid: '#ddd',
    background: '#fff',
    palette: ['blue', 'orange', 'purple'],
    highContrast: false,
    focus: '#00f',
    fontFamily: 'sans-serif',
    fontSize: 11,
  },
  colourOf: (label) => labelPlaces(complete.charts).get(label) ?? 0,
  running: false,
  showsSamples: false,
  hintOf: () => '',
  pixelRatio: 1,
};
const [scaleChart = requestsChart, logarithmicChart = requestsChart] = serviceScale.charts;

const axes = (model: ChartModel) => {
  const scales = chartConfig(model, paint).options?.scales ?? {};
  return { x: scales['x'], y: scales['y'] };
};

describe('chartConfig', () => {
  test.each([
    ['bars', requestsChart, 'y', 'requests/s', 'linear'],
    ['dots', latencyChart, 'y', 'µs', 'logarithmic'],
    ['effects', effectsChart, 'x', '%', 'linear'],
    ['lines', scaleChart, 'y', 'requests/s', 'linear'],
    ['lines on a log axis', logarithmicChart, 'y', 's', 'logarithmic'],
  ] as const)('the value axis of %s carries its unit', (_, model, axis, unit, type) => {
    expect(axes(model)[axis]).toMatchObject({ type, title: { display: true, text: unit } });
  });

  test('a curve stands on a numeric axis that is named', () => {
    expect(axes(scaleChart).x).toMatchObject({ type: 'linear', title: { display: true, text: 'Services' } });
    expect(chartConfig(scaleChart, paint).data.datasets[0]?.data.slice(0, 2)).toEqual([
      { x: 0, y: 9_100 },
      { x: 5_000, y: 6_400 },
    ]);
  });

  test('bars stand on zero, and effects always show it', () => {
    expect(extent(requestsChart)[0]).toBe(0);
    expect(extent(effectsChart)).toEqual([-69, 4]);
  });

  test('intervals and samples are in sight', () => {
    expect(extent(requestsChart)[1]).toBeCloseTo(21_890 * 1.03);
    expect(extent(latencyChart)[1]).toBeCloseTo(1_380 * 1.25);
  });

  test.each(['linear', 'logarithmic'] as const)('a %s chart without any value has axes', (scale) => {
    const nothing = { ...latencyChart, scale, series: [] };
    expect(() => chartConfig(nothing, paint)).not.toThrow();
    expect(extent(nothing).every(Number.isFinite)).toBe(true);
  });

  test('what was not measured leaves a gap, never a zero', () => {
    const [series] = requestsChart.series;
    const [first, ...rest] = series?.points ?? [];
    if (series === undefined || first === undefined) throw new Error('the fixture has a point');
    const gap = { ...first, value: null, low: null, high: null, samples: [], note: 'no valid sample' };
    const model = { ...requestsChart, series: [{ ...series, points: [gap, ...rest] }] };
    expect(chartConfig(model, paint).data.datasets[0]?.data[0]).toBeNull();
    expect(pointText(model, gap)).toBe('no valid sample');
  });

  test('nothing moves by itself', () => {
    expect(chartConfig(requestsChart, paint).options?.animation).toBe(false);
  });

  test('lines differ by dash and dots by shape, not by colour alone', () => {
    const lines = chartConfig(scaleChart, { ...paint, colourOf: (label) => (label === 'iptables' ? 0 : 1) });
    const dashes = lines.data.datasets.map((dataset) => JSON.stringify(Reflect.get(dataset, 'borderDash')));
    const shapes = chartConfig(latencyChart, paint).data.datasets.map((one) =>
      JSON.stringify(one.pointStyle),
    );
    expect(new Set(dashes).size).toBe(2);
    expect(new Set(shapes).size).toBe(3);
  });

  test.each([
    ['while the run goes on', { ...paint, running: true }],
    ['in high contrast', { ...paint, look: { ...paint.look, highContrast: true } }],
  ])('points are hollow %s', (_, other) => {
    expect(chartConfig(latencyChart, other).data.datasets[0]).toMatchObject({ pointBackgroundColor: '#fff' });
  });
});

test('a variant has the same colour in every chart', () => {
  const places = labelPlaces(complete.charts);
  expect([...places]).toEqual([
    ['No policy', 0],
    ['L3/L4', 1],
    ['L7 through Envoy', 2],
  ]);
});

test('a mark says its value, its interval and how many samples stand behind it', () => {
  const point = requestsChart.series[0]?.points[0];
  if (point === undefined) throw new Error('the fixture has a point');
  expect(pointText(requestsChart, point)).toBe(
    '21\u2009890 requests/s (21\u2009233 to 22\u2009547, 95 %), 5 samples',
  );
});

test.each([
  [100, 2_000, [100, 200, 500, 1_000, 2_000]],
  [0.015, 0.9, [0.02, 0.05, 0.1, 0.2, 0.5]],
  [1, 1e6, [1, 10, 100, 1_000, 1e4, 1e5, 1e6]],
])('a logarithmic axis from %d to %d ticks at %j', (low, high, ticks) => {
  expect(logarithmicTicks(low, high)).toEqual(ticks);
});

test('a logarithmic axis without room for all ticks has those of the decades', () => {
  expect(logarithmicTicks(50, 5000, 400)).toEqual([50, 100, 200, 500, 1000, 2000, 5000]);
  expect(logarithmicTicks(50, 5000, 150)).toEqual([100, 1000]);
});

test('series on one category stand side by side around it', () => {
  const slots = [0, 1, 2].map((series) => slotOf(1, series, 3));
  expect(slots[1]).toBe(1);
  expect(slots[0]).toBeCloseTo(2 - (slots[2] ?? 0));
});

test.each([
  ['L7 through Envoy', 11, ['L7 through', 'Envoy']],
  ['No policy', 11, ['No policy']],
  ['', 11, []],
])('%j wraps at %d', (label, width, lines) => {
  expect(wrapped(label, width)).toEqual(lines.length === 0 ? [''] : lines);
});
