import * as vscode from 'vscode';
import type { RunListing } from '../../store/runListing';
import type { StandingPolicy } from '../../kube/main';
import type { ClusterState } from './openClusters';
import { failedNode, type ContextNode, type PolicyCost, type TargetNode } from './targetNode';

/** More rows of one namespace are not read; the rest is counted. */
const mostListed = 300;

/** What stands below a context that was opened. */
export function clusterNodes(
  node: ContextNode,
  state: ClusterState,
  runs: readonly RunListing[],
): TargetNode[] {
  const context = node.context.name;
  switch (state.kind) {
    case 'asking':
      return [];
    case 'failed':
      return [failedNode(vscode.l10n.t('The cluster cannot be read'), state.reason, node)];
    case 'known': {
      const { view, policies, interrupted } = state;
      return [
        ...(interrupted === undefined
          ? []
          : [failedNode(vscode.l10n.t('The cluster does not answer now'), interrupted, node)]),
        ...view.groups
          // Istio is told of where it is.
          .filter(({ id, summary }) => id !== 'istio' || (summary !== '' && summary !== 'not here'))
          .map((group): TargetNode => ({ kind: 'facts', context, group, parent: node })),
        ...(policies ? [{ kind: 'policies', context, standing: policies, parent: node } as const] : []),
        { kind: 'benchmarks', context, offers: view.offers },
        { kind: 'runs', context, runs: runs.filter((run) => isOn(run, context)) },
      ];
    }
  }
}

const isOn = ({ target }: RunListing, context: string): boolean =>
  target.kind === 'kube' && target.name === context;

/** The policies by namespace, those of the whole cluster first, and the kinds that could not be listed. */
export function policyGroups({
  context,
  standing,
  parent,
}: Extract<TargetNode, { kind: 'policies' }>): TargetNode[] {
  const groups = new Map<string | null, StandingPolicy[]>();
  for (const policy of standing.policies) {
    const group = groups.get(policy.namespace);
    if (group) group.push(policy);
    else groups.set(policy.namespace, [policy]);
  }
  return [
    ...standing.unread.map(({ kind, because }) => failedNode(kind, because, parent)),
    ...[...groups].map(([namespace, policies]): TargetNode => ({
      kind: 'policiesOf',
      context,
      namespace,
      policies,
    })),
  ];
}

/** The policies of one namespace, each with what it costs. */
export async function policyNodes(
  { context, policies }: Extract<TargetNode, { kind: 'policiesOf' }>,
  costOf: (policy: StandingPolicy, context: string) => Promise<PolicyCost | undefined>,
): Promise<TargetNode[]> {
  const listed = policies.slice(0, mostListed).map(async (policy): Promise<TargetNode> => ({
    kind: 'policy',
    context,
    policy,
    cost: await costOf(policy, context),
  }));
  const more = policies.length - listed.length;
  return [
    ...(await Promise.all(listed)),
    ...(more > 0
      ? [
          {
            kind: 'fact',
            fact: { name: vscode.l10n.t('and {0} more', more), value: vscode.l10n.t('not listed') },
          } as const,
        ]
      : []),
  ];
}
