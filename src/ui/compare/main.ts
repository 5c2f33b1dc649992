/** A bundle of its own, loaded when runs are first compared. */
import { comparisonMarkdown } from '../../core/words/comparisonMarkdown';
import { comparisonModel } from '../../core/words/comparisonPanel';
import type { PanelModel } from '../../core/result/panelModel';
import type { RunStore } from '../../store/runStore';
import { compareKept } from './comparisons';

export { chooseComparison } from './chooseRuns';

/** What the panel draws of a comparison; names as {@link compareKept} takes them. */
export async function comparedPanel(store: RunStore, names: readonly string[]): Promise<PanelModel> {
  return comparisonModel(await compareKept(store, names));
}

export async function comparedMarkdown(store: RunStore, names: readonly string[]): Promise<string> {
  return comparisonMarkdown(await compareKept(store, names));
}
