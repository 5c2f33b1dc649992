import { describe, expect, it } from 'vitest';
import { documentStartLine } from '../../../src/ui/editor/documentStart';
import { aboutDuration } from '../../../src/core/words/dates';
import { byDay, dayLabel } from '../../../src/ui/tree/days';

describe('the start of a document', () => {
  const lines = [
    '# a chart',
    'apiVersion: v1',
    'kind: Service',
    '---',
    '',
    '# why',
    'apiVersion: cilium.io/v2',
    'spec:',
    '  x: 1',
  ];
  it.each([
    [8, 6],
    [6, 6],
    [2, 1],
    [1, 1],
    [0, 0],
    [99, 6],
  ])('of line %i is line %i', (line, expected) => {
    expect(documentStartLine(lines, line)).toBe(expected);
  });

  it('of JSON is its first line', () => {
    expect(documentStartLine(['{', ' "a": 1', '}'], 1)).toBe(0);
  });

  it('of nothing is line 0', () => {
    expect(documentStartLine([], 3)).toBe(0);
  });
});

describe('durations', () => {
  it.each([
    [4, '4 s'],
    [38, '40 s'],
    [89, '90 s'],
    [150, '3 min'],
    [3600, '1 h'],
    [4210, '1 h 10 min'],
  ])('%i s is about %s', (seconds, expected) => {
    expect(aboutDuration(seconds)).toBe(expected);
  });
});

describe('days', () => {
  const today = new Date(2026, 10, 23, 0, 10);
  it.each([
    [new Date(2026, 10, 23, 23, 59), 'Today'],
    [new Date(2026, 10, 22, 23, 59), 'Yesterday'],
    [new Date(2026, 10, 21, 12), 'November 21'],
    [new Date(2025, 10, 23, 12), 'November 23, 2025'],
  ])('%s is %s', (day, expected) => {
    expect(dayLabel(day, today, 'en')).toBe(expected);
  });

  it('come newest first, and so do the items of each', () => {
    const at = (day: number, hour: number) => ({ startedAt: new Date(2026, 10, day, hour) });
    const grouped = byDay([at(21, 9), at(23, 0), at(21, 10), at(22, 8)], today, 'en');
    expect(grouped.map(({ label, items }) => [label, items.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 1],
      ['November 21', 2],
    ]);
    expect(grouped[2]?.items).toEqual([at(21, 10), at(21, 9)]);
  });
});
