import type { Plan } from '../plan/plan';
import type { ChangeRecord, Run } from '../result/run';
import { remainingSteps } from './remainingSteps';

/** The reason of a stored run that goes on, or was interrupted before it could end. */
export const notEnded = 'The run has not ended.';

/** Whether a process still goes on. `unsure` where another machine started it, or the system does not say when. */
export type ProcessLife = 'alive' | 'dead' | 'unsure';

/** What is known of a run that did not end, each part null where it is not there or cannot be read. */
export interface Interruption {
  readonly run: Run | null;
  readonly plan: Plan | null;
  /** The kube context that the run was begun on, as stored beside its plan. */
  readonly context: string | null;
  /** Null where there is no journal: then nothing of the run stands any more. */
  readonly journal: { readonly life: ProcessLife; readonly contexts: readonly string[] } | null;
}

/** Whether an interrupted run can go on, and what is left of it. */
export type GoingOn =
  | {
      readonly canResume: true;
      readonly samplesLeft: number;
      readonly secondsLeft: number;
      /** It goes on until a precision: both are the most there can be. */
      readonly atMost?: true;
    }
  /** The reason is a sentence. */
  | { readonly canResume: false; readonly reason: string };

/** Seconds that a run which goes on until a precision may still use; any number for others. */
function budgetLeft({ profile }: Plan, { precision }: Run): number {
  return profile.until ? Math.max(0, profile.until.budgetSeconds - (precision?.secondsUsed ?? 0)) : Infinity;
}

/** What an interrupted run offers: its samples are kept, and those that are missing can still be taken. */
export function interruptedRun({ run, plan, context, journal }: Interruption): GoingOn {
  const no = (reason: string): GoingOn => ({ canResume: false, reason });
  if (run === null) return no('It has no readable run.json: it was interrupted before it could be stored.');
  if (run.target.kind === 'lab') return no('Nothing of a run in the local lab outlives its process.');
  if (run.state !== 'partial' || run.stateReason !== notEnded) return no(`It has ended (${run.state}).`);
  if (journal === null)
    return no('It has no journal here: what it changed was undone, or another user began it.');
  if (journal.life === 'alive') return no('It still goes on.');
  if (journal.life === 'unsure') return no('Whether it still goes on cannot be seen from here.');
  if (plan === null) return no('Its plan cannot be read.');
  if (plan.scenario.id !== run.scenario || String(plan.seed) !== run.parameters['seed'])
    return no('The plan beside it belongs to another run.');
  if (context === null) return no('What its target is opened with again was not stored.');
  if (journal.contexts.some((changed) => changed !== context))
    return no(`Its journal is about ${journal.contexts.join(', ')}, and it was begun on ${context}.`);
  const taken = new Set(run.samples.map((sample) => sample.id));
  const left = remainingSteps(plan, taken).map(({ step }) => step);
  return {
    canResume: true,
    samplesLeft: left.filter((step) => step.kind === 'sample' && !step.sample.discard).length,
    secondsLeft: Math.min(
      left.reduce((sum, step) => sum + step.seconds, 0),
      budgetLeft(plan, run),
    ),
    ...(plan.profile.until ? { atMost: true } : {}),
  };
}

const interrupted = 'The run was interrupted; ';

/**
 * The run as it is stored once its changes have been put back without it: ended, with what it has. Null for one that has ended
 * by itself.
 * @param left what could not be put back.
 */
export function endedByUndo(run: Run, changes: readonly ChangeRecord[], left: readonly string[]): Run | null {
  if (run.stateReason !== notEnded && run.stateReason?.startsWith(interrupted) !== true) return null;
  const valid = run.samples.filter((sample) => sample.block > 0 && sample.valid).length;
  const undone =
    left.length === 0 ? 'everything that it had changed was undone' : `not undone: ${left.join('; ')}`;
  return {
    ...run,
    state: valid > 0 ? 'partial' : 'failed',
    stateReason: `${interrupted}${undone}.`,
    changes,
  };
}
