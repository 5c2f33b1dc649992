import type { Fingerprint } from '../core/result/run';
import { hostFacts } from './hostFacts';
import type { Rights } from './holder';
import type { Filtering, RuleLoader } from './loaders';
import { envoyConcurrency } from './namespaceBench';
import type { FoundTools } from './tools/foundTools';
import { mtu } from './topology';

/** Raised when the lab's datapath changes in a way that moves numbers: runs of different versions are different labs. */
const labVersion = 1;

function loaderText(loader: RuleLoader | null): string | null {
  return loader === null ? null : `${loader.kind} ${loader.version.replace(/ .*/s, '')}`;
}

/** Every fact about the lab that can move a number. */
export async function labFingerprint(
  tools: FoundTools,
  built: { readonly rights: Rights; readonly filtering: Filtering; readonly hasVxlan: boolean } | null,
): Promise<Fingerprint> {
  const toolFacts = Object.fromEntries(
    [...tools.values()].map(({ name, version }) => [`${name}Version`, version]),
  );
  const shared = {
    ...(await hostFacts()),
    labVersion,
    datapath: built === null ? 'loopback' : 'network namespaces joined by veth',
    ...toolFacts,
    envoyConcurrency: envoyConcurrency(),
    envoyFilters: 'none of Cilium’s: no access log to an agent',
  };
  if (built === null) return { ...shared, l7Redirect: 'explicit reverse proxy' };
  const { filtering } = built;
  return {
    ...shared,
    rights: built.rights === 'root' ? 'root' : 'user namespace',
    wires: built.hasVxlan ? 'veth direct, VXLAN' : 'veth direct',
    mtuDirect: mtu.direct,
    mtuVxlan: built.hasVxlan ? mtu.vxlan : null,
    offloads: 'kernel default (on)',
    policyAt: 'the server’s node',
    policyRules: loaderText(filtering.policy?.loader ?? null),
    l7Redirect: filtering.policy?.redirect ?? null,
    iptablesServices: loaderText(filtering.iptables),
    nftablesServices: loaderText(filtering.nft),
    iptablesDummies: 'kube-proxy’s shape, one endpoint each',
    nftablesDummies: 'share one chain; markers and the measured Service in kube-proxy’s shape',
    measuredService: 'last in the chain, two endpoints',
  };
}
