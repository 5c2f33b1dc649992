import { Problem } from '../../core/problem';
import { matchesRun } from '../../core/result/runFilter';
import type { ParsedArguments } from '../arguments';
import { suggestion } from '../didYouMean';
import { exitCodes, type ExitCode } from '../exitCode';
import { findRun } from '../findRun';
import { nameRun, noteRun, pinRun, tagRun, unpinRun } from '../runAnnotations';
import { runLine } from '../runLine';
import { removeRun, restoreRun, showTrash } from '../runTrash';
import { openStore, storeOption } from '../storeOption';
import type { Command, CommandContext } from './command';
import { drift, driftOptions } from './runsDrift';
import { exportRunArchive, importRuns } from './runsExchange';
import { verify } from './runsVerify';

async function list(args: ParsedArguments, context: CommandContext): Promise<void> {
  const { out, err } = context.terminal;
  const store = openStore(args, context);
  const { runs: all, skipped } = await store.list();
  const filter = {
    words: args.positionals.slice(1),
    tags: args.texts('tag'),
    scenario: args.text('scenario') ?? null,
    target: args.text('target') ?? null,
  };
  const runs = all.filter((run) => matchesRun(filter, run));
  for (const { file, reason } of skipped) err.write(`Skipped: ${file} ${reason}.\n`);
  if (args.flag('json'))
    out.write(`${JSON.stringify({ schemaVersion: 1, folder: store.folder, runs, skipped }, null, 2)}\n`);
  else if (all.length === 0) err.write(`There are no runs in ${store.folder}.\n`);
  else if (runs.length === 0) err.write(`None of the ${all.length} runs in ${store.folder} is asked for.\n`);
  else out.write(runs.map((run) => `${runLine(run, all)}\n`).join(''));
}

async function show(args: ParsedArguments, context: CommandContext): Promise<void> {
  const [, word, ...more] = args.positionals;
  if (word === undefined || more.length > 0) {
    throw new Problem('usage', 'runs show takes one run.', 'Name it: cilium-bench runs show latest.');
  }
  const { run } = await findRun(openStore(args, context), word, context.cwd);
  context.terminal.out.write(`${JSON.stringify(run, null, 2)}\n`);
}

type Action = (args: ParsedArguments, context: CommandContext) => Promise<ExitCode>;

/** An action that ends with 0, or throws. */
const ending =
  (act: (args: ParsedArguments, context: CommandContext) => Promise<void>): Action =>
  async (args, context) => {
    await act(args, context);
    return exitCodes.done;
  };

const actions: Readonly<Record<string, Action>> = {
  list: ending(list),
  show: ending(show),
  verify,
  drift: ending(drift),
  rename: ending(nameRun),
  note: ending(noteRun),
  tag: ending(tagRun),
  pin: ending(pinRun),
  unpin: ending(unpinRun),
  rm: ending(removeRun),
  restore: ending(restoreRun),
  trash: ending(showTrash),
  import: ending(importRuns),
  export: ending(exportRunArchive),
};

/** `-slow` behind `runs tag` takes a tag away: it is another way to write `--untag=slow`. */
function untagging(words: readonly string[]): readonly string[] {
  if (words[0] !== 'tag') return words;
  return words.map((word) => (/^-[^-]/.test(word) ? `--untag=${word.slice(1)}` : word));
}

export const runsCommand: Command = {
  name: 'runs',
  usage:
    'list | show | verify | drift | rename | note | tag | pin | unpin | rm | restore | trash | import | export',
  summary:
    'Lists the stored runs, prints one as JSON, computes figures again, follows them over time; names, notes, tags, pins, removes, takes over or hands on runs.',
  options: {
    ...storeOption,
    json: { help: 'list, verify or drift as one JSON document' },
    tag: { value: 'TAG', many: true, help: 'list runs with this tag; with several, those that have all' },
    scenario: { value: 'ID', help: 'list runs of scenarios whose id begins so' },
    ...driftOptions,
    target: {
      value: 'NAME',
      help: 'list runs on targets whose name holds it; drift: of this context, that of the newest run unless said; lab is the local lab',
    },
    untag: { value: 'TAG', many: true, help: 'with tag: take this tag away, as -TAG does' },
    name: { value: 'TEXT', help: 'import: put before the titles of runs' },
    output: { value: 'FILE', short: 'o', help: 'export: where the archive goes, ID.zip here unless said' },
    empty: { help: 'with trash: delete what is in it for good' },
  },
  notes: [
    'list [word...]              the runs, of which the words name some',
    'show <run>                  the run as JSON',
    'verify [run]                every figure computed again from the raw output; exits with 1 where one differs',
    'drift <scenario>            its figures over time',
    'rename <run> [name]         another name for it; none takes it away',
    'note <run> <text>|-         a note, - reads it from standard input; an empty one takes it away',
    'tag <run> +a b -c           adds the tags a and b, takes c away',
    'pin <run>, unpin <run>      the baseline of its target and scenario: one of each, pinning another moves it',
    'rm <id>                     into the trash, with its raw output; takes a whole id, asks nothing',
    'restore <id>                back from the trash, where runs are kept for at least 30 days',
    'trash [--empty]             what is in the trash',
    'import <path>               a file, a folder or a zip archive: exported runs, and results of fortio, iperf3, netperf,',
    '                            cilium connectivity perf, k8s-netperf and the TKE guide’s benchmark script; prints ids',
    'export <run> [-o FILE]      a zip archive that another machine imports',
    '',
    '<run> is an id, the beginning of one, "latest", or the folder of a run.',
  ],
  words: untagging,
  async run(args, context) {
    const action = args.positionals[0] ?? 'list';
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!act) {
      const names = Object.keys(actions);
      throw new Problem(
        'usage',
        `runs has no "${action}".`,
        suggestion(action, names, `It has ${names.join(', ')}.`),
      );
    }
    return act(args, context);
  },
};
