import * as vscode from 'vscode';
import { findingSentence, findingTitle } from '../../core/words/findings';
import { offerLines, offersSummary, offerText } from '../../core/words/offers';
import { policiesSummary, proxyFinding } from '../../core/words/standingPolicies';
import { itemKinds } from '../../ids';
import type { KubeContext } from '../../kube/kubeContexts';
import type { RunListing } from '../../store/runListing';
import type { Fact } from './labFacts';
import type { ClusterState } from './openClusters';
import { runItem } from './runItems';
import type { TargetNode } from './targetNode';

const { None, Collapsed } = vscode.TreeItemCollapsibleState;
const icons = {
  ok: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  missing: new vscode.ThemeIcon('circle-slash'),
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
} as const;

/** What items show that is not in their nodes. */
export interface ItemWords {
  readonly labSummary: string | undefined;
  readonly state: (context: string) => ClusterState | undefined;
  readonly headline: (run: RunListing) => string;
}

interface Looks {
  /** Unique in the tree; a row that is told apart by its place needs none. */
  readonly id?: string;
  readonly description: string;
  readonly tooltip?: string;
  readonly icon?: vscode.ThemeIcon;
  readonly kind?: string;
  /** What a screen reader says of it after its label; the description where it is none of its own. */
  readonly spoken?: string;
}

function item(label: string, isOpenable: boolean, looks: Looks): vscode.TreeItem {
  const made = new vscode.TreeItem(label, isOpenable ? Collapsed : None);
  const { id, description, tooltip, icon, kind, spoken = description } = looks;
  if (id !== undefined) made.id = id;
  made.description = description;
  made.tooltip = tooltip ?? [label, description].join('\n').trim();
  if (icon) made.iconPath = icon;
  if (kind !== undefined) made.contextValue = kind;
  made.accessibilityInformation = { label: spoken === '' ? label : `${label}, ${spoken}` };
  return made;
}

/** How a node of the Targets view is drawn. */
export function targetItem(node: TargetNode, words: ItemWords): vscode.TreeItem {
  switch (node.kind) {
    case 'lab':
      return labItem(words.labSummary);
    case 'context':
      return contextItem(node.context, words.state(node.context.name));
    case 'fact':
      return factItem(node.fact);
    case 'facts':
      return factsItem(node);
    case 'policies':
      return item(
        vscode.l10n.t('Policies'),
        node.standing.policies.length + node.standing.unread.length > 0,
        {
          id: `context/${node.context}/policies`,
          description: policiesText(node),
          tooltip: vscode.l10n.t(
            'The policies that stand in the cluster, and which of them send traffic through a proxy.',
          ),
        },
      );
    case 'policiesOf':
      return item(node.namespace ?? vscode.l10n.t('Whole cluster'), true, {
        id: `context/${node.context}/policies/${node.namespace ?? ''}`,
        description: policiesSummary(node.policies),
        ...(node.namespace === null ? {} : { icon: new vscode.ThemeIcon('symbol-namespace') }),
      });
    case 'policy':
      return policyItem(node);
    case 'benchmarks':
      return item(vscode.l10n.t('Benchmarks'), true, {
        id: `context/${node.context}/benchmarks`,
        description: offersSummary(node.offers),
      });
    case 'benchmark':
      return benchmarkItem(node);
    case 'runs':
      return item(vscode.l10n.t('Runs'), node.runs.length > 0, {
        id: `context/${node.context}/runs`,
        description: node.runs.length > 0 ? String(node.runs.length) : vscode.l10n.t('none yet'),
      });
    case 'run': {
      const drawn = runItem(node, words.headline(node.run));
      drawn.id = `context/${node.context}/runs/${node.run.id}`;
      return drawn;
    }
    case 'noContexts':
      return item(vscode.l10n.t('No cluster'), false, {
        id: 'no-contexts',
        description: vscode.l10n.t('the lab needs none'),
        tooltip: vscode.l10n.t(
          'No kubeconfig has a context. Save one as ~/.kube/config, or name it in KUBECONFIG or in the setting vs-kubernetes.kubeconfig; then Retry. The local lab measures without a cluster.',
        ),
        icon: new vscode.ThemeIcon('info'),
        kind: itemKinds.failedTarget,
      });
    case 'failed':
      return item(node.label, false, {
        description: node.reason,
        icon: icons.error,
        kind: itemKinds.failedTarget,
      });
  }
}

function labItem(summary: string | undefined): vscode.TreeItem {
  return item(vscode.l10n.t('Local lab'), true, {
    id: 'lab',
    icon: new vscode.ThemeIcon('beaker'),
    kind: itemKinds.target,
    description: summary ?? vscode.l10n.t('this machine'),
    tooltip: vscode.l10n.t('Network namespaces on this machine. Real packets, real kernel, not a cluster.'),
  });
}

