/** What answers loads and probes: which servers a plan needs, and their pods and Services. */
import type { KubeObject, Plan } from '../../core/plan/plan';
import type { Via } from '../../core/scenario/scenario';
import type { ServerKind } from '../../core/target';
import { onlyHttp } from '../../core/tool/fortio';
import { toolFor } from '../../core/tool/registry';
import type { RunSettings } from '../runSettings';
import type { BenchContainer } from './podSpec';

/** A server to be started: in a pod's own network, or in its node's. */
export interface ServerNeed {
  readonly kind: ServerKind;
  readonly network: 'pod' | 'host';
  /** A Service stands in front of it. */
  readonly service: boolean;
}

const defaultHttpPort = 8080;
/** Below the range of Linux's own choosing (32768 and up) and of NodePorts, and nobody's registered port. */
const hostPorts: Readonly<Record<ServerKind, number>> = {
  http: 24_180,
  stream: 24_181,
  'round-trip': 24_182,
  netperf: 24_183,
};

/** Which tools a bench has: those of the images of these settings, and those that need no image. */
export function hasTool(settings: Pick<RunSettings, 'roundTripTool'>, tool: string): boolean {
  return ['fortio', 'iperf3', 'idle', 'bpftool', settings.roundTripTool].includes(tool);
}

/** The port that a server listens on: the policy's for HTTP, the tools' own for the others. */
export function serverPort(plan: Pick<Plan, 'policy'>, kind: ServerKind, network: 'pod' | 'host'): number {
  if (network === 'host') return hostPorts[kind];
  const ports: Readonly<Record<ServerKind, number>> = {
    http: plan.policy?.port ?? defaultHttpPort,
    stream: 5201,
    'round-trip': 11_111,
    netperf: 12_865,
  };
  return ports[kind];
}

export function networkOf(via: Via): 'pod' | 'host' {
  return via === 'host' ? 'host' : 'pod';
}

/** Every server that some load or probe of the plan asks. */
export function serversFor(plan: Plan, settings: Pick<RunSettings, 'roundTripTool'>): readonly ServerNeed[] {
  const needs = new Map<string, ServerNeed>();
  const need = (kind: ServerKind, via: Via): void => {
    const network = networkOf(via);
    const key = `${kind} ${network}`;
    needs.set(key, { kind, network, service: via === 'service' || (needs.get(key)?.service ?? false) });
  };
  for (const step of plan.steps) {
    if (step.kind === 'probe' && step.probe.kind === 'http') need('http', 'pod');
    if (step.kind !== 'sample') continue;
    const { load } = step.sample;
    const server = toolFor(load, (tool) => hasTool(settings, tool))?.server;
    if (server) need(server, load.via);
  }
  return [...needs.values()];
}

function serverArgv(kind: ServerKind, port: number): readonly string[] {
  switch (kind) {
    case 'http': {
      // Without its own pages every path is echoed with 200, whatever a policy speaks of.
      const plain = ['-ui-path', '', '-echo-debug-path', '', '-loglevel', 'warning'];
      return ['fortio', 'server', '-http-port', String(port), ...onlyHttp, ...plain];
    }
    case 'stream':
      return ['iperf3', '-s', '-p', String(port)];
    case 'round-trip':
      return ['sockperf', 'server', '--tcp', '-p', String(port)];
    case 'netperf':
      return ['netserver', '-D', '-4', '-p', String(port)];
  }
}

export function serverContainer(
  kind: ServerKind,
  port: number,
  resources: BenchContainer['resources'],
): BenchContainer {
  return {
    name: kind,
    image: kind === 'http' ? 'fortio' : 'network',
    argv: serverArgv(kind, port),
    resources,
    port,
  };
}

/** A Service's `spec` in front of the pods with these labels. */
export function serviceSpec(selector: Readonly<Record<string, string>>, port: number): KubeObject {
  return { type: 'ClusterIP', selector, ports: [{ name: 'bench', protocol: 'TCP', port, targetPort: port }] };
}
