import { createInterface } from 'node:readline/promises';
import { Problem } from '../core/problem';
import type { Plan } from '../core/plan/plan';
import { runQuestion, type TargetWords } from '../core/words/runQuestion';
import type { CommandContext } from './commands/command';

/**
 * Asks once before a cluster is touched, unless `--yes` was given. True when it was agreed to. Throws a usage {@link Problem} where
 * nobody can be asked.
 */
export async function agreed(
  plans: readonly Plan[],
  target: TargetWords,
  isYes: boolean,
  { terminal, signal }: CommandContext,
): Promise<boolean> {
  if (isYes) return true;
  const questions = plans.map((plan) => runQuestion(plan, target));
  if (!terminal.err.interactive || !process.stdin.isTTY) {
    throw new Problem(
      'usage',
      `A run on ${target.name} changes a cluster, and nobody can be asked here.`,
      'See what it would do with cilium-bench plan, then add --yes.',
    );
  }
  for (const { title, detail } of questions) terminal.err.write(`${title}\n${detail}\n`);
  const input = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await input.question('Type yes to go on: ', { signal });
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    input.close();
  }
}
