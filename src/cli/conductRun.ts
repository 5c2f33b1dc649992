import type { Plan } from '../core/plan/plan';
import type { Run } from '../core/result/run';
import { conduct } from '../core/run/conduct';
import type { Journal } from '../core/run/journal';
import type { Target } from '../core/target';
import { calibrationOf } from '../store/calibrations';
import { planTitle } from '../core/words/plans';
import type { Resumption } from '../store/resumption';
import type { RunStore } from '../store/runStore';
import { systemClock } from '../store/systemClock';
import type { CommandContext } from './commands/command';
import { createProgress } from './progress';

/** One run: a new one, or one that goes on. */
export interface Conducting {
  readonly id: string;
  readonly plan: Plan;
  readonly target: Target;
  readonly store: RunStore;
  readonly journal: Journal;
  /** What the target is opened with again, where its runs can be interrupted and go on. */
  readonly resumption?: Resumption;
  /** What the run has so far, where it was interrupted. */
  readonly earlier?: Run;
}

/** Conducts a run, shows how far it is, and resolves with it as it was stored. Throws what {@link conduct} throws. */
export async function conductRun(
  { id, plan, target, store, journal, resumption, earlier }: Conducting,
  { terminal, signal, env }: Pick<CommandContext, 'terminal' | 'signal' | 'env'>,
): Promise<Run> {
  const calibration = await calibrationOf(target, env, signal);
  const progress = createProgress(terminal.err, planTitle(plan, target), plan.variants, () =>
    systemClock.monotonicMs(),
  );
  try {
    const events = conduct(plan, target, {
      id,
      sink: store.sink(resumption),
      clock: systemClock,
      signal,
      journal,
      ...(earlier ? { earlier } : {}),
      ...(calibration ? { calibration } : {}),
    });
    for (;;) {
      const next = await events.next();
      if (next.done === true) return next.value;
      progress.show(next.value);
    }
  } finally {
    progress.end();
  }
}
