import { Problem } from '../../core/problem';
import type { ParsedArguments } from '../arguments';
import { toolsOption } from '../lab';
import type { Command } from './command';

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
    const only = (args.text('only') ?? '').split(',').filter((name) => name !== '');
    const rounds = roundsFrom(args);
    return (await import('../results/main')).runCalibrate(only, rounds, args, context);
  },
};
