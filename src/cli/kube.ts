import { Problem } from '../core/problem';
import type { OpenedTarget } from '../kube/main';
import type { ParsedArguments } from './arguments';
import type { CommandContext } from './commands/command';
import { suggestion } from './didYouMean';
import { settingsFrom } from './kubeOptions';

/** The context that a run is asked for: the one named, else the current one of the kubeconfig, which is never switched. */
async function contextOf(args: ParsedArguments, env: NodeJS.ProcessEnv): Promise<string> {
  const { readContexts } = await import('../kube/main');
  const { contexts, current, missing, problems } = await readContexts(env);
  const names = contexts.map(({ name }) => name);
  const named = args.text('context') ?? current ?? undefined;
  if (named === undefined) {
    const why =
      problems[0] ?? (missing[0] === undefined ? undefined : { file: missing[0], reason: 'is not there' });
    throw new Problem(
      'usage',
      `There is no current kube context${why === undefined ? '' : ` (${why.file} ${why.reason})`}.`,
      names.length > 0 ? `Name one with --context: ${names.slice(0, 5).join(', ')}.` : 'Set KUBECONFIG.',
    );
  }
  if (names.includes(named)) return named;
  throw new Problem(
    'usage',
    `No kubeconfig has the context "${named}".`,
    suggestion(
      named,
      names,
      names.length > 0 ? `There is ${names.slice(0, 5).join(', ')}.` : 'Set KUBECONFIG.',
    ),
  );
}

/** Whether a run was asked for on a cluster: by `--target kube`, or by naming a context. */
export function asksForCluster(args: ParsedArguments): boolean {
  const target = args.text('target');
  return target === 'kube' || (target === undefined && args.text('context') !== undefined);
}

/** The cluster as a target; close it when done. */
export async function openCluster(
  args: ParsedArguments,
  { env, signal }: CommandContext,
): Promise<OpenedTarget> {
  const settings = settingsFrom(args);
  const context = await contextOf(args, env);
  const { openTarget } = await import('../kube/main');
  return openTarget(context, settings, env, signal);
}
