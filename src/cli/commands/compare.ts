import { compareRuns, refuseUncomparable } from '../../core/result/comparison/compareRuns';
import type { Comparison } from '../../core/result/comparison/comparison';
import { isEmpty, isWorse, mostRuns } from '../../core/result/comparison/comparison';
import { publishedPrefix, publishedReferences } from '../../core/result/published/published';
import { comparisonMarkdown } from '../../core/words/comparisonMarkdown';
import { comparisonText } from '../../core/words/comparisonText';
import { readEarlierRuns } from '../../store/earlierRuns';
import { exitCodes } from '../exitCode';
import { findComparables } from '../findComparable';
import { openStore, storeOption } from '../storeOption';
import type { Output } from '../terminal';
import { writeResult } from '../writeResult';
import type { Command } from './command';

/** Version of the JSON document: fields are added freely and changed only with a new number. */
const schemaVersion = 1;

const formats: Readonly<Record<string, (comparison: Comparison, out: Output) => string>> = {
  text: (comparison, out) =>
    comparisonText(comparison, { width: Math.max(60, out.columns()), colour: out.colour })
      .map((line) => `${line}\n`)
      .join(''),
  json: (comparison) => `${JSON.stringify({ schemaVersion, ...comparison }, null, 2)}\n`,
  md: (comparison) => comparisonMarkdown(comparison),
};

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
    format: { value: 'FORMAT', choices: Object.keys(formats), help: 'text unless said otherwise' },
    output: { value: 'FILE', short: 'o', help: 'write there instead of to standard output' },
    ...storeOption,
  },
  notes: [
    `<a>, <b>, up to ${mostRuns}: an id, the beginning of one, "latest", the folder of a run or its run.json.`,
    `Published clusters to put beside a run: ${publishedReferences.map(({ name }) => `${publishedPrefix}${name}`).join(', ')}.`,
    'Other runs of the same setting in the store tell how much runs differ by themselves; three of them are needed.',
    'Exits with 4 where no figure can be compared.',
  ],
  async run(args, context) {
    // Before anything is read: a run that is named twice has the same name twice as a rule.
    const isPublished = (word: string): boolean => word.startsWith(publishedPrefix);
    refuseUncomparable(
      args.positionals.filter((word) => !isPublished(word)),
      args.positionals.filter(isPublished),
    );
    const store = openStore(args, context);
    const { runs, published } = await findComparables(store, args.positionals, context.cwd);
    const comparison = compareRuns(runs, await readEarlierRuns(store, runs), published);
    const { out } = context.terminal;
    await writeResult(
      formats[args.text('format') ?? 'text']?.(comparison, out) ?? '',
      args.text('output'),
      context,
    );
    if (isEmpty(comparison)) return exitCodes.noResult;
    return args.text('fail-on') !== 'never' && isWorse(comparison) ? exitCodes.findings : exitCodes.done;
  },
};
