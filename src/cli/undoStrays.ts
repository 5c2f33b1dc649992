import { Problem } from '../core/problem';
import { messageOf } from '../core/problem';
import { strayLine } from '../core/words/undo';
import { systemClock } from '../store/systemClock';
import type { CommandContext } from './commands/command';
import { exitCodes, type ExitCode } from './exitCode';

interface Asked {
  readonly contextName: string;
  /** Only the namespaces of this run; all where undefined. */
  readonly runId: string | undefined;
  readonly isAgreed: boolean;
  /** Runs that have a journal here. */
  readonly known: ReadonlySet<string>;
}

/**
 * Lists the namespaces of a context that runs without a journal here left, and deletes them where that was agreed to: it
 * cannot be seen from here whether such a run still goes on somewhere else.
 */
export async function undoStrays(
  { contextName, runId, isAgreed, known }: Asked,
  { terminal: { out, err }, env, signal }: CommandContext,
): Promise<ExitCode> {
  const kube = await import('../kube/main');
  const client = await kube.openClient(contextName, env);
  try {
    const all = await kube.strayNamespaces(client, known, signal);
    const strays = all.filter((stray) => runId === undefined || stray.runId === runId);
    if (strays.length === 0) {
      err.write(`No namespace of a run that is not known here is on ${contextName}.\n`);
      return exitCodes.done;
    }
    if (!isAgreed) {
      out.write(strays.map((stray) => `${strayLine(stray)}\n`).join(''));
      err.write(
        'Whether these runs still go on elsewhere cannot be seen from here. To delete the namespaces with all in them, add --yes; one alone, name its run.\n',
      );
      return exitCodes.target;
    }
    let isLeft = false;
    for (const stray of strays) {
      try {
        await kube.deleteStray(client, stray, { clock: systemClock, signal });
        out.write(`  undone  namespace ${stray.name}\n`);
      } catch (error) {
        signal.throwIfAborted();
        isLeft = true;
        out.write(
          `  left    namespace ${stray.name}: ${error instanceof Problem ? error.message : messageOf(error)}\n`,
        );
      }
    }
    return isLeft ? exitCodes.target : exitCodes.done;
  } finally {
    client.close();
  }
}
