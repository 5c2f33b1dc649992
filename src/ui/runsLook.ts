import * as vscode from 'vscode';
import { contextKeys } from '../ids';
import type { Disposable } from './disposable';

export type Grouping = 'day' | 'target';

/** How the Runs view is looked at. The filter holds for this window; the grouping is remembered. */
export interface RunsLook extends Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** As it was typed; empty where all runs are shown. */
  filter: string;
  grouping: Grouping;
}

const groupingKey = 'runs.grouping';

export function createRunsLook(memory: vscode.Memento): RunsLook {
  const changed = new vscode.EventEmitter<void>();
  let filter = '';
  let grouping: Grouping = memory.get(groupingKey) === 'target' ? 'target' : 'day';
  const tell = (): void => {
    void vscode.commands.executeCommand('setContext', contextKeys.runsFiltered, filter !== '');
    void vscode.commands.executeCommand('setContext', contextKeys.runsByTarget, grouping === 'target');
    changed.fire();
  };
  tell();
  return {
    onDidChange: changed.event,
    get filter() {
      return filter;
    },
    set filter(text) {
      filter = text.trim();
      tell();
    },
    get grouping() {
      return grouping;
    },
    set grouping(wanted) {
      grouping = wanted;
      void memory.update(groupingKey, wanted);
      tell();
    },
    dispose: () => {
      changed.dispose();
    },
  };
}
