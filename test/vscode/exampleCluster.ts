// A cluster that answers as an API server does, for tests inside VS Code: two zones, Cilium with its L7 proxy on, policies.
import { rawCilium, rawConfigMap, rawNode } from '../unit/cluster/objects';
import { createFakeApi, refused, type FakeApi } from '../unit/kube/fakeApi';
import { startFaultServer, type FaultServer } from '../unit/kube/faultServer';

function policy(namespace: string | undefined, name: string, spec: object): object {
  return {
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), resourceVersion: '1' },
    spec,
  };
}

const peersSpec = { endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] };
export const checkoutPolicy = policy('shop', 'checkout', {
  endpointSelector: { matchLabels: { app: 'checkout' } },
  ingress: [
    { toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET' }] } }] },
  ],
});
/** Two of the policy's pods among three; one of another network, which no policy selects. */
const pod = (name: string, app: string, hostNetwork = false): object => ({
  metadata: { name, namespace: 'shop', labels: { app }, resourceVersion: '1' },
  spec: {
    hostNetwork,
    containers: [{ name: 'c', ports: [{ containerPort: 8080 }, { containerPort: 9090 }] }],
  },
  status: { phase: 'Running' },
});
export const shopPods = '/api/v1/namespaces/shop/pods';
export const ciliumPolicies = '/apis/cilium.io/v2/ciliumnetworkpolicies';

const zoned = (name: string, zone: string): unknown =>
  rawNode(name, {
    labels: { 'topology.kubernetes.io/zone': zone },
    info: {
      kernelVersion: '6.12.48',
      architecture: 'amd64',
      osImage: 'Flatcar 4459',
      operatingSystem: 'linux',
    },
  });

export function exampleCluster(): FakeApi {
  return createFakeApi({
    apiGroups: ['cilium.io'],
    nodes: [zoned('a', 'eu-1a'), zoned('b', 'eu-1b')],
    daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.4')],
    configMaps: [
      rawConfigMap('kube-system/cilium-config', {
        'routing-mode': 'native',
        'kube-proxy-replacement': 'true',
        'enable-l7-proxy': 'true',
        'enable-hubble': 'true',
      }),
    ],
    nodeConfigs: [],
    lists: {
      [shopPods]: [
        pod('a', 'checkout'),
        pod('b', 'checkout'),
        pod('c', 'basket'),
        pod('d', 'checkout', true),
      ],
      [ciliumPolicies]: [checkoutPolicy, policy('shop', 'peers', peersSpec)],
      '/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies': [policy(undefined, 'everybody', peersSpec)],
      '/apis/networking.k8s.io/v1/networkpolicies': [policy('infra', 'deny', { podSelector: {} })],
    },
  });
}

/** A kubeconfig of two contexts: that server, which is the current one, and one where nothing answers. */
export function kubeconfigFor(
  { address, authority }: FaultServer,
  name: string,
  unreachable: string,
): string {
  const certificate = Buffer.from(authority.certificate).toString('base64');
  return JSON.stringify({
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server: address, 'certificate-authority-data': certificate } },
      // Port 9 is "discard".
      { name: unreachable, cluster: { server: 'https://127.0.0.1:9' } },
    ],
    contexts: [
      { name: unreachable, context: { cluster: unreachable, user: 'reader' } },
      { name, context: { cluster: name, user: 'reader', namespace: 'shop' } },
    ],
    users: [{ name: 'reader', user: { token: 'not-a-secret' } }],
  });
}

/** For the tests through the screen: the server, and the kubeconfig for it. */
export interface StartedCluster {
  readonly kubeconfig: string;
  /** Whether everything is refused from now on, as to a user without rights. */
  refuse(isRefused: boolean): void;
  close(): Promise<void>;
}

export async function startExampleCluster(): Promise<StartedCluster> {
  const server = await startFaultServer();
  const { handler } = exampleCluster();
  server.handle(handler);
  return {
    kubeconfig: kubeconfigFor(server, 'prod-eu-1', 'staging'),
    refuse(isRefused) {
      server.handle(isRefused ? refused : handler);
    },
    close: () => server.close(),
  };
}
