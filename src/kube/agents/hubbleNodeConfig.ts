import { runLabel } from '../../core/plan/benchLabels';
import { Problem } from '../../core/problem';
import type { BenchSpace } from '../bench/space';
import { runLabels } from '../bench/space';
import { reasonOf, statusOf } from '../client/apiProblem';
import { listAt, textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import type { Agent } from './agent';

/** The object that turns Hubble off for the bench nodes. */
export interface HubbleNodeConfig {
  readonly collection: string;
  /** Of the object itself. */
  readonly path: string;
  readonly body: object;
}

/** The newest first. CiliumNodeConfig is v2 since Cilium 1.16 and was v2alpha1 before (`per-node-config.rst`). */
const versions = ['v2', 'v2alpha1'] as const;

/** The version of CiliumNodeConfig that the API serves, or null where it serves none. */
export async function servedNodeConfigVersion(
  client: KubeClient,
  signal: AbortSignal,
): Promise<string | null> {
  for (const version of versions) {
    try {
      const list = await client.call({ path: `/apis/cilium.io/${version}`, signal });
      const names = listAt(list, 'resources').map((resource) => textAt(resource, 'name'));
      if (names.includes('ciliumnodeconfigs')) return version;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return null;
}

/**
 * Where several objects set one key, the last by name holds (`pkg/option/resolver/resolver.go`, Cilium 1.16 to 1.20): hence the
 * first letters of the name.
 */
export function hubbleNodeConfig(
  space: Pick<BenchSpace, 'runId' | 'placement'>,
  agent: Agent,
  version: string,
): HubbleNodeConfig {
  const name = `zz-cilium-bench-${space.runId}`;
  const collection = `/apis/cilium.io/${version}/namespaces/${encodeURIComponent(agent.namespace)}/ciliumnodeconfigs`;
  const { client, server } = space.placement;
  return {
    collection,
    path: `${collection}/${encodeURIComponent(name)}`,
    body: {
      apiVersion: `cilium.io/${version}`,
      kind: 'CiliumNodeConfig',
      metadata: { name, namespace: agent.namespace, labels: runLabels(space) },
      spec: {
        nodeSelector: {
          matchExpressions: [
            {
              key: 'kubernetes.io/hostname',
              operator: 'In',
              values: [...new Set([client.hostname, server.hostname])],
            },
          ],
        },
        defaults: { 'enable-hubble': 'false' },
      },
    },
  };
}

/**
 * The uid of the run's own object, or null where there is none.
 * @throws Problem where an object of that name belongs to somebody else.
 */
export async function standingNodeConfig(
  { client, runId }: Pick<BenchSpace, 'client' | 'runId'>,
  { path }: HubbleNodeConfig,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const object = await client.call({ path, signal });
    if (textAt(object, 'metadata', 'labels', runLabel) !== runId)
      throw new Problem(
        'target',
        `${path} is not of this run.`,
        'Look at it, and delete it if it is left over.',
      );
    return textAt(object, 'metadata', 'uid');
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Makes the object, or takes over the run's own that stands already. Gives its uid. */
export async function createNodeConfig(
  space: Pick<BenchSpace, 'client' | 'runId'>,
  config: HubbleNodeConfig,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const made = await space.client.call({
      method: 'POST',
      path: config.collection,
      body: config.body,
      signal,
    });
    return textAt(made, 'metadata', 'uid');
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') throw error;
    return standingNodeConfig(space, config, signal);
  }
}

/** Deletes the object that has this uid; one that is gone, or another in its place, is left as it is. */
export async function deleteWithUid(
  client: KubeClient,
  path: string,
  uid: string | null,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.call({
      method: 'DELETE',
      path,
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...(uid === null ? {} : { preconditions: { uid } }),
      },
      repeatable: true,
      signal,
    });
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 409) throw error;
  }
}
