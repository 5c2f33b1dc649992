import * as vscode from 'vscode';
import { changeLine, interruptedText } from '../../core/words/undo';
import { itemKinds } from '../../ids';
import { contextsOf, type InterruptedRun } from '../../store/interruptedRuns';

/** How a run that was interrupted is drawn: where, what is left of it, and the changes that still stand. */
export function interruptedItem(
  { journal, run, goingOn }: InterruptedRun,
  canGoOn: boolean,
): vscode.TreeItem {
  // As the runs below it: what a narrow view cuts off is what all of them have alike.
  const label = [...(run ? [run.scenario] : []), contextsOf(journal).join(', ')].join(' · ');
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `interrupted/${journal.runId}`;
  item.iconPath = new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('list.warningForeground'));
  const samplesLeft = goingOn.canResume ? goingOn.samplesLeft : null;
  item.description = interruptedText(samplesLeft, journal.open.length);
  item.contextValue = canGoOn && goingOn.canResume ? itemKinds.resumable : itemKinds.interrupted;
  item.tooltip = [
    journal.runId,
    ...journal.open.map((change) => changeLine(change).trim()),
    ...(goingOn.canResume ? [] : [vscode.l10n.t('It cannot go on: {0}', goingOn.reason)]),
  ].join('\n');
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}
