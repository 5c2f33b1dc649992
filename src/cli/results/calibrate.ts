import { loadavg } from 'node:os';
import { calibrate, expectedSeconds, type CalibrationEvent } from '../../core/calibration/calibrate';
import {
  calibrationSchemaVersion,
  referenceTo,
  type Calibration,
  type CalibrationResult,
} from '../../core/calibration/calibration';
import { findTruths } from '../../core/calibration/registry';
import type { Truth } from '../../core/calibration/truth';
import { calibrationLines } from '../../core/words/calibration';
import { clockTime, duration } from '../../core/words/dates';
import { calibrationId, keepCalibration } from '../../store/calibrations';
import { defaultCalibrationsFolder } from '../../store/runsFolder';
import { systemClock } from '../../store/systemClock';
import type { ParsedArguments } from '../arguments';
import type { CommandContext } from '../commands/command';
import { exitCodes, type ExitCode } from '../exitCode';
import { openLabForCalibration } from '../lab';
import { bar, barLine } from '../progress';
import type { Output } from '../terminal';

/** How far it is: a bar that is drawn again on a terminal, a line for each truth elsewhere. */
function show(event: CalibrationEvent, output: Output): void {
  if (event.kind === 'result') return;
  const { truth, index, of, secondsLeft } = event;
  const left = `${clockTime(secondsLeft)} left`;
  output.write(
    output.interactive
      ? `\r\u001b[2K${barLine(truth.title, `${bar(index / of)}  ${index} of ${of} · ${left}`, output.columns() - 1)}`
      : `[${index + 1}/${of}] ${truth.title} · ${left}\n`,
  );
}

async function measure(
  truths: readonly Truth[],
  rounds: number,
  args: ParsedArguments,
  context: CommandContext,
): Promise<Calibration> {
  const { signal, terminal } = context;
  const { open, tools } = await openLabForCalibration(truths, args, context);
  const startedAt = systemClock.now();
  const [loadBefore = 0] = loadavg();
  const bench = await open();
  let results: readonly CalibrationResult[];
  try {
    const events = calibrate(truths, rounds, bench, signal);
    for (;;) {
      const next = await events.next();
      if (next.done === true) {
        results = next.value;
        break;
      }
      show(next.value, terminal.err);
    }
  } finally {
    if (terminal.err.interactive) terminal.err.write('\r\u001b[2K');
    await bench.close();
  }
  const [loadAfter = 0] = loadavg();
  return {
    schemaVersion: calibrationSchemaVersion,
    id: calibrationId(startedAt),
    startedAt: startedAt.toISOString(),
    endedAt: systemClock.now().toISOString(),
    rounds,
    loadAverage: [loadBefore, loadAfter],
    fingerprint: bench.fingerprint,
    tools,
    results,
  };
}

/** Every truth by its id, a line each. */
function truthList(): string {
  return findTruths([])
    .map(({ id, title }) => `${id.padEnd(16)}${title}\n`)
    .join('');
}

/** Calibrates this machine, keeps what came out and prints it. Throws a {@link Problem} where it cannot. */
export async function runCalibrate(
  only: readonly string[],
  rounds: number,
  args: ParsedArguments,
  context: CommandContext,
): Promise<ExitCode> {
  const { out, err } = context.terminal;
  if (only.length === 1 && only[0] === 'list') {
    out.write(truthList());
    return exitCodes.done;
  }
  const truths = findTruths(only);
  err.write(
    `${truths.length} known truths, ${rounds} rounds: ${duration(expectedSeconds(truths, rounds))}.\n`,
  );
  const calibration = await measure(truths, rounds, args, context);
  const file = await keepCalibration(defaultCalibrationsFolder(context.env), calibration);
  if (args.flag('json')) {
    out.write(`${JSON.stringify(calibration, null, 2)}\n`);
    err.write(`Kept as ${file}\n`);
    return exitCodes.done;
  }
  const lines = calibrationLines(calibration, referenceTo(calibration), Math.max(40, out.columns()));
  out.write(`${lines.join('\n')}\nkept as ${file}\n`);
  return exitCodes.done;
}
