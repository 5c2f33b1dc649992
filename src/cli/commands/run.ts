import { existsSync } from 'node:fs';
import path from 'node:path';
import { messageOf, Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { refuseBlocked } from '../../core/run/conduct';
import type { Target } from '../../core/target';
import { resultTable } from '../../core/words/terminalTable';
import { createJournal } from '../../store/journal';
import { defaultJournalFolder } from '../../store/runsFolder';
import { settingsToJson } from '../../kube/runSettingsJson';
import { resumptionSchemaVersion, type Resumption } from '../../store/resumption';
import type { RunStore } from '../../store/runStore';
import { systemClock } from '../../store/systemClock';
import type { ParsedArguments } from '../arguments';
import { conductRun } from '../conductRun';
import { exitCodeOfRun, exitCodes, type ExitCode } from '../exitCode';
import { agreed } from '../agree';
import { asksForCluster, openCluster } from '../kube';
import { settingsFrom } from '../kubeOptions';
import { openLab, toolsOption } from '../lab';
import { checkText } from '../../core/words/plans';
import { clusterWords } from '../../core/words/runQuestion';
import { prepare, type Prepared } from '../prepare';
import { resumeRun } from '../resumeRun';
import { readChoices, runOptions, type RunChoices } from '../runOptions';
import { openStore, storeOption } from '../storeOption';
import { openKubeTarget } from '../openKubeTarget';
import type { Command, CommandContext } from './command';

/** How far what a run leaves can be opened: the report may be missing without the run being lost. */
interface Kept {
  readonly run: Run;
  readonly report: string | null;
}

/** Checks that say something, and what will be left out, before anything is touched. */
function sayBefore({ plan, checks }: Prepared, context: CommandContext): void {
  const { err } = context.terminal;
  for (const check of checks) if (check.level === 'warning') err.write(`${checkText(check)}\n`);
  for (const { what, reason } of plan.notMeasured) err.write(`Not measured: ${what}, because ${reason}.\n`);
  refuseBlocked(checks);
}

async function conductOne(
  { plan }: Prepared,
  target: Target,
  store: RunStore,
  args: ParsedArguments,
  context: CommandContext,
): Promise<Run> {
  const id = await store.newRunId(plan.scenario.id, systemClock.now());
  const journal = createJournal({
    folder: defaultJournalFolder(context.env),
    runId: id,
    store: store.folder,
    now: systemClock.now(),
  });
  try {
    const resumption: Resumption | undefined =
      target.kind === 'kube'
        ? {
            schemaVersion: resumptionSchemaVersion,
            context: target.name,
            settings: settingsToJson(settingsFrom(args)),
          }
        : undefined;
    return await conductRun(
      { id, plan, target, store, journal, ...(resumption ? { resumption } : {}) },
      context,
    );
  } finally {
    await journal.end();
  }
}

async function keepReport(run: Run, store: RunStore, context: CommandContext): Promise<string | null> {
  try {
    const { writeReport } = await import('../results/main');
    return await writeReport(store, run, context.distFolder);
  } catch (error) {
    // The run is stored and its numbers stand; only the page is missing.
    context.terminal.err.write(`No report: ${messageOf(error)}\n`);
    return null;
  }
}

/** How to open the results in VS Code: from a checkout the extension is not installed, and must be pointed at. */
function howToOpen(distFolder: string): string {
  const root = path.dirname(distFolder);
  const isCheckout = existsSync(path.join(root, 'esbuild.mjs')) && existsSync(path.join(root, 'examples'));
  return isCheckout ? 'code --extensionDevelopmentPath=. examples' : 'the view Cilium Bench, Runs';
}

/** Where the rest is. A line each: paths are long, and are copied whole. */
function closingLines({ run, report }: Kept, context: CommandContext): string {
  return [
    `Run ${run.id}`,
    ...(report === null ? [] : [`report: ${report}`]),
    `in VS Code: ${howToOpen(context.distFolder)}`,
    '',
  ].join('\n');
}

function showResult(kept: Kept, context: CommandContext): void {
  const { out } = context.terminal;
  const { run } = kept;
  if (run.stateReason !== undefined) context.terminal.err.write(`${run.stateReason}\n`);
  const width = Math.max(40, out.columns());
  if (run.state !== 'failed' && run.effects.length + run.variants.length > 0) {
    out.write(`${resultTable(run, { width, colour: out.colour }).join('\n')}\n`);
  }
  out.write(closingLines(kept, context));
}

/** The worst of several runs counts. */
function exitCodeOfAll(runs: readonly Run[]): ExitCode {
  const codes = runs.map(exitCodeOfRun);
  return codes.reduce<ExitCode>((worst, code) => (code > worst ? code : worst), exitCodes.done);
}

/** The run with its report, shown as was asked for. */
async function keepAndShow(
  run: Run,
  store: RunStore,
  args: ParsedArguments,
  context: CommandContext,
): Promise<void> {
  const kept = { run, report: await keepReport(run, store, context) };
  if (args.flag('json')) context.terminal.err.write(closingLines(kept, context));
  else showResult(kept, context);
}

async function resume(id: string, args: ParsedArguments, context: CommandContext): Promise<ExitCode> {
  if (args.positionals.length > 0) {
    throw new Problem(
      'usage',
      'A run that goes on has its scenario already.',
      `Write cilium-bench run --resume ${id} alone.`,
    );
  }
  const { run, store } = await resumeRun(id, args.flag('yes'), openKubeTarget, context);
  await keepAndShow(run, store, args, context);
  if (args.flag('json')) context.terminal.out.write(`${JSON.stringify(run, null, 2)}\n`);
  return exitCodeOfRun(run);
}

export const runCommand: Command = {
  name: 'run',
  usage: '<scenario>... | --resume ID',
  summary: 'Measures, stores the run with its raw output, and prints the result.',
  options: {
    ...runOptions,
    ...storeOption,
    ...toolsOption,
    resume: {
      value: 'ID',
      help: 'take up a run on a cluster that was interrupted: its samples are kept, the missing ones taken',
    },
    json: { help: 'the run as one JSON document; a list of them for several scenarios' },
    yes: {
      help: 'ask nothing before a cluster is touched; with --resume: the process that began the run has ended, also where that cannot be seen',
    },
  },
  async run(args, context) {
    const resumed = args.text('resume');
    if (resumed !== undefined) return resume(resumed, args, context);
    if (args.positionals.length === 0) {
      throw new Problem('usage', 'run needs a scenario.', 'Name one: cilium-bench run rps.');
    }
    const choices = await readChoices(args, context);
    const store = openStore(args, context);
    await store.prepare();
    const cluster = asksForCluster(args) ? await openCluster(args, context) : null;
    try {
      return await runAll(choices, cluster ?? (await openLab(choices, args, context)), store, args, context);
    } finally {
      cluster?.close();
    }
  },
};

async function runAll(
  choices: RunChoices,
  target: Target,
  store: RunStore,
  args: ParsedArguments,
  context: CommandContext,
): Promise<ExitCode> {
  // All plans first: a wrong word in the last one must not come up after minutes of measuring.
  const prepared: Prepared[] = [];
  for (const scenario of choices.scenarios)
    prepared.push(await prepare(scenario, choices, target, context.signal));
  for (const one of prepared) sayBefore(one, context);
  if (target.kind === 'kube') {
    const { namespace, allow } = settingsFrom(args);
    const words = clusterWords(target.name, namespace, allow);
    const plans = prepared.map(({ plan }) => plan);
    if (!(await agreed(plans, words, args.flag('yes'), context))) {
      context.terminal.err.write('Nothing was touched.\n');
      return exitCodes.done;
    }
  }

  const runs: Run[] = [];
  for (const one of prepared) {
    if (context.signal.aborted) break;
    const run = await conductOne(one, target, store, args, context);
    runs.push(run);
    await keepAndShow(run, store, args, context);
  }
  if (args.flag('json')) {
    const document = prepared.length === 1 ? runs[0] : runs;
    context.terminal.out.write(`${JSON.stringify(document ?? null, null, 2)}\n`);
  }
  const isClean = runs.every(({ left = [] }) => left.length === 0);
  return context.signal.aborted && isClean ? exitCodes.interrupted : exitCodeOfAll(runs);
}
