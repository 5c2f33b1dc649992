import { describe, expect, it } from 'vitest';
import { runLabel } from '../../../../src/core/plan/benchLabels';
import { commonStart } from '../../../../src/core/tool/fortioCommonStart';
import { clientsJob, clientsJobName, coordinatorJob } from '../../../../src/kube/bench/fanOut';
import { loadJob, loadJobName } from '../../../../src/kube/bench/loadJob';
import { namespaceName, objectName, requireLabelValue } from '../../../../src/kube/bench/names';
import { podSpec, type PodShape } from '../../../../src/kube/bench/podSpec';
import { serverContainer } from '../../../../src/kube/bench/servers';
import type { BenchNode, BenchSpace } from '../../../../src/kube/bench/space';
import { listAt } from '../../../../src/kube/client/json';
import type { KubeClient } from '../../../../src/kube/client/openClient';
import { noJournal } from '../../../../src/core/run/journal';
import { runSettingsFrom } from '../../../../src/kube/readSettings';
import { defaultImages } from '../../../../src/kube/runSettings';

const node = (name: string): BenchNode => ({ name, hostname: `${name}.example`, zone: null });
const settings = runSettingsFrom({ pullSecrets: ['regcred'], tolerations: ['bench'] });
const resources = { cpu: '2', memory: '1Gi' };
const space: BenchSpace = {
  client: {} as KubeClient,
  cluster: { context: 'c', server: 's', clusterUid: 'u' },
  runId: '2026-11-25-rps-k3',
  namespace: 'cilium-bench-2026-11-25-rps-k3',
  ownsNamespace: true,
  placement: { client: node('a'), server: node('b'), clients: [node('a'), node('c')] },
  settings,
  journal: noJournal,
};
const job = {
  id: 'b1-pod-c64-saturated-1',
  argv: ['fortio', 'load', 'http://10.0.0.1:8080/'],
  server: 'http',
  via: 'pod',
  clients: 1,
  seconds: 10,
  timeoutSeconds: 25,
} as const;
const shape = (port: number, hostNetwork = false): PodShape => ({
  role: 'server',
  part: 'server-http',
  nodes: [node('b')],
  containers: [serverContainer('http', port, resources)],
  hostNetwork,
  restartPolicy: 'Always',
});

describe('names', () => {
  const names = [
    namespaceName('2026-11-25-rps-k3'),
    namespaceName('Run_1.A'),
    namespaceName('x'.repeat(63)),
    objectName('run', 'b1-none-saturated-1'),
    objectName('run', 'B1_Strange/ID '.repeat(10)),
  ];

  it.each(names)('%s is one that Kubernetes takes, with room for what Jobs add', (name) => {
    expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  });

  it('are the same each time, and different for different runs and loads', () => {
    expect(objectName('run', 'b1')).toBe(objectName('run', 'b1'));
    expect(new Set([objectName('run', 'b1'), objectName('run2', 'b1'), objectName('run', 'b2')]).size).toBe(
      3,
    );
    expect(namespaceName('run_1')).not.toBe(namespaceName('run-1'));
  });

  it('of runs that no label can hold are refused', () => {
    expect(() => {
      requireLabelValue('a'.repeat(64));
    }).toThrow('at most 63');
    expect(() => {
      requireLabelValue('-a');
    }).toThrow('at most 63');
    requireLabelValue('2026-11-25-rps-k3');
  });
});

describe('a pod of a bench', () => {
  it('passes Pod Security restricted', () => {
    const spec = podSpec(shape(8080), settings);
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          resources: { requests: resources, limits: resources },
        },
      ],
      tolerations: settings.tolerations,
      imagePullSecrets: [{ name: 'regcred' }],
    });
    for (const name of ['hostNetwork', 'hostPID', 'hostIPC', 'volumes', 'nodeName', 'nodeSelector'])
      expect(spec).not.toHaveProperty(name);
  });

  it('is placed by the label kubernetes.io/hostname, which is not always the name', () => {
    expect(JSON.stringify(podSpec(shape(8080), settings)['affinity'])).toContain('"values":["b.example"]');
  });

  it('may listen below 1024 in its own network, by a safe sysctl', () => {
    const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '80' }];
    expect(podSpec(shape(80), settings)['securityContext']).toMatchObject({ sysctls });
    expect(podSpec(shape(8080), settings)['securityContext']).not.toHaveProperty('sysctls');
    expect(podSpec(shape(80, true), settings)['securityContext']).not.toHaveProperty('sysctls');
  });
});

