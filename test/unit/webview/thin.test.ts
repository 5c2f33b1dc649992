import { describe, expect, test } from 'vitest';
import type { ChartModel, ChartPoint, ChartSample } from '../../../src/core/result/panelModel';
import { drawnSamples, thinned } from '../../../webview/thin';
import { requestsChart } from './models';

const pointAt = (place: number, value: number | null): ChartPoint => ({
  label: `${place}`,
  value,
  low: null,
  high: null,
  place,
  samples: [],
});
/** A saw of 97 teeth with one peak and one dip. */
const saw = Array.from({ length: 5000 }, (_, place) =>
  pointAt(place, place === 1234 ? 1000 : place === 4321 ? -1000 : place % 97),
);
const chart = (series: number, points = saw): ChartModel => ({
  ...requestsChart,
  kind: 'lines',
  categories: [],
  categoryTitle: 'seconds',
  series: Array.from({ length: series }, (_, index) => ({ label: `${index}`, points })),
});
const count = ({ series }: ChartModel): number => series.reduce((sum, { points }) => sum + points.length, 0);

describe('a chart with very many points', () => {
  test('is drawn with a few thousand, each a real one, in order', () => {
    const drawn = thinned(chart(20));
    expect(count(drawn)).toBeLessThanOrEqual(4000);
    for (const { points } of drawn.series) {
      expect(points.every((point) => saw.includes(point))).toBe(true);
      const places = points.map(({ place = 0 }) => place);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });

  test('keeps its peaks and dips', () => {
    for (const { points } of thinned(chart(20)).series) {
      const values = points.map(({ value }) => value);
      expect(values).toContain(1000);
      expect(values).toContain(-1000);
    }
  });

  test('keeps where its points stand when their categories told it', () => {
    const bare = saw.map(({ place, ...point }) => ({ ...point, label: `${place ?? 0}` }));
    const model = { ...chart(1, bare), categories: bare.map((_, index) => String(index * 10)) };
    const [series] = thinned(model, 100).series;
    expect(series?.points.find(({ value }) => value === 1000)?.place).toBe(12_340);
  });

  test('leaves out what was not measured, and stays whole where all of a stretch was not', () => {
    const half = saw.map((point, place) => (place < 2500 ? pointAt(place, null) : point));
    const [series] = thinned(chart(1, half), 100).series;
    expect(series?.points.every(({ value }) => value !== null)).toBe(true);
    expect(series?.points.length).toBeGreaterThan(40);
  });

  test('with few points, or of bars, is as it was', () => {
    const few = chart(1, saw.slice(0, 100));
    expect(thinned(few)).toBe(few);
    expect(thinned(requestsChart, 1)).toBe(requestsChart);
  });
});

describe('the samples beside a mark', () => {
  const samples: readonly ChartSample[] = Array.from({ length: 10_000 }, (_, value) => ({
    id: `${value}`,
    value,
    valid: value !== 7777,
  }));

  test('are all of few', () => {
    const few = samples.slice(0, 10);
    expect(drawnSamples(few)).toBe(few);
  });

  test('are some of many, in order, the invalid ones among them', () => {
    const drawn = drawnSamples(samples);
    expect(drawn.length).toBeLessThanOrEqual(48);
    expect(drawn.some(({ valid }) => !valid)).toBe(true);
    expect(drawn.map(({ value }) => value)).toEqual(
      drawn.map(({ value }) => value).toSorted((a, b) => a - b),
    );
  });
});
