import { Problem } from '../../core/problem';
import { driftOf, type Drift } from '../../core/result/drift';
import { headlineMetric } from '../../core/words/runParts';
import { readRunsOf } from '../../store/earlierRuns';
import type { RunStore } from '../../store/runStore';

/**
 * What a run's scenario is about, over all kept runs of it on the same target. Throws a usage {@link Problem} where no complete run
 * has such a figure.
 */
export async function driftsOf(store: RunStore, runId: string): Promise<readonly Drift[]> {
  const { scenario, title, target } = await store.read(runId);
  const runs = await readRunsOf(
    store,
    scenario,
    (other) =>
      other.target.kind === target.kind && (target.kind === 'lab' || other.target.name === target.name),
  );
  const [newest] = runs;
  const metric = newest && headlineMetric(newest);
  const drifts =
    newest && metric
      ? newest.variants.flatMap(({ id }) => driftOf({ scenario, variant: id, metric }, runs) ?? [])
      : [];
  if (drifts.length > 0) return drifts;
  throw new Problem(
    'usage',
    `There is no complete run of ${title} on ${target.name} to follow over time.`,
    'Run it to its end first.',
  );
}