describe('a load', () => {
  it('is a Job that is never run twice, and whose labels tell the run', () => {
    expect(loadJob(space, job, resources)).toMatchObject({
      kind: 'Job',
      metadata: { namespace: space.namespace, labels: { [runLabel]: space.runId } },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { labels: { [runLabel]: space.runId, 'cilium-bench.io/role': 'client' } },
          spec: { restartPolicy: 'Never', containers: [{ command: job.argv, image: defaultImages.fortio }] },
        },
      },
    });
    expect(loadJob(space, { ...job, argv: ['iperf3'] }, resources)).toMatchObject({
      spec: { template: { spec: { containers: [{ image: defaultImages.network }] } } },
    });
  });

  it('via the host is in the host network, others are not', () => {
    expect(loadJob(space, { ...job, via: 'host' }, resources)).toMatchObject({
      spec: { template: { spec: { hostNetwork: true } } },
    });
    expect(JSON.stringify(loadJob(space, { ...job, via: 'service' }, resources))).not.toContain(
      'hostNetwork',
    );
  });
});

describe('a load of several clients', () => {
  const several = { ...job, clients: 4 };
  const start = commonStart(job.argv, 24_184, 'word', 25);
  if (start === null) throw new Error('fortio cannot be asked for it');
  const clients = clientsJob(space, several, start, resources);
  const coordinator = coordinatorJob(space, several, start, ['10.0.0.1', '10.0.0.2']);

  it('has clients that wait, spread over the client nodes by an Indexed Job', () => {
    expect(clients).toMatchObject({
      metadata: { labels: { [runLabel]: space.runId } },
      spec: {
        backoffLimit: 0,
        completionMode: 'Indexed',
        completions: 4,
        parallelism: 4,
        template: {
          spec: {
            restartPolicy: 'Never',
            topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname', maxSkew: 1 }],
            containers: [{ name: 'client', command: start.client, resources: { limits: resources } }],
          },
        },
      },
    });
    expect(JSON.stringify(clients)).toContain('"values":["a.example","c.example"]');
  });

  it('is begun by a Job of the load’s own name, once a sidecar has had an answer of every client', () => {
    expect(coordinator).toMatchObject({
      metadata: {
        name: loadJobName(space, several),
        annotations: { 'cilium-bench.io/argv': JSON.stringify(job.argv) },
      },
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            initContainers: [
              {
                name: 'coordinator',
                restartPolicy: 'Always',
                command: start.coordinator(['10.0.0.1', '10.0.0.2']),
                startupProbe: { httpGet: { path: '/word/rest/status', port: 24_184 } },
              },
            ],
            containers: [{ name: 'load', command: start.starter }],
          },
        },
      },
    });
    expect(coordinator).not.toHaveProperty('spec.completionMode');
  });

  it('passes Pod Security restricted in every container', () => {
    const containers = [clients, coordinator].flatMap((made) => [
      ...listAt(made, 'spec', 'template', 'spec', 'containers'),
      ...listAt(made, 'spec', 'template', 'spec', 'initContainers'),
    ]);
    expect(containers).toHaveLength(3);
    for (const container of containers)
      expect(container).toMatchObject({
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      });
  });

  it('has names that differ from each other and fit', () => {
    expect(clientsJobName(space, several)).not.toBe(loadJobName(space, several));
  });

  it('via the host sends from the host network, and is begun from the pod network', () => {
    const viaHost = { ...several, via: 'host' } as const;
    expect(JSON.stringify(clientsJob(space, viaHost, start, resources))).toContain('"hostNetwork":true');
    expect(JSON.stringify(coordinatorJob(space, viaHost, start, []))).not.toContain('hostNetwork');
  });
});
