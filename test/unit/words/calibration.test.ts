import { describe, expect, it } from 'vitest';
import type { Calibration, CalibrationResult } from '../../../src/core/calibration/calibration';
import {
  calibrationLines,
  calibrationNotes,
  calibrationTable,
  calibrationTitle,
} from '../../../src/core/words/calibration';

const shaped: CalibrationResult = {
  id: 'bandwidth-100m',
  title: 'a wire shaped to 100 Mbit/s',
  unit: 'bit/s',
  source: 'tc-tbf(8)',
  reading: 95.7e6,
  n: 3,
  ci95: [95.1e6, 96.3e6],
  truth: [95.64e6, 97.55e6],
  errorPercent: 0,
  covered: true,
  control: 3e9,
};
const late: CalibrationResult = {
  ...shaped,
  ...{ id: 'delay-10ms', title: 'a server that waits 10 ms', unit: 'µs', control: 90 },
  ...{ reading: 15_500, ci95: [10_000, 20_000], truth: [10_090, 11_090], errorPercent: 39.8, covered: true },
};
const missing: CalibrationResult = {
  ...shaped,
  ...{ id: 'loss', title: 'a wire that loses', unit: '%', n: 0, control: null },
  ...{ reading: null, ci95: null, truth: null, errorPercent: null, covered: null },
  reason: 'nft is not there',
};
const calibration: Calibration = {
  schemaVersion: 1,
  id: 'calibrate-20261126T010203Z',
  startedAt: '2026-11-26T01:02:03.000Z',
  endedAt: '2026-11-26T01:04:03.000Z',
  rounds: 3,
  loadAverage: [0.52, 1.5],
  fingerprint: {},
  tools: [],
  results: [shaped, late, missing],
};
/** Thin spaces as plain ones. */
const plain = (text: string): string => text.replaceAll('\u2009', ' ');

describe('the words of a calibration', () => {
  it('give truth, reading, interval, error and outcome a line each, in one unit', () => {
    expect(calibrationTable(calibration).rows.map((row) => row.map(plain))).toEqual([
      [
        'a wire shaped to 100 Mbit/s',
        '95.6 to 97.5 Mbit/s',
        '95.7 Mbit/s',
        '95.1 to 96.3',
        'none',
        'covered',
      ],
      ['a server that waits 10 ms', '10.1 to 11.1 ms', '15.5 ms', '10.0 to 20.0', '40 %', 'covered'],
      ['a wire that loses', '', '', '', '', 'not measured, because nft is not there'],
    ]);
  });

  it('fit the terminal, and say under which load it was made', () => {
    const lines = calibrationLines(calibration, { covered: 2, of: 2 }, 60, 'UTC').map(plain);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    const text = lines.join('\n');
    expect(text).toContain('Calibration of this machine · 26 Nov 2026, 01:02 · 3 rounds');
    expect(text).toContain('2 of 2 known truths covered by the 95 % interval');
    expect(text).toContain('0.5');
    expect(text).toContain('not measured, because nft is not there');
  });

  it('are one line in a run’s report, and none where the machine was not calibrated', () => {
    const reference = { id: calibration.id, date: calibration.startedAt, covered: 9, of: 10 };
    expect(calibrationNotes({ calibration: reference }, 'UTC')).toEqual([
      'Calibration of this machine, 26 Nov 2026, 01:02: 9 of 10 known truths covered (calibrate-20261126T010203Z).',
    ]);
    expect(calibrationNotes({ calibration: { ...reference, covered: 0, of: 0 } }, 'UTC')[0]).toContain(
      'no known truth could be measured',
    );
    expect(calibrationNotes({})).toEqual([]);
  });

  it('name the largest error in the title of the panel’s section', () => {
    expect(plain(calibrationTitle(calibration, 'UTC'))).toBe(
      'Calibration of this machine, 26 Nov 2026, 01:02, off by at most 40 %',
    );
  });
});
