import path from 'node:path';
import * as vscode from 'vscode';
import type { RunState } from '../../core/result/run';
import { commands, itemKinds } from '../../ids';
import type { InterruptedRun } from '../../store/interruptedRuns';
import type { RunListing } from '../../store/runListing';
import type { RunStore, Skipped } from '../../store/runStore';
import { byDay } from './days';
import { interruptedItem } from './interruptedItem';
import type { NodeTree } from './nodeTree';

/** What the Runs view is made of. */
export type RunNode =
  | { readonly kind: 'interrupted'; readonly interrupted: InterruptedRun }
  | { readonly kind: 'day'; readonly label: string; readonly runs: readonly RunListing[] }
  | { readonly kind: 'run'; readonly run: RunListing }
  | { readonly kind: 'skippedGroup'; readonly skipped: readonly Skipped[] }
  | { readonly kind: 'skipped'; readonly skipped: Skipped };

/** The run that a menu or a lens names: its id, or the node of the Runs view. */
export function runIdOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null || !('run' in given)) return undefined;
  const { run } = given;
  const id = typeof run === 'object' && run !== null && 'id' in run ? run.id : undefined;
  return typeof id === 'string' ? id : undefined;
}

const stateIcons = {
  complete: new vscode.ThemeIcon('graph'),
  partial: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
} as const satisfies Record<RunState, vscode.ThemeIcon>;

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** What the Runs tree asks for. `headline` is the answer of a run in a few words. */
export interface RunTreeSources {
  /** False in Restricted Mode: then no run is read. */
  readonly allowed: () => boolean;
  readonly list: RunStore['list'];
  /** Runs on clusters that left something there. */
  readonly interrupted: () => Promise<readonly InterruptedRun[]>;
  /** Whether runs on clusters can be taken up here. */
  readonly canGoOn: boolean;
  readonly headline: (run: RunListing) => string;
}

/** The Runs tree: interrupted runs, past runs by day, newest first, and what could not be read. */
export function runTree({
  allowed,
  list,
  interrupted,
  canGoOn,
  headline,
}: RunTreeSources): NodeTree<RunNode> {
  const roots = async (): Promise<readonly RunNode[]> => {
    if (!allowed()) return [];
    const [{ runs, skipped }, left] = await Promise.all([list(), interrupted()]);
    return [
      ...left.map((one): RunNode => ({ kind: 'interrupted', interrupted: one })),
      ...byDay(runs, new Date(), vscode.env.language).map(({ label, items }): RunNode => ({
        kind: 'day',
        label,
        runs: items,
      })),
      ...(skipped.length > 0 ? [{ kind: 'skippedGroup', skipped } as const] : []),
    ];
  };
  return {
    async children(node) {
      switch (node?.kind) {
        case undefined:
          return roots();
        case 'day':
          return node.runs.map((run) => ({ kind: 'run', run }));
        case 'skippedGroup':
          return node.skipped.map((skipped) => ({ kind: 'skipped', skipped }));
        case 'interrupted':
        case 'run':
        case 'skipped':
          return [];
      }
    },
    item(node) {
      switch (node.kind) {
        case 'interrupted':
          return interruptedItem(node.interrupted, canGoOn);
        case 'day':
          return dayItem(node.label);
        case 'run':
          return runItem(node.run, headline(node.run));
        case 'skippedGroup':
          return skippedGroupItem(node.skipped.length);
        case 'skipped':
          return skippedItem(node.skipped);
      }
    },
  };
}

function dayItem(label: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, Expanded);
  item.id = `day/${label}`;
  return item;
}

export function runItem(run: RunListing, headline: string): vscode.TreeItem {
  const target = run.target.kind === 'lab' ? vscode.l10n.t('local lab') : run.target.name;
  const place = run.target.kind === 'lab' ? vscode.l10n.t('lab') : run.target.name;
  const item = new vscode.TreeItem(`${run.scenario} · ${place}`, None);
  item.id = run.id;
  item.iconPath = stateIcons[run.state];
  item.description = run.state === 'complete' ? headline : `${run.state} · ${headline}`;
  item.contextValue = itemKinds.run;
  item.command = {
    command: commands.openResults,
    title: vscode.l10n.t('Open Results'),
    arguments: [run.id],
  };
  const started = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  item.tooltip = [
    `${run.title} · ${target} · ${run.profile}`,
    started.format(run.startedAt),
    ...(run.policy ? [run.policy.file] : []),
    headline,
    ...(run.stateReason === undefined ? [] : [run.stateReason]),
    run.id,
  ].join('\n');
  item.accessibilityInformation = { label: `${run.title}, ${target}, ${run.state}, ${headline}` };
  return item;
}

function skippedGroupItem(count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Not read'), Collapsed);
  item.id = 'skipped';
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.description = String(count);
  item.tooltip = vscode.l10n.t('Files in the store that are not runs, or are cut short.');
  return item;
}

function skippedItem({ file, reason }: Skipped): vscode.TreeItem {
  const run = path.basename(path.dirname(file));
  const label = path.basename(file) === 'run.json' ? path.join(run, 'run.json') : path.basename(file);
  const item = new vscode.TreeItem(label, None);
  item.id = `skipped/${file}`;
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.description = reason;
  item.tooltip = `${file}\n${reason}`;
  item.accessibilityInformation = { label: `${label}, ${reason}` };
  return item;
}
