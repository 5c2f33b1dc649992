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
import { Problem } from '../../core/problem';
import { calibrationLines } from '../../core/words/calibration';
import { clockTime } from '../../core/words/dates';
import { calibrationId, keepCalibration } from '../../store/calibrations';
import { defaultCalibrationsFolder } from '../../store/runsFolder';
import { systemClock } from '../../store/systemClock';
import type { ParsedArguments } from '../arguments';
import { exitCodes } from '../exitCode';
import { openLabForCalibration, toolsOption } from '../lab';
import { barLine, bar } from '../progress';
import type { Output } from '../terminal';
import type { Command, CommandContext } from './command';

const defaultRounds = 3;
const mostRounds = 50;

function roundsFrom(args: ParsedArguments): number {
  const text = args.text('rounds');
  if (text === undefined) return defaultRounds;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 2 && rounds <= mostRounds) return rounds;
  throw new Problem(
    'usage',
    `--rounds is a whole number from 2 to ${mostRounds}, and "${text}" is none.`,
    'Two are the fewest that give an interval.',
  );
}

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

export const calibrateCommand: Command = {
  name: 'calibrate',
  usage: '',
  summary:
    'Injects effects of known size into the lab and reads them back: how far the readings of this machine can be believed.',
  options: {
    only: {
      value: 'IDS',
      help: 'these truths alone, separated by commas, e.g. bandwidth,errors-10pc; --only list names them',
    },
    rounds: { value: 'N', help: `samples of each truth, ${defaultRounds} unless said` },
    ...toolsOption,
    json: { help: 'the calibration as one JSON document' },
  },
  notes: [
    'It is kept beside the runs, and each run on this machine refers to the newest one.',
    'Exits with 0 whatever it reads: a truth that is not covered is a result; with 3 where there are no network namespaces.',
  ],
  async run(args, context) {
    const { out } = context.terminal;
    const only = (args.text('only') ?? '').split(',').filter((name) => name !== '');
    const isList = only.length === 1 && only[0] === 'list';
    const truths = findTruths(isList ? [] : only);
    if (isList) {
      out.write(truths.map(({ id, title }) => `${id.padEnd(16)}${title}\n`).join(''));
      return exitCodes.done;
    }
    const rounds = roundsFrom(args);
    context.terminal.err.write(
      `${truths.length} known truths, ${rounds} rounds: ${clockTime(expectedSeconds(truths, rounds))} (min:s).\n`,
    );
    const calibration = await measure(truths, rounds, args, context);
    const file = await keepCalibration(defaultCalibrationsFolder(context.env), calibration);
    if (args.flag('json')) {
      out.write(`${JSON.stringify(calibration, null, 2)}\n`);
      context.terminal.err.write(`Kept as ${file}\n`);
    } else {
      const width = Math.max(40, out.columns());
      const lines = calibrationLines(calibration, referenceTo(calibration), width);
      out.write(`${lines.join('\n')}\nkept as ${file}\n`);
    }
    return exitCodes.done;
  },
};
