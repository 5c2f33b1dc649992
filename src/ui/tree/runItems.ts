import path from 'node:path';
import * as vscode from 'vscode';
import type { RunState } from '../../core/result/run';
import { commands, itemKinds } from '../../ids';
import type { RunListing } from '../../store/runListing';
import type { Skipped } from '../../store/runStore';
import type { Grouping } from '../runsLook';
import type { DrawnRun, RunNode } from './runNodes';

const stateIcons = {
  complete: new vscode.ThemeIcon('graph'),
  partial: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
} as const satisfies Record<RunState, vscode.ThemeIcon>;
const baselineIcon = new vscode.ThemeIcon('pinned');

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** Where a run was made, short. */
export const placeOf = ({ target }: Pick<RunListing, 'target'>): string =>
  target.kind === 'lab' ? vscode.l10n.t('lab') : target.name;

export function groupItem({ by, label, runs }: Extract<RunNode, { kind: 'group' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(label, Expanded);
  item.id = `${by}/${label}`;
  if (by === 'target') item.description = String(runs.length);
  return item;
}

/** Says that not all is shown; its button shows all again. */
export function filterItem({ text, shown, all }: Extract<RunNode, { kind: 'filter' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(text, None);
  item.id = 'filter';
  item.iconPath = new vscode.ThemeIcon('filter-filled');
  item.description = vscode.l10n.t('{0} of {1} runs', shown, all);
  item.contextValue = itemKinds.runFilter;
  item.command = { command: commands.filterRuns, title: vscode.l10n.t('Filter Runs...') };
  item.tooltip = vscode.l10n.t('The other runs are hidden by this filter.');
  item.accessibilityInformation = {
    label: vscode.l10n.t('Filter {0}, {1} of {2} runs', text, shown, all),
  };
  return item;
}

const timeOf = (run: RunListing, how: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(vscode.env.language, how).format(run.startedAt);

/** A run among those of its day, or of its target and scenario. What all of a group have alike is not said again. */
export function runItem(
  { run, isBaseline }: DrawnRun,
  headline: string,
  by: Grouping = 'day',
): vscode.TreeItem {
  const { name, note, tags } = run.annotations;
  const target = run.target.kind === 'lab' ? vscode.l10n.t('local lab') : run.target.name;
  const what =
    by === 'day'
      ? `${run.scenario} · ${placeOf(run)}`
      : timeOf(run, { dateStyle: 'medium', timeStyle: 'short' });
  const item = new vscode.TreeItem(name ?? what, None);
  item.id = run.id;
  item.iconPath = isBaseline && run.state === 'complete' ? baselineIcon : stateIcons[run.state];
  const said = [
    ...(run.state === 'complete' ? [] : [run.state]),
    headline,
    ...(isBaseline ? [vscode.l10n.t('baseline')] : []),
    ...tags.map((tag) => `#${tag}`),
  ];
  item.description = [...said, ...(name === null ? [] : [what])].join(' · ');
  item.contextValue = isBaseline ? itemKinds.baselineRun : itemKinds.run;
  item.command = {
    command: commands.openResults,
    title: vscode.l10n.t('Open Results'),
    arguments: [run.id],
  };
  item.tooltip = [
    ...(name === null ? [] : [name]),
    `${run.title} · ${target} · ${run.profile}`,
    timeOf(run, { dateStyle: 'medium', timeStyle: 'short' }),
    ...(run.policy ? [run.policy.file] : []),
    said.join(' · '),
    ...(run.stateReason === undefined ? [] : [run.stateReason]),
    ...(note === null ? [] : ['', note, '']),
    run.id,
  ].join('\n');
  item.accessibilityInformation = {
    label: [
      ...(name === null ? [] : [name]),
      run.title,
      target,
      run.state,
      ...said.filter((one) => one !== run.state),
    ].join(', '),
  };
  return item;
}

export function skippedGroupItem(count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Not read'), Collapsed);
  item.id = 'skipped';
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.description = String(count);
  item.tooltip = vscode.l10n.t('Files in the store that are not runs, or are cut short.');
  return item;
}

export function skippedItem({ file, reason }: Skipped): vscode.TreeItem {
  const inRun = ['run.json', 'annotations.json'].includes(path.basename(file));
  const label = inRun
    ? path.join(path.basename(path.dirname(file)), path.basename(file))
    : path.basename(file);
  const item = new vscode.TreeItem(label, None);
  item.id = `skipped/${file}`;
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.description = reason;
  item.tooltip = `${file}\n${reason}`;
  item.accessibilityInformation = { label: `${label}, ${reason}` };
  return item;
}
