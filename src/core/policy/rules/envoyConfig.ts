import { annotationsOf } from '../objects';
import type { ObjectRule } from './rule';

const trafficDocs = 'https://docs.cilium.io/en/stable/network/servicemesh/l7-traffic-management/';
const gatewayDocs = 'https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/';
const ingressDocs = 'https://docs.cilium.io/en/stable/network/servicemesh/ingress/';

const none = { direction: null, endpoints: [], protocol: null } as const;
const tagsOf = (isPatch: boolean): readonly string[] => (isPatch ? ['patch'] : []);

/**
 * A CiliumEnvoyConfig sends what goes to the Services under `services` to an Envoy listener, on all their ports or those named
 * (Cilium `pkg/k8s/apis/cilium.io/v2/cec_types.go`). Without `services` it only holds what others refer to.
 */
export const envoyConfigRule: ObjectRule = ({ read, node, isPatch }) => {
  const spec = read.value(node, 'spec');
  const services = read.entry(spec, 'services');
  const listed = read.items(services?.value) ?? [];
  const common = { ...none, code: 'envoy-config', docs: trafficDocs, tags: tagsOf(isPatch) } as const;
  if (services && listed.length > 0) {
    const portsOf = listed.map((service) =>
      (read.items(read.value(service, 'ports')) ?? []).flatMap((port) => read.text(port) ?? []),
    );
    const names = listed.flatMap((service) => read.text(read.value(service, 'name')) ?? []);
    return [
      {
        ...common,
        severity: 'warning',
        key: services.key,
        rules: listed.length,
        // One Service with all its ports makes the list say less than there is.
        ports: portsOf.some((ports) => ports.length === 0) ? [] : [...new Set(portsOf.flat())],
        reason: 'services',
        detail: { services: names.join(', ') },
      },
    ];
  }
  const resources = read.entry(spec, 'resources');
  const count = read.items(resources?.value)?.length ?? 0;
  return resources && count > 0
    ? [{ ...common, severity: 'info', key: resources.key, rules: count, ports: [], reason: 'listener' }]
    : [];
};

/**
 * A Gateway of class `cilium`: the operator makes a CiliumEnvoyConfig out of it (Cilium `operator/pkg/gateway-api`), so that it
 * costs what one costs. It is a proxy by intent, hence no warning.
 */
export const gatewayRule: ObjectRule = ({ read, node, isPatch }) => {
  const spec = read.value(node, 'spec');
  const name = read.entry(spec, 'gatewayClassName');
  if (!name || read.text(name.value) !== 'cilium') return [];
  const listeners = read.items(read.value(spec, 'listeners')) ?? [];
  const ports = listeners.flatMap((listener) => read.text(read.value(listener, 'port')) ?? []);
  return [
    {
      ...none,
      code: 'envoy-config',
      severity: 'info',
      docs: gatewayDocs,
      tags: tagsOf(isPatch),
      key: name.key,
      rules: listeners.length,
      ports: [...new Set(ports)],
      reason: 'gateway',
    },
  ];
};

/** An Ingress of class `cilium`, likewise; the annotation goes before the field (Cilium `operator/pkg/ingress/helpers.go`). */
export const ingressRule: ObjectRule = (object) => {
  const { read, node, isPatch } = object;
  const spec = read.value(node, 'spec');
  const name =
    read.entry(annotationsOf(object), 'kubernetes.io/ingress.class') ?? read.entry(spec, 'ingressClassName');
  if (!name || read.text(name.value) !== 'cilium') return [];
  return [
    {
      ...none,
      code: 'envoy-config',
      severity: 'info',
      docs: ingressDocs,
      tags: tagsOf(isPatch),
      key: name.key,
      rules: read.items(read.value(spec, 'rules'))?.length ?? 0,
      ports: [],
      reason: 'ingress',
    },
  ];
};
