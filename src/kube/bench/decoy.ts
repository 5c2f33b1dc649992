import type { Decoy } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { Address } from '../../core/target';
import { objectName } from './names';
import { makeOrAdopt, ownObject } from './objects';
import { podLabels, podSpec, type PodResources, type PodShape } from './podSpec';
import type { PodWatch } from './podWatch';
import { serverContainer } from './servers';
import type { BenchSpace } from './space';
import { waitForRunning } from './startPods';

/** It answers probes alone. */
const resources: PodResources = { cpu: '50m', memory: '64Mi' };

/** Starts the server that the policy keeps the client from. Throws a {@link Problem} where it does not start. */
export async function startDecoy(
  space: BenchSpace,
  watch: PodWatch,
  { role, port }: Decoy,
  signal: AbortSignal,
): Promise<Address> {
  const name = objectName(space.runId, 'decoy');
  const shape: PodShape = {
    role,
    part: 'decoy',
    nodes: [space.placement.server],
    containers: [serverContainer('http', port, resources)],
    hostNetwork: false,
    restartPolicy: 'Always',
  };
  const body = ownObject(space, name, podLabels(shape), {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: podSpec(shape, space.settings),
  });
  await makeOrAdopt(space, 'pods', body, signal);
  const pod = await waitForRunning(
    space,
    watch,
    {
      what: 'the decoy of the server',
      object: name,
      count: 1,
      of: (candidate) => candidate.name === name && !candidate.gone,
    },
    signal,
  );
  if (pod.address === null)
    throw new Problem('target', 'The decoy of the server has no address.', 'Start the run again.');
  return { host: pod.address, port };
}
