import { describe, expect, test } from 'vitest';
import { isPanelModel, readToPanelMessage } from '../../../webview/messages';
import { crossingModel, pendingModel, storedDistribution } from './storedModels';
import { cancelled, complete, latencyChart, requestsChart, running, serviceScale } from './models';

describe('isPanelModel', () => {
  test.each([
    ['a complete run', complete],
    ['a running one', running],
    ['a cancelled one', cancelled],
    ['curves', serviceScale],
  ])('takes %s', (_, model) => {
    expect(isPanelModel(model)).toBe(true);
    expect(isPanelModel(JSON.parse(JSON.stringify(model)))).toBe(true);
  });

  const without = (name: string): object =>
    Object.fromEntries(Object.entries(complete).filter(([field]) => field !== name));

  test('takes a run without a manifest', () => {
    expect(isPanelModel(without('manifest'))).toBe(true);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'complete'],
    ['a model without sentences', without('sentences')],
    ['an unknown state', { ...complete, state: 'paused' }],
    ['a sentence that is not text', { ...complete, sentences: [67] }],
    ['an unknown kind of chart', { ...complete, charts: [{ ...requestsChart, kind: 'pie' }] }],
    [
      'a noise band that is not a number',
      { ...complete, charts: [{ ...requestsChart, noisePercent: Number.NaN }] },
    ],
    [
      'a value that is not a number',
      {
        ...complete,
        charts: [
          {
            ...latencyChart,
            series: [
              { label: 'x', points: [{ label: 'x', value: '137', low: null, high: null, samples: [] }] },
            ],
          },
        ],
      },
    ],
    ['a row of numbers', { ...complete, table: { columns: [], rows: [[1, 2]] } }],
    ['a manifest without a line', { ...complete, manifest: { file: 'a.yaml' } }],
  ])('refuses %s', (_, value) => {
    expect(isPanelModel(value)).toBe(false);
  });
});

describe('readToPanelMessage', () => {
  test('reads what the extension sends', () => {
    expect(readToPanelMessage({ type: 'show', model: complete })).toEqual({ type: 'show', model: complete });
    for (const message of [
      { type: 'chart', id: 'distribution', chart: storedDistribution },
      { type: 'chart', id: 'distribution', chart: null },
      { type: 'pointTo', variant: 'l7' },
      { type: 'show', model: crossingModel },
      { type: 'show', model: pendingModel },
    ])
      expect(readToPanelMessage(message)).toEqual(message);
    expect(readToPanelMessage({ type: 'empty', text: 'No run.' })).toEqual({
      type: 'empty',
      text: 'No run.',
    });
  });

  test.each([
    undefined,
    'show',
    {},
    { type: 'show' },
    { type: 'show', model: {} },
    { type: 'empty' },
    { type: 'chart', id: 'rps' },
    { type: 'chart', id: 'rps', chart: { id: 'rps' } },
    { type: 'chart', id: 7, chart: null },
    { type: 'pointTo', variant: null },
    { type: 'other' },
  ])('drops %j', (message) => {
    expect(readToPanelMessage(message)).toBeUndefined();
  });
});
