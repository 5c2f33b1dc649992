import { baselineOf } from '../../core/result/annotations';
import type { RunListing } from '../../store/runListing';
import type { KubeContext, KubeContexts } from '../../kube/kubeContexts';
import type { StandingPolicy } from '../../kube/main';
import * as vscode from 'vscode';
import { clusterNodes, policyGroups, policyNodes } from './clusterNodes';
import type { FactRow } from '../../core/words/factRows';
import type { Fact, LabFacts } from './labFacts';
import type { NodeTree } from './nodeTree';
import type { OpenClusters } from './openClusters';
import {
  failedNode,
  labNode,
  noContextsNode,
  type ContextNode,
  type PolicyCost,
  type TargetNode,
} from './targetNode';
import { targetItem } from './targetItems';

export interface TargetSources {
  /** False in Restricted Mode: then nothing is looked up. */
  readonly allowed: () => boolean;
  readonly contexts: () => Promise<KubeContexts>;
  readonly lab: () => Promise<LabFacts>;
  readonly clusters: OpenClusters;
  readonly runs: () => Promise<readonly RunListing[]>;
  readonly costOf: (policy: StandingPolicy, context: string) => Promise<PolicyCost | undefined>;
  /** The answer of a run in a few words. */
  readonly headline: (run: RunListing) => string;
  /** Called when what is shown of a node has become known, so that it is drawn anew. */
  readonly onLearned: (node: TargetNode) => void;
}

export interface TargetTree extends NodeTree<TargetNode> {
  /** The node of a context as the view has it. */
  contextNode(context: string): ContextNode | undefined;
}

const levels = { fact: undefined, warning: 'warning', unknown: 'missing', pending: undefined } as const;

function rowFact({ label, value, evidence, level }: FactRow): Fact {
  const mark = levels[level];
  return {
    name: label,
    value,
    ...(evidence === '' ? {} : { evidence }),
    ...(mark === undefined ? {} : { level: mark }),
  };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What of a context says which cluster is asked, and as whom. */
const placeOf = ({ file, cluster, user, server }: KubeContext): unknown => [file, cluster, user, server];

/** The Targets tree. Kubeconfig files are read; a cluster is contacted once its context is opened. */
export function targetTree(sources: TargetSources): TargetTree {
  const { clusters } = sources;
  let labSummary: string | undefined;
  let contextNodes = new Map<string, ContextNode>();

  const learnLab = async (): Promise<LabFacts> => {
    const known = await sources.lab();
    if (labSummary !== known.summary) {
      labSummary = known.summary;
      sources.onLearned(labNode);
    }
    return known;
  };
  /** The same node as before where the context is the same: what is known of another cluster does not hold for it. */
  const contextNodesOf = (contexts: readonly KubeContext[]): ContextNode[] => {
    const nodes = contexts.map((context): ContextNode => {
      const before = contextNodes.get(context.name);
      if (before && isSame(before.context, context)) return before;
      if (before && !isSame(placeOf(before.context), placeOf(context))) clusters.forget(context.name);
      return { kind: 'context', context };
    });
    contextNodes = new Map(nodes.map((node) => [node.context.name, node]));
    for (const name of clusters.contexts) if (!contextNodes.has(name)) clusters.forget(name);
    return nodes;
  };
  const roots = async (): Promise<TargetNode[]> => {
    if (!sources.allowed()) return [];
    // In the background: the contexts need not wait for it, and what goes wrong is a node once the lab is opened.
    learnLab().catch(() => undefined);
    try {
      const { contexts, problems } = await sources.contexts();
      return [
        ...contextNodesOf(contexts),
        ...problems.map(({ file, reason }): TargetNode => ({ kind: 'failed', label: file, reason })),
        labNode,
        ...(contexts.length + problems.length === 0 ? [noContextsNode] : []),
      ];
    } catch (error) {
      return [failedNode('kubeconfig', error), labNode];
    }
  };
  const labChildren = async (): Promise<TargetNode[]> => {
    try {
      const { facts } = await learnLab();
      return facts.map((fact): TargetNode => ({ kind: 'fact', fact }));
    } catch (error) {
      return [failedNode(vscode.l10n.t('The lab cannot be looked at'), error, labNode)];
    }
  };
  const contextChildren = async (node: ContextNode): Promise<TargetNode[]> => {
    const { name } = node.context;
    // A failure stays until it is retried: what is drawn anew does not ask anew.
    const known = clusters.state(name);
    const state = known?.kind === 'failed' ? known : await clusters.open(name);
    return state ? clusterNodes(node, state, await sources.runs()) : [];
  };

  return {
    contextNode: (context) => contextNodes.get(context),
    async children(node) {
      switch (node?.kind) {
        case undefined:
          return roots();
        case 'lab':
          return labChildren();
        case 'context':
          return contextChildren(node);
        case 'facts':
          return node.group.rows.map((row) => ({ kind: 'fact', fact: rowFact(row) }));
        case 'policies':
          return policyGroups(node);
        case 'policiesOf':
          return policyNodes(node, sources.costOf);
        case 'benchmarks':
          return node.offers.map((offer) => ({ kind: 'benchmark', context: node.context, offer }));
        case 'runs':
          return node.runs.map((run) => ({
            kind: 'run',
            context: node.context,
            run,
            isBaseline: baselineOf(node.runs, run)?.id === run.id,
          }));
        case 'fact':
        case 'policy':
        case 'benchmark':
        case 'run':
        case 'noContexts':
        case 'failed':
          return [];
      }
    },
    item: (node) =>
      targetItem(node, {
        labSummary,
        headline: sources.headline,
        state: (context) => clusters.state(context),
      }),
  };
}
