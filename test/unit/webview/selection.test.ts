import { describe, expect, test } from 'vitest';
import { sampleOf, selectionOfVariant, spoken, stepOf, stepped } from '../../../webview/selection';
import { latencyChart, requestsChart } from './models';
import { storedModel } from './storedModels';

const at = (series: number, index: number, sample: number | null = null) => ({ series, index, sample });

describe('steps over the marks of a chart', () => {
  test.each([
    ['next', null, at(0, 0)],
    ['last', null, at(0, 2)],
    ['next', at(0, 0), at(0, 1)],
    ['next', at(0, 2), at(0, 2)],
    ['previous', at(0, 0), at(0, 0)],
    ['first', at(1, 2), at(1, 0)],
    ['last', at(1, 0), at(1, 2)],
    ['down', at(0, 1), at(1, 1)],
    ['down', at(2, 1), at(0, 1)],
    ['up', at(0, 2), at(2, 2)],
    ['nextSample', at(0, 1), at(0, 1, 0)],
    ['nextSample', at(0, 1, 4), at(0, 1, 4)],
    ['previousSample', at(0, 1), at(0, 1, 4)],
    ['next', at(0, 1, 3), at(0, 2)],
    ['next', at(9, 9), at(0, 0)],
  ] as const)('%s from %j leads to %j', (step, from, to) => {
    expect(stepped(latencyChart, from, step)).toEqual(to);
  });

  test('lead nowhere in a chart without marks', () => {
    expect(stepped({ ...latencyChart, series: [] }, null, 'next')).toBeNull();
  });

  test.each([
    ['ArrowRight', false, 'next'],
    ['ArrowRight', true, 'nextSample'],
    ['Home', false, 'first'],
    ['a', false, null],
  ] as const)('%s with Shift %s is %s', (key, shift, step) => {
    expect(stepOf(key, shift)).toBe(step);
  });
});

describe('what is said and opened', () => {
  test('a mark says where it stands, its value, and which of how many it is', () => {
    expect(spoken(latencyChart, at(1, 2))).toBe('L3/L4 · p99. 455 µs (364 to 546, 95 %), 5 samples. 3 of 3.');
  });

  test('an invalid sample says so', () => {
    const [series] = requestsChart.series;
    const points = series?.points.map((point) => ({
      ...point,
      samples: point.samples.map((sample) => ({ ...sample, valid: false })),
    }));
    const model = { ...requestsChart, series: [{ label: 'x', points: points ?? [] }] };
    expect(spoken(model, at(0, 0, 0))).toContain('requests/s, invalid.');
  });

  test('the sample nearest to the value stands for a mark', () => {
    const [rps] = storedModel.charts;
    if (!rps) throw new Error('the run has a chart');
    expect(sampleOf(rps, at(0, 2))?.id).toBe('b2-l7-saturated-1');
    expect(sampleOf(rps, at(0, 2, 0))?.id).toBe('b1-l7-saturated-1');
    expect(sampleOf(rps, at(0, 9))).toBeUndefined();
  });

  test('a variant is found by its id', () => {
    const [rps] = storedModel.charts;
    if (!rps) throw new Error('the run has a chart');
    expect(selectionOfVariant(rps, 'l7')).toEqual(at(0, 2));
    expect(selectionOfVariant(rps, 'other')).toBeNull();
  });
});
