import * as vscode from 'vscode';
import type { KubeContext, KubeContexts } from '../../kube/kubeContexts';
import { itemKinds } from '../../ids';
import type { Fact, LabFacts } from './labFacts';
import type { NodeTree } from './nodeTree';

/** What the Targets view is made of. */
export type TargetNode =
  | { readonly kind: 'lab' }
  | { readonly kind: 'context'; readonly context: KubeContext }
  | { readonly kind: 'fact'; readonly fact: Fact }
  | {
      readonly kind: 'failed';
      readonly label: string;
      readonly reason: string;
      /** Where the failure stands: *Retry* reads this node's parent anew, or the whole tree. */
      readonly parent?: TargetNode;
    };

/** The node that *Retry* reads anew: the failed node's own target, or everything. */
export function retriedNode(given: unknown): TargetNode | undefined {
  const isLabFailure =
    typeof given === 'object' && given !== null && 'parent' in given && isLabNode(given.parent);
  return isLabFailure ? labNode : undefined;
}

/** Whether a menu was opened on the lab. */
export function isLabNode(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'kind' in given && given.kind === 'lab';
}

export interface TargetSources {
  /** False in Restricted Mode: then nothing is looked up. */
  readonly allowed: () => boolean;
  readonly contexts: () => Promise<KubeContexts>;
  readonly lab: () => Promise<LabFacts>;
  /** Called when what is shown of a node has become known, so that it is drawn anew. */
  readonly onLearned: (node: TargetNode) => void;
}

const { None, Collapsed } = vscode.TreeItemCollapsibleState;
const factIcons = {
  ok: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  missing: new vscode.ThemeIcon('circle-slash'),
} as const;

/** One object: VS Code finds a node again by its identity. */
const labNode: TargetNode = { kind: 'lab' };

/** The Targets tree. Kubeconfig files are read, no cluster is contacted. */
export function targetTree(sources: TargetSources): NodeTree<TargetNode> {
  let labSummary: string | undefined;

  const learnLab = async (): Promise<LabFacts> => {
    const known = await sources.lab();
    if (labSummary !== known.summary) {
      labSummary = known.summary;
      sources.onLearned(labNode);
    }
    return known;
  };
  const roots = async (): Promise<TargetNode[]> => {
    if (!sources.allowed()) return [];
    // In the background: the contexts need not wait for it, and what goes wrong is a node once the lab is opened.
    learnLab().catch(() => undefined);
    try {
      const { contexts, problems } = await sources.contexts();
      return [
        ...contexts.map((context): TargetNode => ({ kind: 'context', context })),
        ...problems.map(({ file, reason }): TargetNode => ({ kind: 'failed', label: file, reason })),
        labNode,
      ];
    } catch (error) {
      return [failed('kubeconfig', error), labNode];
    }
  };
  const labChildren = async (): Promise<TargetNode[]> => {
    try {
      const { facts } = await learnLab();
      return facts.map((fact): TargetNode => ({ kind: 'fact', fact }));
    } catch (error) {
      return [failed(vscode.l10n.t('The lab cannot be looked at'), error, labNode)];
    }
  };

  return {
    async children(node) {
      if (!node) return roots();
      if (node.kind === 'lab') return labChildren();
      if (node.kind === 'context') return contextFacts(node.context).map((fact) => ({ kind: 'fact', fact }));
      return [];
    },
    item(node) {
      switch (node.kind) {
        case 'lab':
          return labItem(labSummary);
        case 'context':
          return contextItem(node.context);
        case 'fact':
          return factItem(node.fact);
        case 'failed':
          return failedItem(node.label, node.reason);
      }
    },
  };
}

function failed(label: string, error: unknown, parent?: TargetNode): TargetNode {
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', label, reason, ...(parent ? { parent } : {}) };
}

function labItem(summary: string | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Local lab'), Collapsed);
  item.id = 'lab';
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.contextValue = itemKinds.target;
  item.description = summary ?? vscode.l10n.t('this machine');
  item.tooltip = vscode.l10n.t(
    'Network namespaces on this machine. Real packets, real kernel, not a cluster.',
  );
  return item;
}

function contextItem(context: KubeContext): vscode.TreeItem {
  const item = new vscode.TreeItem(context.name, Collapsed);
  item.id = `context/${context.name}`;
  item.iconPath = context.current
    ? new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('charts.green'))
    : new vscode.ThemeIcon('circle-outline');
  item.description = context.current
    ? vscode.l10n.t('active · not asked yet')
    : vscode.l10n.t('not asked yet');
  item.tooltip = vscode.l10n.t(
    'Context {0} of {1}. The cluster is not contacted.',
    context.name,
    context.file,
  );
  item.accessibilityInformation = {
    label: context.current
      ? vscode.l10n.t('{0}, active context, not asked yet', context.name)
      : vscode.l10n.t('{0}, context, not asked yet', context.name),
  };
  return item;
}

function contextFacts(context: KubeContext): readonly Fact[] {
  const evidence = vscode.l10n.t('As written in {0}', context.file);
  const missing = vscode.l10n.t('not in any kubeconfig file');
  return [
    context.server === null
      ? { name: vscode.l10n.t('Server'), value: missing, evidence, level: 'missing' }
      : { name: vscode.l10n.t('Server'), value: context.server, evidence },
    { name: vscode.l10n.t('Cluster'), value: context.cluster, evidence },
    { name: vscode.l10n.t('User'), value: context.user, evidence },
    { name: vscode.l10n.t('Namespace'), value: context.namespace ?? 'default', evidence },
    {
      name: vscode.l10n.t('Benchmarks'),
      value: vscode.l10n.t('run on the local lab only'),
      evidence: vscode.l10n.t('This version measures on the local lab. A cluster is never contacted.'),
      level: 'missing',
    },
  ];
}

function factItem(fact: Fact): vscode.TreeItem {
  const item = new vscode.TreeItem(fact.name, None);
  item.description = fact.value;
  item.tooltip = [
    `${fact.name}: ${fact.value}`,
    ...(fact.evidence === undefined ? [] : [fact.evidence]),
  ].join('\n');
  if (fact.level) item.iconPath = factIcons[fact.level];
  item.accessibilityInformation = { label: `${fact.name}, ${fact.value}` };
  return item;
}

function failedItem(label: string, reason: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, None);
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  item.description = reason;
  item.tooltip = `${label}\n${reason}`;
  item.contextValue = itemKinds.failedTarget;
  item.accessibilityInformation = { label: `${label}, ${reason}` };
  return item;
}
