import type { Plan } from '../core/plan/plan';
import { interruptedRun, type GoingOn } from '../core/run/interruptedRun';
import type { Run } from '../core/result/run';
import type { JournalListing } from './journalListing';
import type { Resumption } from './resumption';
import { createRunStore, type RunStore } from './runStore';

/** A run that left a journal, with what is stored of it; null what is not there or cannot be read. */
export interface InterruptedRun {
  readonly journal: JournalListing;
  readonly store: RunStore;
  readonly run: Run | null;
  readonly plan: Plan | null;
  readonly resumption: Resumption | null;
  readonly goingOn: GoingOn;
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  return reading.catch(() => null); // Whatever is wrong with it: the run cannot go on then, and says which part is missing.
}

/** The contexts that a journal's changes were made on. */
export function contextsOf({ changes }: Pick<JournalListing, 'changes'>): string[] {
  return [...new Set(changes.map(({ cluster }) => cluster.context))];
}

/**
 * Looks up what an interrupted run offers.
 * @param isSure that its owner has ended, where that cannot be seen from here.
 */
export async function readInterrupted(
  journal: JournalListing,
  { isSure }: { readonly isSure: boolean } = { isSure: false },
): Promise<InterruptedRun> {
  const store = createRunStore(journal.store);
  const [run, plan, resumption] = await Promise.all([
    orNull(store.read(journal.runId)),
    orNull(store.readPlan(journal.runId)),
    orNull(store.readResumption(journal.runId)),
  ]);
  const life = journal.life === 'unsure' && isSure ? 'dead' : journal.life;
  return {
    journal,
    store,
    run,
    plan,
    resumption,
    goingOn: interruptedRun({
      run,
      plan,
      context: resumption?.context ?? null,
      journal: { life, contexts: contextsOf(journal) },
    }),
  };
}
