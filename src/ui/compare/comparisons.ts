import { Problem } from '../../core/problem';
import { compareRuns } from '../../core/result/comparison/compareRuns';
import type { Comparison } from '../../core/result/comparison/comparison';
import { findPublished, publishedPrefix } from '../../core/result/published/published';
import type { Run } from '../../core/result/run';
import { readEarlierRuns } from '../../store/earlierRuns';
import type { RunStore } from '../../store/runStore';

/** Compares kept runs and published clusters by their names. Throws a usage {@link Problem} where one of them is gone. */
export async function compareKept(store: RunStore, names: readonly string[]): Promise<Comparison> {
  const runs: Run[] = [];
  for (const id of names.filter((name) => !name.startsWith(publishedPrefix))) runs.push(await store.read(id));
  const published = names
    .filter((name) => name.startsWith(publishedPrefix))
    .map((name) => {
      const found = findPublished(name);
      if (found) return found;
      throw new Problem(
        'usage',
        `Nothing is published as ${name}.`,
        'Compare anew, and choose from the list.',
      );
    });
  return compareRuns(runs, await readEarlierRuns(store, runs), published);
}
