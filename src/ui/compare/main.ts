/** Panels over several runs, a bundle of its own, loaded when one is first opened. */
import { chartMarkdown } from '../../core/words/chartMarkdown';
import { comparisonMarkdown } from '../../core/words/comparisonMarkdown';
import { comparisonModel } from '../../core/words/comparisonPanel';
import { driftModel } from '../../core/words/driftPanel';
import { comparedNames, driftedRun } from '../../core/words/panelIds';
import type { PanelModel } from '../../core/result/panelModel';
import type { RunStore } from '../../store/runStore';
import { compareKept } from './comparisons';
import { driftsOf } from './drifts';

export { chooseComparison } from './chooseRuns';

/** A comparison by the names that {@link compareKept} takes. */
export async function compareAsMarkdown(store: RunStore, names: readonly string[]): Promise<string> {
  return comparisonMarkdown(await compareKept(store, names));
}

/** What people named runs, by their ids. */
async function givenNames(store: RunStore): Promise<ReadonlyMap<string, string>> {
  const { runs } = await store.list();
  return new Map(
    runs.flatMap(({ id, annotations: { name } }) => (name === null ? [] : [[id, name] as const])),
  );
}

export interface PanelOverRuns {
  readonly model: PanelModel;
  readonly markdown: () => string;
}

/** What a panel of this id shows; null where the id is that of a run. Throws a usage Problem where a run is gone. */
export async function panelOverRuns(store: RunStore, id: string): Promise<PanelOverRuns | null> {
  const names = comparedNames(id);
  if (names) {
    const comparison = await compareKept(store, names);
    return {
      model: comparisonModel(comparison, undefined, await givenNames(store)),
      markdown: () => comparisonMarkdown(comparison),
    };
  }
  const run = driftedRun(id);
  const model = run === undefined ? null : driftModel(id, await driftsOf(store, run));
  return (
    model && { model, markdown: () => model.charts.map((chart) => chartMarkdown(chart, model)).join('\n') }
  );
}
