import { expect, test } from 'vitest';
import { changeInPercent, shortNumber, tickNumber } from '../../../webview/numbers';

test.each([
  [21_890.4, '21\u2009890'],
  [1_234_567, '1\u2009234\u2009567'],
  [137.4, '137'],
  [54.64, '54.6'],
  [2.9, '2.9'],
  [0.0213, '0.021'],
  [0, '0'],
  [-9.04, '\u22129.04'],
])('%d is written %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

test.each([
  [0.1 + 0.2, '0.3'],
  [-80, '\u221280'],
  [30_000, '30\u2009000'],
  [2.5, '2.5'],
])('the tick %d is written %s', (value, text) => {
  expect(tickNumber(value)).toBe(text);
});

test.each([
  [-67, '\u221267\u2009%'],
  [9, '+9\u2009%'],
  [0, '0\u2009%'],
  [190, '×2.9'],
])('the change %d is written %s', (value, text) => {
  expect(changeInPercent(value)).toBe(text);
});
