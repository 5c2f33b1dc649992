import { describe, expect, it } from 'vitest';
import { clusterFacts } from '../../../src/core/cluster/clusterFacts';
import { fingerprintOf } from '../../../src/core/cluster/fingerprint';
import type { ClusterObjects } from '../../../src/core/cluster/objects';
import { configMapFrom, configMapNames } from '../../../src/core/cluster/readConfigMap';
import { workloadFrom } from '../../../src/core/cluster/readObjects';
import { clusterOf, rawCilium, rawConfigMap, rawWorkload } from './objects';

/** What no API server should send, and a proxy in between may. */
const wrong: readonly unknown[] = [
  null,
  undefined,
  '',
  'text',
  0,
  true,
  [],
  [[]],
  {},
  { metadata: null, spec: null, status: null },
  { metadata: 'x', spec: [], status: 3, data: 'x' },
  {
    metadata: { name: 7, namespace: {}, labels: ['a'], annotations: { a: 1 } },
    spec: {
      taints: [null, { key: 4 }],
      podCIDRs: [5, 'nonsense', '10.0.0.0/99'],
      clusterIPs: [null, 'nonsense'],
      ports: [null, 'http', { nodePort: '80' }],
      cidrs: 'x',
      defaults: [1],
      template: { spec: { containers: [null, { image: 4, args: 'x', env: [null, { name: 1 }] }] } },
      containers: 'none',
    },
    status: {
      conditions: [null, { type: 'Ready' }],
      nodeInfo: 'x',
      loadBalancer: { ingress: [null, { ip: 9 }] },
      allocatable: { pods: 'many' },
      desiredNumberScheduled: NaN,
    },
    endpoints: [null, 3],
    ports: {},
    addressType: 'FQDN',
  },
  { metadata: { name: '__proto__', labels: { constructor: 'x' } } },
  { metadata: { name: 'cilium-config', namespace: 'kube-system' }, data: { 'routing-mode': null } },
];

const fields = [
  'nodes',
  'daemonSets',
  'deployments',
  'systemPods',
  'configMaps',
  'namespaces',
  'services',
  'endpointSlices',
  'serviceCidrs',
  'nodeConfigs',
] as const;

const echo = (text: string) => text;

describe('objects of a wrong shape', () => {
  it.each(fields)('%s never throw, beside a Cilium that reads them', (field) => {
    for (const object of wrong) {
      const cluster = clusterOf({
        daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.0'), ...(field === 'daemonSets' ? [object] : [])],
        configMaps: [
          rawConfigMap('kube-system/cilium-config', { ipam: 'kubernetes' }),
          ...(field === 'configMaps' ? [object] : []),
        ],
        ...(field === 'daemonSets' || field === 'configMaps' ? {} : { [field]: [object] }),
      });
      const facts = clusterFacts(cluster, echo);
      expect(facts.cni.network).toMatchObject({ known: true, value: { id: 'cilium' } });
      expect(fingerprintOf(facts)['ciliumVersion']).toBe('1.19.0');
    }
  });

  it.each([
    'mode: [',
    'mode: {a: b}',
    '\t- x',
    'a: *nothing',
    '&a [*a]',
    '',
    '{}',
    '- 1',
    `mode: ${'x'.repeat(100_000)}`,
  ])('a kube-proxy configuration like %s is no mode, and never throws', (text) => {
    const facts = clusterFacts(
      clusterOf({
        daemonSets: [
          rawWorkload('kube-system/kube-proxy', { containers: [{ command: ['kube-proxy', '--config=/c'] }] }),
        ],
        configMaps: [
          rawConfigMap('kube-system/kube-proxy', { 'config.conf': text }),
          rawConfigMap('kube-system/kubeadm-config', { ClusterConfiguration: text }),
        ],
      }),
      echo,
    );
    expect(facts.kubeProxy.known).toBe(false);
  });
});

describe('nothing readable', () => {
  it('gives unknowns with the reason, everywhere', () => {
    const because = 'the server answered 403';
    const all: readonly (keyof ClusterObjects)[] = [
      'serverVersion',
      ...fields,
      'customResources',
      'apiGroups',
    ];
    const facts = clusterFacts(clusterOf({}, Object.fromEntries(all.map((field) => [field, because]))), echo);
    expect(facts).toMatchObject({
      version: { known: false, because },
      distribution: { known: false, because },
      nodes: { known: false, because },
      cni: { network: { known: false, because: `${because}, and nothing else tells` } },
      kubeProxy: { known: false, because: `${because}; ${because}` },
      cilium: null,
      istio: { mode: { known: false, because } },
      headroom: {
        services: { known: false, because },
        backends: { known: false, because },
        serviceAddresses: { known: false, because },
        podNetworks: { known: false, because },
      },
    });
  });
});

describe('what is kept', () => {
  it('is no ConfigMap but those that facts are read from', () => {
    expect(configMapFrom(rawConfigMap('default/app', { password: 'secret' }))).toBeNull();
    expect(configMapFrom(rawConfigMap('default/toString', {}))).toBeNull();
    expect(configMapNames).toContain('cilium-config');
  });

  it.each([
    // Terway's eni-config holds an access key (AliyunContainerService/terway, chart terway-eniip).
    ['eni-config', { eni_conf: '{"access_key":"secret"}' }, {}],
    [
      'kube-proxy',
      { 'config.conf': 'mode: ipvs', 'kubeconfig.conf': 'token: secret' },
      { 'config.conf': 'mode: ipvs' },
    ],
    [
      'kubeadm-config',
      {
        ClusterConfiguration:
          'apiServer:\n  extraArgs:\n    oidc-client-secret: secret\nnetworking:\n  serviceSubnet: 10.96.0.0/12\n',
      },
      { serviceSubnet: '10.96.0.0/12' },
    ],
  ])('of %s is what facts need', (name, data, kept) => {
    expect(configMapFrom(rawConfigMap(`kube-system/${name}`, data))?.data).toEqual(kept);
  });

  it('of a workload is no argument and no variable but those that facts need', () => {
    const workload = workloadFrom(
      'DaemonSet',
      rawWorkload('kube-system/calico-node', {
        containers: [
          {
            command: ['agent', '--token=secret', '--proxy-mode=ipvs', '--password', 'secret'],
            env: [
              { name: 'FELIX_BPFENABLED', value: 'true' },
              { name: 'ETCD_PASSWORD', value: 'secret' },
            ],
          },
        ],
      }),
    );
    expect(JSON.stringify(workload)).not.toContain('secret');
    expect(workload).toMatchObject({
      flags: { 'proxy-mode': 'ipvs' },
      environment: { FELIX_BPFENABLED: 'true' },
    });
  });
});
