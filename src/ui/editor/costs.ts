import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import { costOf, type Cost, type CostSource } from '../../core/result/cost';
import type { KeptRuns } from '../keptRuns';
import type { Disposable } from '../disposable';

/** What findings cost, from the runs on this machine. */
export interface Costs extends Disposable {
  readonly onDidChange: vscode.Event<void>;
  of(finding: Finding): Promise<Cost>;
}

/**
 * Lists the runs when a cost is first asked for, and again when the store changes. In Restricted Mode no run is read, and
 * the published cost is what is known.
 */
export function createCosts(runs: KeptRuns): Costs {
  const changed = new vscode.EventEmitter<void>();
  let sources: Promise<readonly CostSource[]> | undefined;

  const read = async (): Promise<readonly CostSource[]> => {
    const { runs: kept } = await runs.list();
    return kept.map(({ costSource }) => costSource).filter((source) => source !== null);
  };
  const forget = (): void => {
    sources = undefined;
    changed.fire();
  };
  const subscriptions = vscode.Disposable.from(
    changed,
    runs.onDidChange(forget),
    vscode.workspace.onDidGrantWorkspaceTrust(forget),
  );

  return {
    onDidChange: changed.event,
    async of(finding) {
      if (!vscode.workspace.isTrusted) return costOf(finding, []);
      sources ??= read();
      return costOf(finding, await sources);
    },
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
