import { Problem } from '../../core/problem';
import type { RunListing } from '../../store/runListing';
import { suggestion } from '../didYouMean';
import { exitCodes } from '../exitCode';
import { findRun } from '../findRun';
import { openStore, storeOption } from '../storeOption';
import type { Command, CommandContext } from './command';
import type { ParsedArguments } from '../arguments';

function line(run: RunListing): string {
  const { valid, invalid } = run.samples;
  const parts = [
    run.id,
    run.target.name,
    run.profile,
    run.state,
    invalid > 0 ? `${invalid} of ${valid + invalid} samples invalid` : `${valid} samples`,
  ];
  return parts.join(' · ');
}

async function list(args: ParsedArguments, context: CommandContext): Promise<void> {
  const { out, err } = context.terminal;
  const store = openStore(args, context);
  const { runs, skipped } = await store.list();
  for (const { file, reason } of skipped) err.write(`Skipped: ${file} ${reason}.\n`);
  if (args.flag('json'))
    out.write(`${JSON.stringify({ schemaVersion: 1, folder: store.folder, runs, skipped }, null, 2)}\n`);
  else if (runs.length === 0) err.write(`There are no runs in ${store.folder}.\n`);
  else out.write(runs.map((run) => `${line(run)}\n`).join(''));
}

async function show(args: ParsedArguments, context: CommandContext): Promise<void> {
  const [, word, ...more] = args.positionals;
  if (word === undefined || more.length > 0) {
    throw new Problem('usage', 'runs show takes one run.', 'Name it: cilium-bench runs show latest.');
  }
  const { run } = await findRun(openStore(args, context), word, context.cwd);
  context.terminal.out.write(`${JSON.stringify(run, null, 2)}\n`);
}

const actions = { list, show };

export const runsCommand: Command = {
  name: 'runs',
  usage: 'list | show <run>',
  summary: 'Lists the stored runs, or prints one as JSON.',
  options: { ...storeOption, json: { help: 'list as one JSON document' } },
  async run(args, context) {
    const action = args.positionals[0] ?? 'list';
    if (action !== 'list' && action !== 'show') {
      throw new Problem(
        'usage',
        `runs has no "${action}".`,
        suggestion(action, Object.keys(actions), `It has ${Object.keys(actions).join(' and ')}.`),
      );
    }
    await actions[action](args, context);
    return exitCodes.done;
  },
};
