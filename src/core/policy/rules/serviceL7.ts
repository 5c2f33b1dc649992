import type { NodeReader } from '../nodes';
import { annotationsOf } from '../objects';
import type { ObjectFinding, ObjectRule } from './rule';

const docs =
  'https://docs.cilium.io/en/stable/network/servicemesh/envoy-load-balancing/#supported-annotations';

function portsOf(read: NodeReader, spec: unknown): readonly string[] {
  return (read.items(read.value(spec, 'ports')) ?? []).flatMap(
    (port) => read.text(read.value(port, 'port')) ?? [],
  );
}

/**
 * Annotations that send what goes to a Service through a proxy, and those that were meant to. Of all annotations under
 * `service.cilium.io/` these two do in Cilium 1.18 to 1.20: `lb-l7` (`operator/pkg/ciliumenvoyconfig/annotations.go`: the value
 * must be `enabled`) and `proxy-delegation` (`pkg/loadbalancer/service.go`: to a proxy of somebody else on the node).
 */
export const serviceL7Rule: ObjectRule = (object) => {
  const { read, node, isPatch } = object;
  const annotations = annotationsOf(object);
  const spec = read.value(node, 'spec');
  const common = {
    direction: null,
    ports: portsOf(read, spec),
    endpoints: [],
    rules: 0,
    docs,
    tags: isPatch ? ['patch'] : [],
  } as const;
  const found: ObjectFinding[] = [];
  const l7 = read.entry(annotations, 'service.cilium.io/lb-l7');
  const value = read.text(l7?.value);
  if (l7 && value === 'enabled')
    found.push({
      ...common,
      code: 'service-l7-lb',
      severity: 'warning',
      protocol: 'http',
      key: l7.key,
      reason: 'lb-l7',
    });
  else if (l7 && value !== undefined && value !== 'disabled' && !value.includes('{{'))
    found.push({
      ...common,
      code: 'annotation-dead',
      severity: 'info',
      protocol: null,
      key: l7.key,
      reason: 'value',
      detail: { annotation: 'service.cilium.io/lb-l7', value, expected: 'enabled' },
    });
  const delegation = read.entry(annotations, 'service.cilium.io/proxy-delegation');
  if (delegation && read.text(delegation.value)?.toLowerCase() === 'delegate-if-local')
    found.push({
      ...common,
      code: 'service-l7-lb',
      severity: 'warning',
      protocol: null,
      key: delegation.key,
      reason: 'proxy-delegation',
    });
  return found;
};
