import type { EarlierRun } from '../core/result/comparison/runToRun';
import { earlierRun } from '../core/result/comparison/runToRun';
import type { Run } from '../core/result/run';
import type { RunStore } from './runStore';

/** More runs of one scenario make the spread between them no better known, and cost a file each. */
const mostPerScenario = 40;

/** The newest complete runs of a scenario, the newest first. What cannot be read is left out. */
export async function readRunsOf(
  store: RunStore,
  scenario: string,
  isWanted: (run: {
    readonly id: string;
    readonly target: { readonly kind: string; readonly name: string };
  }) => boolean,
): Promise<readonly Run[]> {
  const { runs } = await store.list();
  const wanted = runs
    .filter((run) => run.scenario === scenario && run.state === 'complete' && isWanted(run))
    .slice(0, mostPerScenario);
  const read: Run[] = [];
  for (const { id } of wanted) {
    const run = await store.read(id).catch(() => null);
    if (run) read.push(run);
  }
  return read;
}

/** What a store knows of how much runs like these differ: its other complete runs of their scenarios. */
export async function readEarlierRuns(
  store: RunStore,
  runs: readonly Pick<Run, 'id' | 'scenario'>[],
): Promise<readonly EarlierRun[]> {
  const compared = new Set(runs.map(({ id }) => id));
  const scenarios = [...new Set(runs.map(({ scenario }) => scenario))];
  const found: EarlierRun[] = [];
  for (const scenario of scenarios) {
    const others = await readRunsOf(store, scenario, ({ id }) => !compared.has(id));
    found.push(...others.flatMap((run) => earlierRun(run) ?? []));
  }
  return found;
}