/** What is known of a context's cluster in a few words. */
function contextText(state: ClusterState | undefined): string {
  switch (state?.kind) {
    case undefined:
      return vscode.l10n.t('not asked yet');
    case 'asking':
      return vscode.l10n.t('asking');
    case 'failed':
      return vscode.l10n.t('cannot be read');
    case 'known':
      return state.interrupted === undefined
        ? state.view.summary
        : vscode.l10n.t('{0} · does not answer now', state.view.summary);
  }
}

function contextItem(context: KubeContext, state: ClusterState | undefined): vscode.TreeItem {
  const { name, file, current, server, user, namespace } = context;
  const text = contextText(state);
  const evidence = [
    vscode.l10n.t('Context {0} of {1}', name, file),
    vscode.l10n.t('Server: {0}', server ?? vscode.l10n.t('not in any kubeconfig file')),
    vscode.l10n.t('User: {0}', user),
    vscode.l10n.t('Namespace: {0}', namespace ?? 'default'),
  ];
  return item(name, true, {
    id: `context/${name}`,
    icon: current
      ? new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('charts.green'))
      : new vscode.ThemeIcon('circle-outline'),
    kind: itemKinds.target,
    description: current && state === undefined ? vscode.l10n.t('active · {0}', text) : text,
    tooltip: [...evidence, ...stateLines(state)].join('\n'),
    spoken: current ? vscode.l10n.t('active context, {0}', text) : vscode.l10n.t('context, {0}', text),
  });
}

function stateLines(state: ClusterState | undefined): string[] {
  switch (state?.kind) {
    case undefined:
      return [vscode.l10n.t('The cluster is not contacted before this is opened.')];
    case 'asking':
      return [];
    case 'failed':
      return [state.reason];
    case 'known': {
      const read = new Intl.DateTimeFormat(vscode.env.language, { timeStyle: 'medium' });
      return [
        vscode.l10n.t('Read at {0}', read.format(new Date(state.view.readAt))),
        ...(state.interrupted === undefined ? [] : [state.interrupted]),
      ];
    }
  }
}

function factItem(fact: Fact): vscode.TreeItem {
  const { name, value, evidence, level } = fact;
  return item(name, false, {
    description: value,
    tooltip: [`${name}: ${value}`, ...(evidence === undefined ? [] : [evidence])].join('\n'),
    ...(level ? { icon: icons[level] } : {}),
  });
}

function factsItem({ context, group }: Extract<TargetNode, { kind: 'facts' }>): vscode.TreeItem {
  const { id, title, summary, rows } = group;
  return item(title, rows.length > 0, {
    id: `context/${context}/${id}`,
    description: summary,
    tooltip: [title, ...rows.map(({ label, value }) => `${label}: ${value}`)].slice(0, 12).join('\n'),
    // What was refused or did not answer can be asked again.
    ...(id === 'not-read' ? { icon: icons.warning, kind: itemKinds.failedTarget } : {}),
    spoken: summary,
  });
}

function policiesText({ standing }: Extract<TargetNode, { kind: 'policies' }>): string {
  const { policies, unread } = standing;
  const missing =
    unread.length > 0 ? [vscode.l10n.t('{0} not read', unread.map(({ kind }) => kind).join(', '))] : [];
  return [
    ...(policies.length === 0 && missing.length > 0 ? [] : [policiesSummary(policies)]),
    ...missing,
  ].join(' · ');
}

function policyItem({ context, policy, cost }: Extract<TargetNode, { kind: 'policy' }>): vscode.TreeItem {
  const { kind, namespace, name, findings } = policy;
  const finding = proxyFinding(policy);
  // The number first: a narrow view shows no more.
  const proxied = finding ? [...(cost ? [cost.label] : []), findingTitle(finding)] : [];
  return item(name, false, {
    id: `context/${context}/policies/${namespace ?? ''}/${kind}/${name}`,
    icon: finding ? icons.warning : new vscode.ThemeIcon('shield'),
    description: finding ? proxied.join(' · ') : findings === null ? vscode.l10n.t('not analysed') : kind,
    tooltip: [
      `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`,
      ...(finding ? [findingSentence(finding)] : []),
      ...(cost ? [cost.sentences] : []),
    ].join('\n'),
    spoken: [kind, ...proxied].join(', '),
  });
}

function benchmarkItem({ context, offer }: Extract<TargetNode, { kind: 'benchmark' }>): vscode.TreeItem {
  const isPossible = offer.extent !== 'none';
  return item(offer.title, false, {
    id: `context/${context}/benchmarks/${offer.scenario}`,
    icon: isPossible ? new vscode.ThemeIcon('play-circle') : icons.missing,
    description: offerText(offer),
    tooltip: [offer.title, ...offerLines(offer)].join('\n'),
    ...(isPossible ? { kind: itemKinds.benchmark } : {}),
  });
}
