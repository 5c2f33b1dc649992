import type { Capability } from '../../core/scenario/scenario';
import type { TargetCapabilities } from '../../core/target';
import type { FoundTools } from '../../lab/tools/foundTools';

/** One fact of a target: the name, what is so, and the evidence. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly evidence?: string;
  readonly level?: 'ok' | 'warning' | 'missing';
}

/** What is known of the local lab without building it. */
export interface LabFacts {
  /** The fact shown beside the name, e.g. its tools and their versions. */
  readonly summary: string;
  readonly facts: readonly Fact[];
}

const capabilityTitles: Readonly<Record<Capability, string>> = {
  http: 'HTTP requests',
  stream: 'Throughput',
  'round-trip': 'Round trips',
  'service-address': 'Service addresses',
  vxlan: 'VXLAN',
  'policy-l3l4': 'L3/L4 policies',
  'policy-l7': 'L7 policies',
  'service-scale-iptables': 'Services by iptables',
  'service-scale-nftables': 'Services by nftables',
  'service-scale-cluster': 'Thousands of Services',
  'host-network': 'Host network',
  'several-clients': 'Several clients',
  'hubble-off': 'Hubble off',
  'bpf-maps': 'BPF maps',
  'cpu-per-request': 'CPU a request',
  'component-usage': 'CPU and memory of the datapath',
};

/** Tools with their versions, then what cannot be measured here and why. */
export function labFacts(tools: FoundTools, { cannot }: Pick<TargetCapabilities, 'cannot'>): LabFacts {
  const found = [...tools.values()];
  // The two that a policy is measured with where they are there, else what loads there are.
  const shown = ['fortio', 'envoy', 'iperf3', 'sockperf', 'netperf']
    .flatMap((name) => tools.get(name) ?? [])
    .slice(0, 2);
  return {
    summary:
      shown.length > 0
        ? shown.map(({ name, version }) => `${name} ${version}`).join(' · ')
        : 'no load tools yet',
    facts: [
      ...found.map((tool): Fact => ({
        name: tool.name,
        value: `${tool.version} · ${tool.source}`,
        evidence: tool.path,
        level: 'ok',
      })),
      ...[...cannot].map(([capability, reason]): Fact => ({
        name: capabilityTitles[capability],
        value: `not measured, because ${reason}`,
        level: 'missing',
      })),
    ],
  };
}
