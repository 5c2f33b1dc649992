import type { Offer } from '../../core/plan/offers';
import type { FactGroup } from '../../core/words/factRows';
import type { KubeContext } from '../../kube/kubeContexts';
import type { StandingPolicies, StandingPolicy } from '../../kube/main';
import type { RunListing } from '../../store/runListing';
import type { Place } from '../run/place';
import type { Fact } from './labFacts';
import type { DrawnRun } from './runNodes';

export interface LabNode {
  readonly kind: 'lab';
}

export interface ContextNode {
  readonly kind: 'context';
  readonly context: KubeContext;
}

/** Nodes below a context name it: their ids are unique with it. */
interface Below {
  readonly context: string;
}

/** What the Targets view is made of. */
export type TargetNode =
  | LabNode
  | ContextNode
  | { readonly kind: 'fact'; readonly fact: Fact }
  | ({ readonly kind: 'facts'; readonly group: FactGroup; readonly parent: ContextNode } & Below)
  | ({ readonly kind: 'policies'; readonly standing: StandingPolicies; readonly parent: ContextNode } & Below)
  | ({
      readonly kind: 'policiesOf';
      readonly namespace: string | null;
      readonly policies: readonly StandingPolicy[];
    } & Below)
  | ({
      readonly kind: 'policy';
      readonly policy: StandingPolicy;
      readonly cost: PolicyCost | undefined;
    } & Below)
  | ({ readonly kind: 'benchmarks'; readonly offers: readonly Offer[] } & Below)
  | ({ readonly kind: 'benchmark'; readonly offer: Offer } & Below)
  | ({ readonly kind: 'runs'; readonly runs: readonly RunListing[] } & Below)
  | ({ readonly kind: 'run' } & DrawnRun & Below)
  | { readonly kind: 'noContexts' }
  | {
      readonly kind: 'failed';
      readonly label: string;
      readonly reason: string;
      /** Where the failure stands: *Retry* reads this node anew, or the whole tree. */
      readonly parent?: LabNode | ContextNode;
    };

/** What going through a proxy costs, in a few words and in sentences. */
export interface PolicyCost {
  readonly label: string;
  readonly sentences: string;
}

/** One object: VS Code finds a node again by its identity. */
export const labNode: LabNode = { kind: 'lab' };
export const noContextsNode: TargetNode = { kind: 'noContexts' };

const kindOf = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && 'kind' in given ? given.kind : undefined;

const isTargetNode = (given: unknown): given is TargetNode => kindOf(given) !== undefined;

/** The node that *Retry* reads anew: the failed node's own target, or everything. */
export function retriedNode(given: unknown): LabNode | ContextNode | undefined {
  if (!isTargetNode(given) || (given.kind !== 'failed' && given.kind !== 'facts')) return undefined;
  return given.parent?.kind === 'lab' ? labNode : given.parent;
}

/** What a menu of the tree asks to be run: where, and which scenario where one is named. */
export function askedToRun(given: unknown): { readonly place?: Place; readonly scenario?: string } {
  if (!isTargetNode(given)) return {};
  if (given.kind === 'lab') return { place: { kind: 'lab' } };
  if (given.kind === 'context') return { place: { kind: 'kube', context: given.context.name } };
  if (given.kind === 'benchmark')
    return { place: { kind: 'kube', context: given.context }, scenario: given.offer.scenario };
  return {};
}

export function failedNode(label: string, error: unknown, parent?: LabNode | ContextNode): TargetNode {
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', label, reason, ...(parent ? { parent } : {}) };
}
