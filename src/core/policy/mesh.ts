import type { Finding } from './finding';
import type { ObjectKind } from './kinds';
import type { FoundObject } from './objects';

/** How Istio takes part in a namespace's traffic. */
export type MeshMode = 'ambient' | 'sidecar';

/** What an object of the text says about others: the mode of a namespace, the ports of a Service, the class of a Gateway. */
export type MeshFact =
  | { readonly of: 'namespace'; readonly name: string; readonly mode: MeshMode }
  | {
      readonly of: 'gateway';
      readonly namespace: string | null;
      readonly name: string;
      readonly isWaypoint: boolean;
    }
  | {
      readonly of: 'service';
      readonly namespace: string | null;
      readonly name: string;
      /** As `key=value`. */
      readonly selector: readonly string[];
      readonly ports: readonly { readonly target: string; readonly speaks: 'http' | 'tcp' | null }[];
    };

const httpProtocol = /^(?:http|http2|http_proxy|grpc|grpc-web)(?:-|$)|^kubernetes\.io\/(?:h2c|ws)$/i;
const tcpProtocol = /^(?:tcp|tls|https|mongo|mysql|redis|kubernetes\.io\/wss)(?:-|$)/i;

/** What a port of a Service is declared to speak (https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/). */
function speaks(name: string | undefined, appProtocol: string | undefined): 'http' | 'tcp' | null {
  const declared = appProtocol ?? name ?? '';
  if (httpProtocol.test(declared)) return 'http';
  return tcpProtocol.test(declared) ? 'tcp' : null;
}

function namespaceFact({ read, node, name }: FoundObject): MeshFact | undefined {
  const labels = read.value(read.value(node, 'metadata'), 'labels');
  const label = (key: string): string | undefined => read.text(read.value(labels, key));
  if (label('istio.io/dataplane-mode') === 'ambient') return { of: 'namespace', name, mode: 'ambient' };
  const injects = label('istio-injection') === 'enabled' || label('istio.io/rev') !== undefined;
  return injects ? { of: 'namespace', name, mode: 'sidecar' } : undefined;
}

function gatewayFact({ read, node, name, namespace }: FoundObject): MeshFact {
  const className = read.text(read.value(read.value(node, 'spec'), 'gatewayClassName'));
  return { of: 'gateway', namespace, name, isWaypoint: className === 'istio-waypoint' };
}

function serviceFact({ read, node, name, namespace }: FoundObject): MeshFact {
  const spec = read.value(node, 'spec');
  return {
    of: 'service',
    namespace,
    name,
    selector: read
      .entries(read.value(spec, 'selector'))
      .map(({ key, value }) => `${String(key.value)}=${read.text(value) ?? ''}`),
    ports: (read.items(read.value(spec, 'ports')) ?? []).map((port) => ({
      target: read.text(read.value(port, 'targetPort')) ?? read.text(read.value(port, 'port')) ?? '',
      speaks: speaks(read.text(read.value(port, 'name')), read.text(read.value(port, 'appProtocol'))),
    })),
  };
}

const factOf: Partial<Record<ObjectKind, (object: FoundObject) => MeshFact | undefined>> = {
  Namespace: namespaceFact,
  Gateway: gatewayFact,
  Service: serviceFact,
};

/** What an object says about the mesh; undefined where it says nothing. */
export const meshFactOf = (object: FoundObject): MeshFact | undefined =>
  factOf[object.kind as ObjectKind]?.(object);

/** Server-first protocols, whose ports Istio takes for TCP where nothing is declared: SMTP, DNS, MySQL, MongoDB. */
const serverFirstPorts: ReadonlySet<string> = new Set(['25', '53', '3306', '27017']);

/** Labels of the pods that a policy selects, and of those that a Service does: the same pods, as far as they say. */
function meet(policy: readonly string[], service: readonly string[]): boolean {
  if (policy.length === 0) return true;
  const valueOf = (labels: readonly string[], key: string): string | undefined =>
    labels.find((label) => label.startsWith(`${key}=`));
  const shared = policy.filter((label) => valueOf(service, label.split('=', 1)[0] ?? '') !== undefined);
  return shared.length > 0 && shared.every((label) => service.includes(label));
}

