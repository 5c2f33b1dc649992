/** How a word of a fact's name is written; any other is written small. */
const spellings: Readonly<Record<string, string>> = {
  bpf: 'BPF',
  cilium: 'Cilium',
  cni: 'CNI',
  cpu: 'CPU',
  envoy: 'Envoy',
  gi: 'GiB',
  hubble: 'Hubble',
  ipam: 'IPAM',
  istio: 'Istio',
  kubernetes: 'Kubernetes',
  l4: 'L4',
  l7: 'L7',
  mtu: 'MTU',
  os: 'OS',
};

/**
 * The name of a fact or a setting as people read it: `ciliumKubeProxyReplacement` is *Cilium kube-proxy replacement*. What has a
 * space or a sign in it is somebody else's name, and stays: `cilium-config enable-policy`.
 */
export function factName(name: string): string {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return name;
  return name
    .replace(/GiB$/, 'Gi')
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(' ')
    .map((word) => spellings[word] ?? word)
    .join(' ')
    .replaceAll('kube proxy', 'kube-proxy');
}
