import { Problem } from '../../core/problem';
import type { Plan } from '../../core/plan/plan';
import type { Via } from '../../core/scenario/scenario';
import type { Address, ServerKind } from '../../core/target';
import { textAt } from '../client/json';
import { objectName } from './names';
import { makeOrAdopt, ownObject } from './objects';
import { podLabels, podSpec, type PodResources, type PodShape } from './podSpec';
import type { PodWatch, WatchedPod } from './podWatch';
import { networkOf, serverContainer, serverPort, serversFor, serviceSpec, type ServerNeed } from './servers';
import { runLabels, type BenchSpace } from './space';
import { waitForRunning } from './startPods';

/** A server that runs. */
export interface Server {
  readonly need: ServerNeed;
  readonly pod: WatchedPod;
  readonly port: number;
  /** Address of the Service in front of it; null where the plan needs none. */
  readonly serviceAddress: string | null;
}

export interface Servers {
  readonly all: readonly Server[];
  /** Throws a {@link Problem} for a server that the plan did not ask for. */
  find(kind: ServerKind, via: Via): Server;
  address(kind: ServerKind, via: Via): Address;
}

async function startServer(
  space: BenchSpace,
  watch: PodWatch,
  plan: Plan,
  need: ServerNeed,
  resources: PodResources,
  signal: AbortSignal,
): Promise<Server> {
  const { kind, network } = need;
  const id = network === 'host' ? `server-${kind}-host` : `server-${kind}`;
  const name = objectName(space.runId, id);
  const port = serverPort(plan, kind, network);
  const shape: PodShape = {
    role: 'server',
    part: id,
    nodes: [space.placement.server],
    containers: [serverContainer(kind, port, resources)],
    hostNetwork: network === 'host',
    restartPolicy: 'Always',
  };
  const labels = podLabels(shape);
  const service = need.service
    ? makeOrAdopt(
        space,
        'services',
        ownObject(
          space,
          name,
          {},
          {
            apiVersion: 'v1',
            kind: 'Service',
            spec: serviceSpec({ ...labels, ...runLabels(space) }, port),
          },
        ),
        signal,
      )
    : null;
  // The pod is waited for meanwhile; what the Service fails with is thrown below.
  service?.catch(() => undefined);
  await makeOrAdopt(
    space,
    'pods',
    ownObject(space, name, labels, { apiVersion: 'v1', kind: 'Pod', spec: podSpec(shape, space.settings) }),
    signal,
  );
  const pod = await waitForRunning(
    space,
    watch,
    {
      what: `the server for ${kind}`,
      object: name,
      count: 1,
      of: (candidate) => candidate.name === name && !candidate.gone,
    },
    signal,
  );
  const made = await service;
  return {
    need,
    pod,
    port,
    serviceAddress: made === null ? null : textAt(made.object, 'spec', 'clusterIP'),
  };
}

/** Starts every server that the plan needs, at the same time. */
export async function startServers(
  space: BenchSpace,
  watch: PodWatch,
  plan: Plan,
  resources: PodResources,
  signal: AbortSignal,
): Promise<Servers> {
  const all = await Promise.all(
    serversFor(plan, space.settings).map((need) => startServer(space, watch, plan, need, resources, signal)),
  );
  const find = (kind: ServerKind, via: Via): Server => {
    const server = all.find(({ need }) => need.kind === kind && need.network === networkOf(via));
    if (server !== undefined) return server;
    throw new Problem('target', `The plan has no server for ${kind}.`, 'Make the plan again.');
  };
  return {
    all,
    find,
    address(kind, via) {
      const { pod, port, serviceAddress } = find(kind, via);
      const host = via === 'service' ? serviceAddress : pod.address;
      if (host !== null) return { host, port };
      throw new Problem(
        'target',
        `The server for ${kind} has no address for ${via}.`,
        'Start the run again.',
      );
    },
  };
}