/** What a text, and whoever asks for its analysis, knows about Istio. */
export interface Mesh {
  /** Of the whole cluster, where nothing else is said. */
  readonly mode?: MeshMode | undefined;
  readonly facts: readonly MeshFact[];
}

function modeOf({ policy }: Pick<Finding, 'policy'>, { mode, facts }: Mesh): MeshMode | undefined {
  const found = facts.find((fact) => fact.of === 'namespace' && fact.name === policy.namespace);
  return found?.of === 'namespace' ? found.mode : mode;
}

function settleL7<Kind extends Pick<Finding, 'policy' | 'detail' | 'reason' | 'severity'>>(
  finding: Kind,
  mesh: Mesh,
): Kind {
  if (finding.reason === 'gateway') return finding;
  const target = finding.detail?.['target'];
  const [kind, name] = target?.split(' ') ?? [];
  const gateway = mesh.facts.find(
    (fact) =>
      fact.of === 'gateway' &&
      fact.name === name &&
      (fact.namespace === finding.policy.namespace || fact.namespace === null),
  );
  if (kind === 'Gateway' && gateway?.of === 'gateway' && !gateway.isWaypoint)
    return { ...finding, reason: 'gateway' };
  const isWaypoint =
    kind === 'Gateway'
      ? gateway !== undefined || modeOf(finding, mesh) === 'ambient'
      : kind === 'Service' || kind === 'ServiceEntry' || target === 'GatewayClass istio-waypoint';
  if (isWaypoint) return { ...finding, reason: 'waypoint', severity: 'warning' };
  const mode = modeOf(finding, mesh);
  return mode === undefined
    ? finding
    : { ...finding, reason: mode === 'ambient' ? 'no-waypoint' : 'sidecar' };
}

function settleTcpPort<Kind extends Pick<Finding, 'policy' | 'detail' | 'reason' | 'ports' | 'endpoints'>>(
  finding: Kind,
  { facts }: Mesh,
): Kind | undefined {
  const services = facts.flatMap((fact) =>
    fact.of === 'service' &&
    (fact.namespace === finding.policy.namespace || fact.namespace === null) &&
    meet(finding.endpoints, fact.selector)
      ? [fact]
      : [],
  );
  const declared = (port: string): 'http' | 'tcp' | null => {
    const said = services.flatMap(({ ports }) => ports.filter(({ target }) => target === port));
    // One Service that calls it HTTP is enough for Envoy to read it.
    if (said.some((each) => each.speaks === 'http')) return 'http';
    return said.some((each) => each.speaks === 'tcp') ? 'tcp' : null;
  };
  const byService = finding.ports.filter((port) => declared(port) === 'tcp');
  const known = finding.ports.filter((port) => declared(port) === null && serverFirstPorts.has(port));
  const ports = [...byService, ...known];
  if (ports.length === 0) return undefined;
  return { ...finding, ports, reason: byService.length > 0 ? 'declared' : 'server-first' };
}

/**
 * A finding about Istio as it stands with what is known of the mesh: undefined where it does not hold. Findings about
 * everything else stay as they are.
 */
export function settle<
  Kind extends Pick<Finding, 'code' | 'policy' | 'detail' | 'reason' | 'severity' | 'ports' | 'endpoints'>,
>(finding: Kind, mesh: Mesh): Kind | undefined {
  if (finding.code === 'istio-l7') return settleL7(finding, mesh);
  if (finding.code === 'istio-tcp-port') return settleTcpPort(finding, mesh);
  const mode = finding.code === 'istio-l7-no-target' ? modeOf(finding, mesh) : undefined;
  if (mode === undefined) return finding;
  return mode === 'sidecar'
    ? undefined
    : { ...finding, severity: 'error', detail: { ...finding.detail, mode } };
}
