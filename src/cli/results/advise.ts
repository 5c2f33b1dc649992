import { Problem } from '../../core/problem';
import { isAdvice, type AdviceFacts, type Planned } from '../../core/result/advice/advice';
import type { Run } from '../../core/result/run';
import type { TargetAdvice } from '../../core/words/advice/report';
import type { RunListing } from '../../store/runListing';
import type { RunStore } from '../../store/runStore';
import type { ParsedArguments } from '../arguments';
import { askCluster } from '../askCluster';
import { exitCodes, type ExitCode } from '../exitCode';
import { findRun } from '../findRun';
import { policyFindings } from '../policyFindings';
import { openStore } from '../storeOption';
import { writeResult } from '../writeResult';
import type { CommandContext } from '../commands/command';

/** Far above what a cluster can hold. */
const largest = 10_000_000;

function wholeNumber(args: ParsedArguments, option: 'services' | 'endpoints'): Planned {
  const text = args.text(option);
  if (text === undefined) return {};
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > largest) {
    throw new Problem(
      'usage',
      `--${option} cannot be "${text}".`,
      `Give a whole number from 1 to ${largest}, like --${option} ${option === 'services' ? 30_000 : 4}.`,
    );
  }
  return { [option]: value };
}

/** Runs of one scenario that are looked at: older ones say nothing that newer ones do not. */
const mostPerScenario = 20;

type Target = Pick<Run['target'], 'kind' | 'name'>;

/** The lab is one, however it is called. */
const isOf = (wanted: Target, { kind, name }: Target): boolean =>
  kind === wanted.kind && (kind === 'lab' || name === wanted.name);

/** The runs of a target, the newest first: those that rules stand on, and any whose samples tell of its nodes. */
async function runsOf(
  store: RunStore,
  target: Target,
  listed: readonly RunListing[],
): Promise<readonly Run[]> {
  const counts = new Map<string, number>();
  const wanted = listed.filter((run) => {
    if (!isOf(target, run.target)) return false;
    const count = (counts.get(run.scenario) ?? 0) + 1;
    counts.set(run.scenario, count);
    return count <= mostPerScenario;
  });
  const runs: Run[] = [];
  for (const { id } of wanted) {
    const run = await store.read(id).catch(() => null);
    if (run) runs.push(run);
  }
  return runs;
}

/** The runs that are named, the newest first. Throws a usage {@link Problem} where they are of several targets. */
async function namedRuns(store: RunStore, words: readonly string[], cwd: string): Promise<readonly Run[]> {
  const found: Run[] = [];
  for (const word of words) {
    const { run } = await findRun(store, word, cwd);
    if (!found.some(({ id }) => id === run.id)) found.push(run);
  }
  const [first] = found;
  const other = found.find(({ target }) => first && !isOf(first.target, target));
  if (first && other) {
    throw new Problem(
      'usage',
      `${first.id} and ${other.id} were made on different targets.`,
      'Name runs of one target: advice is for one. cilium-bench compare holds targets against each other.',
    );
  }
  return [...found].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

interface Asked {
  readonly target: Target;
  readonly runs: readonly Run[];
}

async function askedFor(args: ParsedArguments, { cwd }: CommandContext, store: RunStore): Promise<Asked> {
  const context = args.text('context');
  const named = args.text('target') ?? context;
  if (args.positionals.length > 0) {
    const runs = await namedRuns(store, args.positionals, cwd);
    const [first] = runs;
    if (first) return { target: first.target, runs };
  }
  const { runs: listed } = await store.list();
  const target: Target | undefined =
    named === undefined
      ? listed[0]?.target
      : named === 'lab'
        ? { kind: 'lab', name: 'local lab' }
        : { kind: 'kube', name: named };
  if (target === undefined) {
    throw new Problem(
      'usage',
      `There are no runs in ${store.folder}.`,
      `Make one: cilium-bench run service-scale. Or ask a cluster with --context.`,
    );
  }
  return { target, runs: await runsOf(store, target, listed) };
}

/** What the cluster of `--context` tells of itself; null where it is not asked. */
async function factsOf(
  args: ParsedArguments,
  target: Target,
  context: CommandContext,
): Promise<AdviceFacts | null> {
  const name = args.text('context');
  if (name === undefined) return null;
  if (target.kind !== 'kube' || target.name !== name) {
    throw new Problem(
      'usage',
      `The runs are of ${target.kind === 'lab' ? 'the local lab' : target.name}, and the context is ${name}.`,
      'Facts of one cluster say nothing of another: leave --context out, or name runs of it.',
    );
  }
  return (await askCluster(name, context)).facts;
}

export async function advise(args: ParsedArguments, context: CommandContext): Promise<ExitCode> {
  const planned: Planned = { ...wholeNumber(args, 'services'), ...wholeNumber(args, 'endpoints') };
  const { target, runs } = await askedFor(args, context, openStore(args, context));
  const facts = await factsOf(args, target, context);
  const paths = args.texts('policies');
  const version = facts?.cilium?.version;
  const judged = version?.known ? `${version.value.major}.${version.value.minor}` : null;
  const findings = paths.length === 0 ? null : await policyFindings(paths, judged, context);
  const { adviseOn, adviceJson, adviceLines, adviceMarkdown } = await import('../../core/words/advice/main');
  const advised = adviseOn({ on: target.kind, runs, facts, findings, planned });
  const advice: TargetAdvice = {
    target: runs[0]?.target ?? target,
    runs: runs.map(({ id }) => id),
    advised,
  };
  const { out } = context.terminal;
  const formats: Readonly<Record<string, () => string>> = {
    text: () =>
      adviceLines(advice, { width: Math.max(60, out.columns()), colour: out.colour })
        .map((line) => `${line}\n`)
        .join(''),
    json: () => adviceJson(advice, planned),
    md: () => adviceMarkdown(advice),
  };
  await writeResult(formats[args.text('format') ?? 'text']?.() ?? '', args.text('output'), context);
  return advised.some(isAdvice) ? exitCodes.done : exitCodes.noResult;
}
