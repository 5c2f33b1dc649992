/** Nodes, workloads and namespaces of the API, cut down to what facts need. Any shape is read; nothing throws. */
import { numberAt } from '../tool/json';
import { listAt, recordAt, textAt, textMapAt, textsAt } from './json';
import type { NamespaceObject, NodeConfigObject, NodeObject, WorkloadObject } from './objects';

/** Annotations whose value is read; of every other the name alone is kept. */
const readAnnotations = new Set(['flannel.alpha.coreos.com/backend-type']);

/**
 * Annotation with the command line of a k3s or RKE2 process, a JSON list (k3s `pkg/nodeconfig/nodeconfig.go` at v1.31).
 * It can hold addresses and user names, so only what concerns kube-proxy is kept.
 */
const nodeArguments = /\/node-args$/;

function keptAnnotation(key: string, value: string): string {
  if (readAnnotations.has(key)) return value;
  if (!nodeArguments.test(key)) return '';
  const proxy = value.match(/proxy-mode=\w+|--disable-kube-proxy|--flannel-backend"?[,=]"?[\w-]+/g) ?? [];
  return proxy.map((part) => part.replaceAll(/"?,"/g, '=')).join(' ');
}

export function nodeFrom(json: unknown): NodeObject {
  const info = recordAt(json, 'status', 'nodeInfo');
  const ready = listAt(json, 'status', 'conditions').find(
    (condition) => textAt(condition, 'type') === 'Ready',
  );
  const podCidr = textAt(json, 'spec', 'podCIDR');
  const podCidrs = textsAt(json, 'spec', 'podCIDRs');
  const podLimit = Number.parseInt(textAt(json, 'status', 'allocatable', 'pods') ?? '', 10);
  return {
    name: textAt(json, 'metadata', 'name') ?? '(no name)',
    labels: textMapAt(json, 'metadata', 'labels'),
    annotations: Object.fromEntries(
      Object.entries(textMapAt(json, 'metadata', 'annotations')).map(([key, value]) => [
        key,
        keptAnnotation(key, value),
      ]),
    ),
    providerId: textAt(json, 'spec', 'providerID'),
    unschedulable: recordAt(json, 'spec')['unschedulable'] === true,
    taints: listAt(json, 'spec', 'taints').map((taint) => ({
      key: textAt(taint, 'key') ?? '',
      effect: textAt(taint, 'effect') ?? '',
    })),
    ready: ready === undefined ? null : textAt(ready, 'status') === 'True',
    podCidrs: podCidrs.length === 0 && podCidr ? [podCidr] : podCidrs,
    podLimit: Number.isNaN(podLimit) ? null : podLimit,
    kubeletVersion: textAt(info, 'kubeletVersion'),
    kernel: textAt(info, 'kernelVersion'),
    osImage: textAt(info, 'osImage'),
    operatingSystem: textAt(info, 'operatingSystem'),
    architecture: textAt(info, 'architecture'),
    containerRuntime: textAt(info, 'containerRuntimeVersion'),
  };
}

/** Flags whose value says something about the datapath. Every other argument is dropped: one may hold a token. */
const readFlags = [
  'proxy-mode',
  'config',
  'service-cluster-ip-range',
  'run-router',
  'run-service-proxy',
  'run-firewall',
];

/** Environment variables of Calico and the AWS VPC CNI that say how they set up the datapath. */
const readEnvironment = new Set(['CALICO_NETWORKING_BACKEND', 'FELIX_BPFENABLED', 'AWS_VPC_ENI_MTU']);

function flagsIn(words: readonly string[]): Record<string, string> {
  const line = words.join(' ');
  return Object.fromEntries(
    readFlags.flatMap((flag) => {
      const match = new RegExp(`(?:^|[\\s"'])--${flag}(?:(?:=|\\s+)["']?([^\\s"'-][^\\s"']*))?`).exec(line);
      return match ? [[flag, match[1] ?? 'true']] : [];
    }),
  );
}

export function workloadFrom(kind: WorkloadObject['kind'], json: unknown): WorkloadObject {
  const pod = kind === 'Pod' ? recordAt(json, 'spec') : recordAt(json, 'spec', 'template', 'spec');
  const containers = listAt(pod, 'containers');
  const environment = containers
    .flatMap((container) => listAt(container, 'env'))
    .map((entry) => [textAt(entry, 'name') ?? '', textAt(entry, 'value') ?? ''] as const)
    .filter(([name]) => readEnvironment.has(name));
  return {
    kind,
    namespace: textAt(json, 'metadata', 'namespace') ?? '',
    name: textAt(json, 'metadata', 'name') ?? '(no name)',
    labels: textMapAt(json, 'metadata', 'labels'),
    containers: containers.map((container) => textAt(container, 'name') ?? ''),
    images: containers.map((container) => textAt(container, 'image') ?? '').filter((image) => image !== ''),
    flags: flagsIn(
      containers.flatMap((container) => [...textsAt(container, 'command'), ...textsAt(container, 'args')]),
    ),
    environment: Object.fromEntries(environment),
    wanted: numberAt(json, 'status', 'desiredNumberScheduled') ?? numberAt(json, 'spec', 'replicas'),
  };
}

export function namespaceFrom(json: unknown): NamespaceObject {
  return {
    name: textAt(json, 'metadata', 'name') ?? '(no name)',
    labels: textMapAt(json, 'metadata', 'labels'),
  };
}

/** CiliumNodeConfig, whose `spec.defaults` has cilium-config's keys (`configuration/per-node-config.rst`, Cilium 1.20). */
export function nodeConfigFrom(json: unknown): NodeConfigObject {
  return {
    namespace: textAt(json, 'metadata', 'namespace') ?? '',
    name: textAt(json, 'metadata', 'name') ?? '(no name)',
    defaults: textMapAt(json, 'spec', 'defaults'),
  };
}
