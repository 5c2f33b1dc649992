import { mostRuns } from '../../core/result/comparison/comparison';
import { publishedPrefix, publishedReferences } from '../../core/result/published/published';
import { storeOption } from '../storeOption';
import type { Command } from './command';

export const compareCommand: Command = {
  name: 'compare',
  usage: '<a> <b>...',
  summary: 'Holds runs against the first of them: what differs between them, and which differences are real.',
  options: {
    'fail-on': {
      value: 'VERDICT',
      choices: ['worse', 'never'],
      help: 'exit with 1 when a figure is worse than in <a> (worse unless said otherwise)',
    },
    format: { value: 'FORMAT', choices: ['text', 'json', 'md'], help: 'text unless said otherwise' },
    output: { value: 'FILE', short: 'o', help: 'write there instead of to standard output' },
    ...storeOption,
  },
  notes: [
    `<a>, <b>, up to ${mostRuns}: an id, the beginning of one, "latest", the folder of a run or its run.json.`,
    `Published clusters to put beside a run: ${publishedReferences.map(({ name }) => `${publishedPrefix}${name}`).join(', ')}.`,
    'Other runs of the same setting in the store tell how much runs differ by themselves; three of them are needed.',
    'Exits with 4 where no figure can be compared.',
  ],
  run: async (args, context) => (await import('../results/main')).compare(args, context),
};
