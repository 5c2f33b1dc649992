import { describe, expect, it } from 'vitest';
import { dayAgainst, dayAndTime, duration } from '../../../src/core/words/dates';
import {
  bandSize,
  change,
  changeRange,
  eitherWay,
  grouped,
  plusMinus,
  quantity,
  shortNumber,
} from '../../../src/core/words/numbers';

/** Thin spaces as plain ones, so that the table below can be read. */
const plain = (text: string): string => text.replaceAll('\u2009', ' ');

describe('numbers', () => {
  it('group thousands with U+2009 and use a real minus', () => {
    expect(grouped(1_234_567)).toBe('1\u2009234\u2009567');
    expect(grouped(-1234.5, 1)).toBe('\u22121\u2009234.5');
    expect(grouped(-0.2)).toBe('0');
    expect(grouped(999)).toBe('999');
  });

  it.each([
    [21_890.4, null, '21 890'],
    [49.04, null, '49.0'],
    [1.2345, null, '1.23'],
    [49.04, [42, 56], '49.0'],
    [49.04, [19, 79], '49'],
    [0, null, '0'],
  ] as const)('%s with the interval %s is %s', (value, interval, text) => {
    expect(plain(shortNumber(value, interval))).toBe(text);
  });

  it.each([
    ['rps', 21_890, '21 890/s'],
    ['throughputBitsPerSecond', 10.43e9, '10.4 Gbit/s'],
    ['throughputBitsPerSecond', 950e6, '950 Mbit/s'],
    ['latencyP50Us', 137, '137 µs'],
    ['latencyP99Us', 1380, '1 380 µs'],
    ['latencyP99Us', 12_000, '12.0 ms'],
    ['programmingSeconds', 0.25, '250 ms'],
    ['programmingSeconds', 6.2, '6.20 s'],
  ] as const)('%s of %d is %s', (metric, value, text) => {
    expect(plain(quantity(metric, value))).toBe(text);
  });

  it('keep one unit in a column', () => {
    expect(plain(quantity('latencyP50Us', 9538, null, [9538, 10_070]))).toBe('9.54 ms');
  });

  it.each([
    [-67.2, [-69, -65], '−67 %', '−69 to −65'],
    [8.3, [4.4, 12.1], '+8 %', '4 to 12'],
    [-2.24, [-2.6, -1.9], '−2.2 %', '−2.6 to −1.9'],
    [192, [174, 211], '×2.9', '×2.7 to ×3.1'],
    [0.04, [-3, 3], '0 %', '−3 to 3'],
    [-19.5, [-80.6, 233.3], '−20 %', '−81 % to ×3.3'],
    [40, [-99.2, 9e6], '+40 %', '−99 % to over ×100'],
    [250, [30, 843], '×3.5', '×1.3 to ×9.4'],
  ] as const)('a change of %d with %s is %s (%s)', (percent, ci95, text, range) => {
    expect(plain(change(percent, ci95))).toBe(text);
    expect(plain(changeRange(ci95))).toBe(range);
  });

  it('say an interval against its middle', () => {
    expect(plain(plusMinus([97, 103]))).toBe('± 3 %');
    expect(plain(plusMinus([-20, 120]))).toBe('over ± 100 %');
  });

  it.each([
    [4.2, '4.2 %', '± 4.2 %'],
    [93.2, '93 %', '± 93 %'],
    [165_079_698.9, 'over 100 %', 'over ± 100 %'],
  ])('never give noise absurd digits: %d is %s', (percent, size, either) => {
    expect(plain(bandSize(percent))).toBe(size);
    expect(plain(eitherWay(percent))).toBe(either);
  });
});

describe('times', () => {
  it('are written in the zone that is asked for', () => {
    const iso = '2026-11-23T23:49:00.000Z';
    expect(dayAndTime(iso, 'UTC')).toBe('23 Nov 2026, 23:49');
    expect(dayAndTime(iso, 'Asia/Tokyo')).toBe('24 Nov 2026, 08:49');
    expect(dayAgainst(iso, new Date('2026-11-23T01:00:00Z'), 'UTC')).toBe('today');
    expect(dayAgainst(iso, new Date('2026-11-24T01:00:00Z'), 'UTC')).toBe('2026-11-23');
    expect(dayAndTime('nonsense')).toBe('nonsense');
  });

  it.each([
    [0.4, '0 s'],
    [250, '4 min 10 s'],
    [3900, '1 h 5 min'],
  ] as const)('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
