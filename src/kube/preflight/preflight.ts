/** What is checked before anything is touched. Reads only. */
import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import type { Plan } from '../../core/plan/plan';
import type { Check } from '../../core/target';
import type { CandidateNode } from '../bench/benchNodes';
import type { KubeClient } from '../client/openClient';
import type { RunSettings } from '../runSettings';
import { nodeChecks } from './nodeChecks';

export interface PreflightMeans {
  readonly client: KubeClient;
  readonly settings: RunSettings;
  readonly facts: ClusterFacts;
  readonly nodes: readonly CandidateNode[];
  readonly signal: AbortSignal;
}

export function preflightChecks(_plan: Plan, { nodes, settings }: PreflightMeans): Promise<readonly Check[]> {
  return Promise.resolve(nodeChecks(nodes, settings));
}
