import { unknown } from '../../../src/core/cluster/evidence';
import { noJournal } from '../../../src/core/run/journal';
import { scalePaths } from '../../../src/kube/bench/serviceScale/objects';
import { createServiceScale, type ServiceScale } from '../../../src/kube/bench/serviceScale/serviceScale';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { runSettingsFrom } from '../../../src/kube/readSettings';

/** Where all of the figure's Services are made. */
export const namespace = 'kube-services-figure';

export const paths = { ...scalePaths({ namespace }), endpoints: `/api/v1/namespaces/${namespace}/endpoints` };

const never = new AbortController().signal;
const node = { name: 'none', hostname: 'none', zone: null };
const notRead = unknown('it is not read here');

export async function scaleOf(client: KubeClient, runId: string, most: number): Promise<ServiceScale> {
  const scale = createServiceScale(
    {
      client,
      cluster: { context: client.context, server: client.server, clusterUid: '' },
      runId,
      namespace,
      ownsNamespace: false,
      placement: { client: node, server: node, clients: [node] },
      settings: runSettingsFrom({ namespace, crossZone: true }),
      journal: noJournal,
    },
    {
      servers: [{ host: '198.19.255.254', port: 8080 }],
      most,
      map: null,
      facts: {
        cilium: null,
        headroom: {
          services: notRead,
          backends: notRead,
          serviceAddresses: notRead,
          loadBalancerMap: null,
          podNetworks: notRead,
        },
      },
    },
  );
  await scale.prepare(never);
  return scale;
}

interface Rates {
  /** Services a second, each with its EndpointSlice. */
  readonly up: number;
  readonly down: number;
}

export async function ours(client: KubeClient, runId: string, services: number): Promise<Rates> {
  const scale = await scaleOf(client, runId, services);
  try {
    const up = await scale.to(services, never);
    const down = await scale.to(0, never);
    return { up: up.perSecond, down: down.perSecond };
  } finally {
    await scale.close();
  }
}
