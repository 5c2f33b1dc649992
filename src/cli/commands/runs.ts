import path from 'node:path';
import { Problem } from '../../core/problem';
import type { RunListing } from '../../store/runListing';
import { nearest, suggestion } from '../didYouMean';
import { exitCodes } from '../exitCode';
import { findRun } from '../findRun';
import { openStore, storeOption } from '../storeOption';
import type { Command, CommandContext } from './command';
import { drift, driftOptions } from './runsDrift';
import { exportRunArchive, importRuns } from './runsExchange';
import { verify } from './runsVerify';
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

/**
 * Takes a whole id alone: a removal cannot be undone, so neither "latest" nor a beginning may mean a run here. A folder
 * without `run.json` is no run and stays, whatever folder --store names; a run whose `run.json` is broken can go.
 */
async function remove(args: ParsedArguments, context: CommandContext): Promise<void> {
  const [, id, ...more] = args.positionals;
  if (id === undefined || more.length > 0) {
    throw new Problem('usage', 'runs rm takes one run.', 'cilium-bench runs list shows their ids.');
  }
  const store = openStore(args, context);
  const folder = store.folderOf(id);
  const { runs, skipped } = await store.list();
  const known = runs.find((run) => run.id === id);
  if (!known && !skipped.some(({ file }) => file === path.join(folder, 'run.json'))) {
    const meant = nearest(
      id,
      runs.map((run) => run.id),
    );
    throw new Problem(
      'usage',
      `There is no run "${id}" in ${store.folder}.`,
      meant === undefined ? 'cilium-bench runs list shows the runs.' : `Did you mean "${meant}"?`,
    );
  }
  await store.remove(id);
  context.terminal.out.write(`Removed ${known ? line(known) : id}\n`);
}

const actions = { list, show, verify, drift, rm: remove, import: importRuns, export: exportRunArchive };
const actionNames = Object.keys(actions);

const isAction = (word: string): word is keyof typeof actions => Object.hasOwn(actions, word);

export const runsCommand: Command = {
  name: 'runs',
  usage: 'list | show <run> | verify [<run>] | drift <scenario> | rm <id> | import <path> | export <run>',
  summary:
    'Lists the stored runs, prints one as JSON, computes figures again, follows them over time, removes, takes over or hands on.',
  options: {
    ...storeOption,
    json: { help: 'list, verify or drift as one JSON document' },
    ...driftOptions,
    name: { value: 'TEXT', help: 'put before the titles of runs that are imported' },
    output: { value: 'FILE', short: 'o', help: 'where an exported run goes, ID.zip here unless said' },
  },
  notes: [
    'verify computes every figure again from the raw output, of all runs unless one is named; it ends with 1 where one differs.',
    'rm takes a whole id, asks nothing, and removes the run with its raw output.',
    'import reads a file, a folder or a zip archive: exported runs, and results of fortio, iperf3, netperf, cilium connectivity perf, k8s-netperf and the TKE guide’s benchmark script. It prints the id of each run.',
    'export writes a zip archive that another machine imports.',
  ],
  async run(args, context) {
    const action = args.positionals[0] ?? 'list';
    if (!isAction(action)) {
      throw new Problem(
        'usage',
        `runs has no "${action}".`,
        suggestion(
          action,
          actionNames,
          `It has ${actionNames.slice(0, -1).join(', ')} and ${actionNames.at(-1) ?? ''}.`,
        ),
      );
    }
    return (await actions[action](args, context)) ?? exitCodes.done;
  },
};
