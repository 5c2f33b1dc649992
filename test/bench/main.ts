import os from 'node:os';
import { activation } from './figures/activation';
import { analysis } from './figures/analysis';
import { bundle } from './figures/bundle';
import { edit } from './figures/edit';
import { editor } from './figures/editor';
import { facts } from './figures/facts';
import { kubeRun } from './figures/kubeRun';
import { kubeServices } from './figures/kubeServices';
import { labUpDown } from './figures/labUpDown';
import { lint } from './figures/lint';
import { panel } from './figures/panel';
import { services } from './figures/services';
import { throughRun } from './figures/throughRun';
import { underLoad } from './figures/underLoad';
import { CannotMeasure, type Line } from './figure';

const figures = [
  bundle,
  labUpDown,
  services,
  kubeServices,
  kubeRun,
  throughRun,
  underLoad,
  analysis,
  edit,
  editor,
  lint,
  facts,
  panel,
  activation,
];

/** Zero beside zero is as it should be. */
function ratioOf({ value, beside }: Line): number {
  return value === beside ? 1 : value / beside;
}

/** A ratio outside its bounds by less than its own uncertainty is no finding on a machine this noisy. */
function verdictOf(line: Line): 'ok' | 'over' | 'within noise' | 'no limit' {
  if (line.ratio.atMost === undefined && line.ratio.atLeast === undefined) return 'no limit';
  const { atMost = Number.POSITIVE_INFINITY, atLeast = 0 } = line.ratio;
  const ratio = ratioOf(line);
  const slack = line.plusMinus ?? 0;
  if (ratio <= atMost && ratio >= atLeast) return 'ok';
  return ratio - slack <= atMost && ratio + slack >= atLeast ? 'within noise' : 'over';
}

function text(line: Line): string {
  const number = (value: number): string => {
    const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
    return `${value.toFixed(digits)} ${line.unit}`.trim();
  };
  const plusMinus = line.plusMinus === undefined ? '' : ` ± ${line.plusMinus.toFixed(3)}`;
  return `${line.name}: ${number(line.value)}, ${line.besideWhat} ${number(line.beside)}, ratio ${ratioOf(line).toFixed(3)}${plusMinus}, ${verdictOf(line)}`;
}

/** Processes that ran or waited for a core, over the last minute: what else the machine did is in every figure. */
function loadText(): string {
  const [lastMinute = Number.NaN] = os.loadavg();
  return lastMinute.toFixed(1);
}

/**
 * Measures the figures asked for, all when none is: a line each on standard output, and one with the machine's load before and
 * after. Returns the exit code.
 */
export async function bench(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((name) => !figures.some((figure) => figure.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no figure ${unknown.join(', ')}. The figures are ${figures.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  let code = 0;
  for (const figure of figures) {
    if (asked.length > 0 && !asked.includes(figure.name)) continue;
    const before = loadText();
    try {
      const lines = await figure.measure((what) => {
        console.error(`${figure.name}: ${what}`);
      });
      for (const line of lines) {
        console.log(text(line));
        if (verdictOf(line) === 'over') code = 1;
      }
      console.log(
        `${figure.name}: load average ${before} before and ${loadText()} after, on ${os.availableParallelism()} cores`,
      );
    } catch (error) {
      if (!(error instanceof CannotMeasure)) throw error;
      console.log(`${figure.name}: not measured, because ${error.message}`);
    }
  }
  return code;
}
