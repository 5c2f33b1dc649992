/** What people read of a calibration. */
import type { Calibration, CalibrationResult } from '../calibration/calibration';
import type { TableModel } from '../result/panelModel';
import type { Run } from '../result/run';
import { dayAndTime } from './dates';
import { counted, grouped, percentSize, shortNumber, shownUnit, thinSpace } from './numbers';
import { wrap } from './terminalText';

/** The metric whose units a quantity is shown in. */
const shownAs = { 'bit/s': 'throughputBitsPerSecond', µs: 'latencyP50Us' } as const;

interface Shown {
  readonly reading: string;
  readonly ci95: string;
  readonly truth: string;
}

function figuresOf({ unit, reading, ci95, truth }: CalibrationResult): Shown {
  const values = [...(truth ?? []), ...(reading === null ? [] : [reading])];
  const { unit: name, divisor } =
    unit === '%' || unit === 'cores' ? { unit, divisor: 1 } : shownUnit(shownAs[unit], values);
  const figure = (value: number): string => shortNumber(value / divisor);
  const range = ([low, high]: readonly [number, number]): string =>
    figure(low) === figure(high) ? figure(low) : `${figure(low)} to ${figure(high)}`;
  const withUnit = (text: string): string => `${text}${thinSpace}${name}`;
  return {
    reading: reading === null ? '' : withUnit(figure(reading)),
    ci95: ci95 === null ? '' : range(ci95),
    truth: truth === null ? '' : withUnit(range(truth)),
  };
}

function errorText({ errorPercent }: CalibrationResult): string {
  if (errorPercent === null) return '';
  return errorPercent === 0
    ? 'none'
    : `${grouped(errorPercent, Math.abs(errorPercent) < 10 ? 1 : 0)}${thinSpace}%`;
}

/** `covered`, `not covered`, or why it was not measured. */
function outcome({ covered, reason }: CalibrationResult): string {
  if (reason !== undefined) return `not measured, because ${reason}`;
  if (covered === null) return 'no interval from one sample';
  return covered ? 'covered' : 'not covered';
}

/** A line for each truth. */
export function calibrationTable({ results }: Pick<Calibration, 'results'>): TableModel {
  return {
    columns: [
      { label: 'Injected', numeric: false },
      { label: 'Truth', numeric: true },
      { label: 'Read', numeric: true },
      { label: '95 % interval', numeric: true },
      { label: 'Error', numeric: true },
      { label: 'Outcome', numeric: false },
    ],
    rows: results.map((result) => {
      const { truth, reading, ci95 } = figuresOf(result);
      return [result.title, truth, reading, ci95, errorText(result), outcome(result)];
    }),
  };
}

/** `10 of 12 known truths covered`. */
function coveredWords({ covered, of }: { readonly covered: number; readonly of: number }): string {
  return `${covered} of ${counted(of, 'known truth')} covered`;
}

/** The calibration as lines for a terminal: what was injected, then what was read of it. */
export function calibrationLines(
  calibration: Calibration,
  reference: { readonly covered: number; readonly of: number },
  width: number,
  timeZone?: string,
): readonly string[] {
  const { results, startedAt, rounds, loadAverage, id } = calibration;
  const load =
    loadAverage === null
      ? []
      : [`load average ${loadAverage.map((value) => value.toFixed(1)).join(' at the start, ')} at the end`];
  return [
    `Calibration of this machine · ${dayAndTime(startedAt, timeZone)} · ${counted(rounds, 'round')}`,
    '',
    ...results.flatMap((result) => {
      const { truth, reading, ci95 } = figuresOf(result);
      const figures =
        result.reading === null
          ? []
          : [`${reading}${ci95 === '' ? '' : ` (${ci95})`}`, `truth ${truth}`, `error ${errorText(result)}`];
      return [
        ...wrap(result.title, width),
        ...wrap([...figures, outcome(result)].join(' · '), width - 2).map((line) => `  ${line}`),
      ];
    }),
    '',
    ...wrap([`${coveredWords(reference)} by the 95 % interval`, ...load].join(' · '), width),
    ...wrap(
      '(a to b): 95 % interval, widened to what the tool can tell apart. Error: how far outside of the truth’s range.',
      width,
    ),
    `Calibration ${id}`,
  ];
}

/** How far the readings of the machine that a run was made on can be believed: a line, or none where nobody has calibrated it. */
export function calibrationNotes(run: Pick<Run, 'calibration'>, timeZone?: string): readonly string[] {
  const { calibration } = run;
  if (!calibration) return [];
  const { covered, of, date, id } = calibration;
  const share = of === 0 ? 'no known truth could be measured' : coveredWords({ covered, of });
  return [`Calibration of this machine, ${dayAndTime(date, timeZone)}: ${share} (${id}).`];
}

/** How far readings were off at most, among the truths that were measured; for the title of a section. */
export function calibrationTitle({ results, startedAt }: Calibration, timeZone?: string): string {
  const errors = results.flatMap(({ errorPercent }) => errorPercent ?? []);
  const largest =
    errors.length === 0 ? '' : `, off by at most ${percentSize(Math.max(...errors.map(Math.abs)))}`;
  return `Calibration of this machine, ${dayAndTime(startedAt, timeZone)}${largest}`;
}
