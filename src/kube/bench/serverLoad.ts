/** A load against one of the bench's servers, and what happens to the server meanwhile. */
import { Problem } from '../../core/problem';
import type { Reason } from '../../core/run/gates/reasonCodes';
import type { Job, JobOutput, ServerKind } from '../../core/target';
import type { Parts } from './parts';
import type { PodResources } from './podSpec';
import { restartsOf } from './podState';
import { nodeTrouble } from './podTrouble';
import type { PodWatch } from './podWatch';
import { quantityOf } from './quantities';
import { runLoad } from './runLoad';
import type { BenchSpace } from './space';
import type { Server, Servers } from './startServers';

/** What happened to the server of a load since `before`, as clauses. A server that is gone ends the run. */
function serverTrouble(watch: PodWatch, server: Server, restartsBefore: number): readonly Reason[] {
  const now = watch.all().find(({ uid }) => uid === server.pod.uid);
  if (now === undefined || now.gone || now.deleting || now.phase === 'Failed') {
    throw new Problem(
      'target',
      `The server pod for ${server.need.kind} is gone from ${server.pod.node ?? 'its node'}.`,
      'Look at the events of the cluster, then start the run again.',
    );
  }
  const restarts = restartsOf(now) - restartsBefore;
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  const silence = nodeTrouble(now);
  return [
    ...(restarts > 0 ? [{ code: 'restarted' as const, says: `the server pod restarted ${times}` }] : []),
    ...(silence === null
      ? []
      : [{ code: 'node-silent' as const, says: `the server pod may not have answered: ${silence}` }]),
  ];
}

/** Of the load's resources, what each of several clients on one node gets. */
function sharedResources(resources: PodResources, clients: number, nodes: number): PodResources {
  const share = Math.ceil(clients / nodes);
  if (share <= 1) return resources;
  const cpu = quantityOf(resources.cpu) ?? 1;
  const memory = quantityOf(resources.memory) ?? 0;
  return {
    cpu: `${Math.max(100, Math.floor((cpu * 1000) / share))}m`,
    memory: String(Math.max(64 * 2 ** 20, Math.floor(memory / share))),
  };
}

export interface LoadMeans {
  readonly space: BenchSpace;
  readonly watch: PodWatch;
  readonly servers: Servers;
  readonly parts: Parts;
  readonly resources: PodResources;
}

/** @throws Problem where the load cannot be started, or its server is gone. */
export async function runAgainstServer(
  { space, watch, servers, parts, resources }: LoadMeans,
  job: Job,
  kind: ServerKind,
  signal: AbortSignal,
): Promise<JobOutput> {
  const server = servers.find(kind, job.via);
  const before = restartsOf(watch.all().find(({ uid }) => uid === server.pod.uid) ?? server.pod);
  serverTrouble(watch, server, before);
  const shared = sharedResources(resources, job.clients, space.placement.clients.length);
  const output = await parts.withComponents(
    (onStarted) => runLoad(space, watch, job, shared, signal, onStarted),
    signal,
  );
  const spoiledBy = [...(output.spoiledBy ?? []), ...serverTrouble(watch, server, before)];
  return { ...output, ...(spoiledBy.length === 0 ? {} : { spoiledBy }) };
}
