import { setTimeout as delay } from 'node:timers/promises';
import {
  type ClusterObjects,
  type CollectionName,
  type Reading,
  collectionNames,
  notReadYet,
} from '../../core/cluster/objects';
import { Problem } from '../../core/problem';
import { statusOf } from '../client/apiProblem';
import { listAt, textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import * as collections from './collections';
import type { ValueOf } from './collections';
import { readConfigMaps } from './readConfigMaps';
import { readCollection, readingOf } from './readCollection';

/** Everything together; counting 30,000 Services with their EndpointSlices takes the most of it. */
const defaultTimeoutMs = 30_000;

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** For the reading as a whole: what has not answered by then is unread, the rest is kept. */
  readonly timeoutMs?: number;
}

type Reader<Value> = (client: KubeClient, signal: AbortSignal) => Promise<Value>;

async function readMetricsApi(client: KubeClient, signal: AbortSignal): Promise<boolean> {
  try {
    // Its own server answers, so that an APIService with nothing behind it is found out. That passes by no retry.
    await client.call({ path: '/apis/metrics.k8s.io/v1beta1', signal, repeatable: false });
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

async function readIdentity(client: KubeClient, signal: AbortSignal): Promise<string> {
  const uid = textAt(
    await client.call({ path: '/api/v1/namespaces/kube-system', signal }),
    'metadata',
    'uid',
  );
  if (uid === null) throw new Error('namespace kube-system has no uid');
  return uid;
}

type ReadField = Exclude<CollectionName, 'configMaps'>;

/** How each field is read, ConfigMaps aside, which are asked for where the DaemonSets say. */
export const readers: { readonly [Field in ReadField]: Reader<ValueOf<Field>> } = {
  serverVersion: async (client, signal) =>
    textAt(await client.call({ path: '/version', signal }), 'gitVersion') ?? '',
  apiGroups: async (client, signal) =>
    listAt(await client.call({ path: '/apis', signal }), 'groups').flatMap(
      (group) => textAt(group, 'name') ?? [],
    ),
  identity: readIdentity,
  metricsApi: readMetricsApi,
  nodes: (client, signal) => readCollection(client, collections.nodes, signal),
  daemonSets: (client, signal) => readCollection(client, collections.daemonSets, signal),
  deployments: (client, signal) => readCollection(client, collections.deployments, signal),
  systemPods: (client, signal) => readCollection(client, collections.systemPods, signal),
  customResources: (client, signal) => readCollection(client, collections.customResources, signal),
  namespaces: (client, signal) => readCollection(client, collections.namespaces, signal),
  services: (client, signal) => readCollection(client, collections.services, signal),
  endpointSlices: (client, signal) => readCollection(client, collections.endpointSlices, signal),
  serviceCidrs: (client, signal) => readCollection(client, collections.serviceCidrs, signal),
  nodeConfigs: (client, signal) => readCollection(client, collections.nodeConfigs, signal),
};

/** What is counted is begun after this time where the first lists have not all answered. */
const graceMs = 1_000;

/** What a tree shows of a cluster before anything is counted. */
const early = ['serverVersion', 'apiGroups', 'identity', 'nodes', 'daemonSets', 'systemPods'] as const;
const late = [
  'namespaces',
  'deployments',
  'serviceCidrs',
  'nodeConfigs',
  'metricsApi',
  'customResources',
  'services',
  'endpointSlices',
] as const satisfies readonly ReadField[];

export const readFields: readonly ReadField[] = [...early, ...late];

/** Nothing is read yet. */
function nothing(): ClusterObjects {
  const pending = Object.fromEntries(collectionNames.map((name) => [name, { unread: notReadYet }]));
  return { ...(pending as Record<CollectionName, { unread: string }>), unreadConfigMaps: {} };
}

/** Aborted by the signal and when the time is up; its listeners go when `end` is called. */
export function limited(
  client: KubeClient,
  { signal, timeoutMs = defaultTimeoutMs }: ReadOptions,
): { readonly signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort(signal.reason);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    stop.abort(
      new Problem(
        'target',
        `The API server at ${client.server} did not answer within ${timeoutMs / 1000} s.`,
        'Check the network and the load of the API server.',
      ),
    );
  }, timeoutMs);
  return {
    signal: stop.signal,
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      stop.abort(new Error('The reading was ended.'));
    },
  };
}

/**
 * Reads what facts need of a cluster: first what tells version, nodes and network, then what is counted. Reads only; keeps
 * of each object the little that is picked. A collection that cannot be read carries the reason, the others are kept.
 * @param onProgress called each time something has arrived, with all that has so far.
 * @throws Problem where not one collection could be read; the signal's reason where it is aborted.
 */
export async function readClusterObjects(
  client: KubeClient,
  options: ReadOptions,
  onProgress: (objects: ClusterObjects) => void = () => undefined,
): Promise<ClusterObjects> {
  const limit = limited(client, options);
  let objects = nothing();
  let failure: unknown = null;
  const isAnyRead = (): boolean => collectionNames.some((name) => 'value' in objects[name]);
  const isSettled = (): boolean =>
    early.every((field) => !('unread' in objects[field]) || objects[field].unread !== notReadYet);
  const arrive = (part: Partial<ClusterObjects>): void => {
    objects = { ...objects, ...part };
    onProgress(objects);
  };
  const read = async <Field extends ReadField>(field: Field): Promise<Reading<ValueOf<Field>>> => {
    // The table's types are lost in a union of its rows.
    const reader = readers[field] as Reader<ValueOf<Field>>;
    const reading = await readingOf(async () => {
      try {
        return await reader(client, limit.signal);
      } catch (error) {
        failure ??= error;
        throw error;
      }
    }, options.signal);
    arrive({ [field]: reading });
    return reading;
  };
  const readEarly = async (field: (typeof early)[number]): Promise<void> => {
    const reading = await read(field);
    if (field !== 'daemonSets') return;
    const daemonSets = reading as ClusterObjects['daemonSets'];
    arrive(await readConfigMaps(client, daemonSets, limit.signal, options.signal));
  };
  const grace = new AbortController();
  try {
    const first = Promise.all(early.map(readEarly));
    const waited = delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined);
    await Promise.race([first, waited]);
    // One list that hangs holds up no other. Where nothing answers at all there is no more to be asked.
    const rest = isAnyRead() || !isSettled() ? late.map(read) : [];
    await Promise.all([first, ...rest]);
    if (!isAnyRead()) throw failure;
    return objects;
  } finally {
    grace.abort();
    limit.end();
  }
}
