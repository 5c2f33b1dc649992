import type { Capability } from '../core/scenario/scenario';
import type { TargetCapabilities } from '../core/target';
import type { Filtering } from './loaders';
import type { FoundTools } from './tools/foundTools';

/** What decides on what the lab can do here. */
export interface LabMeans {
  readonly tools: FoundTools;
  /** Null on loopback, with the reason. */
  readonly namespaces: { readonly filtering: Filtering; readonly hasVxlan: boolean } | null;
  readonly noNamespacesReason: string;
}

function missingTool(name: string): string {
  return `${name} is not there`;
}

/** What the lab is asked for at all; the rest is about clusters. */
const all = [
  'http',
  'stream',
  'round-trip',
  'service-address',
  'vxlan',
  'policy-l3l4',
  'policy-l7',
  'service-scale-iptables',
  'service-scale-nftables',
  'cpu-per-request',
] as const satisfies readonly Capability[];

function reasonAgainst(
  capability: (typeof all)[number],
  { tools, namespaces, noNamespacesReason }: LabMeans,
): string | null {
  const filtering = namespaces?.filtering;
  const refused = filtering && filtering.complaints.length > 0 ? ` (${filtering.complaints.join('; ')})` : '';
  switch (capability) {
    case 'cpu-per-request':
      return null;
    case 'http':
      return tools.has('fortio') ? null : missingTool('fortio');
    case 'stream':
      return tools.has('iperf3') ? null : missingTool('iperf3');
    case 'round-trip':
      return tools.has('sockperf') || tools.has('netperf') ? null : 'neither sockperf nor netperf is there';
    case 'policy-l7':
      if (!tools.has('envoy')) return missingTool('envoy');
      if (!filtering) return null;
      return filtering.policy?.redirect
        ? null
        : `neither nft nor iptables can bring connections to Envoy here${refused}`;
    case 'policy-l3l4':
      if (!filtering) return noNamespacesReason;
      return filtering.policy ? null : `neither nft nor iptables works here${refused}`;
    case 'vxlan':
      if (!namespaces) return noNamespacesReason;
      return namespaces.hasVxlan ? null : 'this kernel has no VXLAN';
    case 'service-address':
      if (!filtering) return noNamespacesReason;
      return filtering.iptables || filtering.nft ? null : `neither nft nor iptables works here${refused}`;
    case 'service-scale-iptables':
      if (!filtering) return noNamespacesReason;
      return filtering.iptables
        ? null
        : tools.has('iptables')
          ? `iptables does not work here${refused}`
          : missingTool('iptables');
    case 'service-scale-nftables':
      if (!filtering) return noNamespacesReason;
      return filtering.nft
        ? null
        : tools.has('nft')
          ? `nft does not work here${refused}`
          : missingTool('nft');
  }
}

/** What the lab can measure, and what it cannot with the reason. */
export function labCapabilities(means: LabMeans): TargetCapabilities {
  const reasons = all.map((capability) => [capability, reasonAgainst(capability, means)] as const);
  return {
    can: new Set<Capability>(
      reasons.filter(([, reason]) => reason === null).map(([capability]) => capability),
    ),
    cannot: new Map(
      reasons.flatMap(([capability, reason]) => (reason === null ? [] : [[capability, reason] as const])),
    ),
  };
}
