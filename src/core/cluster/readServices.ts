/** Services and what stands behind them, cut down to what counting needs. Any shape is read; nothing throws. */
import { numberAt } from '../tool/json';
import { listAt, recordAt, textAt, textsAt } from './json';
import type { EndpointSliceObject, ServiceCidrObject, ServiceObject } from './objects';

function idOf(json: unknown): string {
  return `${textAt(json, 'metadata', 'namespace') ?? ''}/${textAt(json, 'metadata', 'name') ?? ''}`;
}

/** A Service without an address (headless, ExternalName) has no cluster addresses here. */
export function serviceFrom(json: unknown): ServiceObject {
  const first = textAt(json, 'spec', 'clusterIP');
  const all = textsAt(json, 'spec', 'clusterIPs');
  const clusterIps = (all.length === 0 && first ? [first] : all).filter((ip) => ip !== 'None' && ip !== '');
  const given = listAt(json, 'status', 'loadBalancer', 'ingress').flatMap(
    (entry) => textAt(entry, 'ip') ?? [],
  );
  return {
    id: idOf(json),
    clusterIps,
    externalIps: [...textsAt(json, 'spec', 'externalIPs'), ...given],
    loadBalancerClass: textAt(json, 'spec', 'loadBalancerClass'),
    ports: listAt(json, 'spec', 'ports').map((port) => ({
      name: textAt(port, 'name') ?? '',
      nodePort: (numberAt(port, 'nodePort') ?? 0) > 0,
    })),
  };
}

const families: Readonly<Record<string, 4 | 6>> = { IPv4: 4, IPv6: 6 };

export function endpointSliceFrom(json: unknown): EndpointSliceObject {
  const service = textAt(recordAt(json, 'metadata', 'labels'), 'kubernetes.io/service-name');
  return {
    service: service === null ? null : `${textAt(json, 'metadata', 'namespace') ?? ''}/${service}`,
    family: families[textAt(json, 'addressType') ?? ''] ?? null,
    endpoints: listAt(json, 'endpoints').filter(
      (endpoint) => recordAt(endpoint, 'conditions')['ready'] !== false,
    ).length,
    portNames: listAt(json, 'ports').map((port) => textAt(port, 'name') ?? ''),
  };
}

export function serviceCidrFrom(json: unknown): ServiceCidrObject {
  return {
    name: textAt(json, 'metadata', 'name') ?? '(no name)',
    cidrs: textsAt(json, 'spec', 'cidrs'),
  };
}
