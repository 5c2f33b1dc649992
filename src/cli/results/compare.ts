import { compareRuns, refuseUncomparable } from '../../core/result/comparison/compareRuns';
import type { Comparison } from '../../core/result/comparison/comparison';
import { isEmpty, isWorse } from '../../core/result/comparison/comparison';
import { publishedPrefix } from '../../core/result/published/published';
import { comparisonMarkdown } from '../../core/words/comparisonMarkdown';
import { comparisonText } from '../../core/words/comparisonText';
import { readEarlierRuns } from '../../store/earlierRuns';
import type { ParsedArguments } from '../arguments';
import type { CommandContext } from '../commands/command';
import { exitCodes, type ExitCode } from '../exitCode';
import { openStore } from '../storeOption';
import type { Output } from '../terminal';
import { writeResult } from '../writeResult';
import { findComparables } from './findComparable';

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

export async function compare(args: ParsedArguments, context: CommandContext): Promise<ExitCode> {
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
}
