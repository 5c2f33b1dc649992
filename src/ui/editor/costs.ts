import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import { costOf, type Cost, type CostSource, type CostTarget } from '../../core/result/cost';
import type { KeptRuns } from '../keptRuns';
import type { Disposable } from '../disposable';

/** What findings cost, from the runs on this machine. */
export interface Costs extends Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** On `target`; on the active one where none is given. */
  of(finding: Finding, target?: CostTarget): Promise<Cost>;
}

/** Where policies would be measured now. */
export interface CostsFor {
  /** The current context; null where there is none, and the lab is where things are measured. */
  readonly context: () => Promise<string | null>;
  /** The current context may be another one. */
  readonly onDidChange: vscode.Event<void>;
}

/** The lab, by the name that its runs have. */
const lab: CostTarget = { kind: 'lab', name: 'local lab' };

/**
 * Lists the runs when a cost is first asked for, and again when the store changes; the active target likewise. In Restricted Mode
 * neither is read, and the published cost is what is known.
 */
export function createCosts(runs: KeptRuns, activeTarget: CostsFor): Costs {
  const changed = new vscode.EventEmitter<void>();
  let sources: Promise<readonly CostSource[]> | undefined;
  let active: Promise<CostTarget> | undefined;
  let told: string | undefined;

  const read = async (): Promise<readonly CostSource[]> => {
    const { runs: kept } = await runs.list();
    return kept.map(({ costSource }) => costSource).filter((source) => source !== null);
  };
  const readActive = async (): Promise<CostTarget> => {
    const name = await activeTarget.context();
    const target: CostTarget = name === null ? lab : { kind: 'kube', name };
    told = JSON.stringify(target);
    return target;
  };
  const forget = (): void => {
    sources = undefined;
    active = undefined;
    changed.fire();
  };
  /** Targets are told of for much else: costs are other ones only where another target is active. */
  const lookAgain = async (): Promise<void> => {
    if (active === undefined || !vscode.workspace.isTrusted) return;
    const before = told;
    active = readActive();
    await active;
    if (told !== before) changed.fire();
  };
  const subscriptions = vscode.Disposable.from(
    changed,
    runs.onDidChange(forget),
    activeTarget.onDidChange(() => void lookAgain()),
    vscode.workspace.onDidGrantWorkspaceTrust(forget),
  );

  return {
    onDidChange: changed.event,
    async of(finding, target) {
      if (!vscode.workspace.isTrusted) return costOf(finding, []);
      sources ??= read();
      if (target === undefined) active ??= readActive();
      return costOf(finding, await sources, target ?? (await active) ?? null);
    },
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
