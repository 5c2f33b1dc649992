import { runLabel } from '../../core/plan/benchLabels';
import type { ChangedCluster, Journal } from '../../core/run/journal';
import type { KubeClient } from '../client/openClient';
import type { RunSettings } from '../runSettings';

export interface BenchNode {
  readonly name: string;
  /** Value of the label kubernetes.io/hostname, which is not always the name: node affinity goes by it. */
  readonly hostname: string;
  readonly zone: string | null;
}

export interface Placement {
  readonly client: BenchNode;
  readonly server: BenchNode;
  /** Every node that clients may run on, the client's first: for loads that one client cannot fill. */
  readonly clients: readonly BenchNode[];
}

/** What every part of a bench on a cluster needs to know. */
export interface BenchSpace {
  readonly client: KubeClient;
  readonly cluster: ChangedCluster;
  readonly runId: string;
  readonly namespace: string;
  /** The run made the namespace, and deletes it. */
  readonly ownsNamespace: boolean;
  readonly placement: Placement;
  readonly settings: RunSettings;
  readonly journal: Journal;
}

/** On every object that the run makes, so that it is found and deleted by nothing else. */
export function runLabels({ runId }: Pick<BenchSpace, 'runId'>): Readonly<Record<string, string>> {
  return { [runLabel]: runId, 'app.kubernetes.io/managed-by': 'cilium-bench' };
}
