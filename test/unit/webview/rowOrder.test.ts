import { describe, expect, test } from 'vitest';
import { leadingNumber, sortedRows } from '../../../webview/rowOrder';

describe('leadingNumber', () => {
  test.each([
    ['21\u2009890', 21_890],
    ['19\u2009930 \u22129 % (\u221212 to \u22126)', 19_930],
    ['\u221267 % (\u221269 to \u221265)', -67],
    ['+8 %', 8],
    ['\u00d72.9', 2.9],
    ['137 µs', 137],
    ['54.6 µs', 54.6],
    ['-3', -3],
    ['', undefined],
    ['not measured', undefined],
  ])('of %j is %j', (text, number) => {
    expect(leadingNumber(text)).toBe(number);
  });
});

describe('sortedRows', () => {
  const rows = [
    ['b', '7\u2009324'],
    ['a', 'not measured'],
    ['c', '21\u2009890'],
    ['d', '19\u2009930'],
  ];
  const names = (sorted: readonly (readonly string[])[]) => sorted.map(([name]) => name).join('');

  test.each([
    [{ column: 0, direction: 'ascending' }, false, 'abcd'],
    [{ column: 0, direction: 'descending' }, false, 'dcba'],
    [{ column: 1, direction: 'ascending' }, true, 'bdca'],
    [{ column: 1, direction: 'descending' }, true, 'cdba'],
  ] as const)('%j, numeric %j', (sorting, numeric, order) => {
    expect(names(sortedRows(rows, sorting, numeric))).toBe(order);
    expect(names(rows)).toBe('bacd');
  });
});
