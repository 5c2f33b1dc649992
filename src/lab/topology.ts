/**
 * What the lab looks like: two nodes, a pod on each, and a pod that no policy allows beside the client.
 *
 *     client ──────┐
 *                  node-a ── direct or VXLAN ── node-b ── server
 *     other-client ┘
 */

export const spaces = ['client', 'other-client', 'node-a', 'node-b', 'server'] as const;
/** A network namespace of the lab. */
export type Space = (typeof spaces)[number];

export const addresses = {
  client: '10.80.1.10',
  otherClient: '10.80.3.10',
  server: '10.80.2.10',
  /** The same server again: a Service in front of it has two endpoints to choose from. */
  serverAgain: '10.80.2.11',
  /** Of the Service that is measured. */
  service: '10.80.96.10',
} as const;

/** What the pods and Services share: kube-proxy's `--cluster-cidr`. */
export const clusterCidr = '10.80.0.0/16';
/** The server's side of every policy. */
export const serverCidr = '10.80.2.0/24';
const clientCidrs = ['10.80.1.0/24', '10.80.3.0/24'] as const;

const wireAddresses = {
  direct: { 'node-a': '10.80.100.1', 'node-b': '10.80.100.2', device: 'wire' },
  vxlan: { 'node-a': '10.80.200.1', 'node-b': '10.80.200.2', device: 'overlay' },
} as const;

/** Bytes. VXLAN takes 50 of each packet. */
export const mtu = { direct: 1500, vxlan: 1450 } as const;
export type Wire = keyof typeof mtu;

/** Port of Envoy's listener and of its administration, both in node-b alone. */
export const envoyPorts = { listener: 10_000, admin: 9901 } as const;

/** Marks packets that TPROXY hands to Envoy, as Cilium marks them (`linux/defaults`, MagicMarkIsToProxy), and their route. */
export const tproxyMark = '0x200/0xf00';
const tproxyTable = 2004;

const veth = (a: Space, deviceA: string, b: Space, deviceB: string): string =>
  `link add ${deviceA} netns ${a} type veth peer name ${deviceB} netns ${b}`;

const links = [
  veth('client', 'eth0', 'node-a', 'to-client'),
  veth('other-client', 'eth0', 'node-a', 'to-other'),
  veth('node-a', 'wire', 'node-b', 'wire'),
  veth('server', 'eth0', 'node-b', 'to-server'),
];

/** The way to the pods of the other node over a wire. */
function routes(wire: Wire, space: 'node-a' | 'node-b'): readonly string[] {
  const { device, ...ends } = wireAddresses[wire];
  const [other, targets] =
    space === 'node-a' ? ([ends['node-b'], [serverCidr]] as const) : ([ends['node-a'], clientCidrs] as const);
  return targets.map((target) => `route replace ${target} via ${other} dev ${device}`);
}

/** `ip -batch` lines for each namespace. */
const configuration: Readonly<Record<Space, readonly string[]>> = {
  client: [
    'link set lo up',
    'addr add 10.80.1.10/24 dev eth0',
    'link set eth0 up',
    'route add default via 10.80.1.1',
  ],
  'other-client': [
    'link set lo up',
    'addr add 10.80.3.10/24 dev eth0',
    'link set eth0 up',
    'route add default via 10.80.3.1',
  ],
  'node-a': [
    'link set lo up',
    'addr add 10.80.1.1/24 dev to-client',
    'link set to-client up',
    'addr add 10.80.3.1/24 dev to-other',
    'link set to-other up',
    'addr add 10.80.100.1/24 dev wire',
    'link set wire up',
    ...routes('direct', 'node-a'),
  ],
  'node-b': [
    'link set lo up',
    'addr add 10.80.2.1/24 dev to-server',
    'link set to-server up',
    'addr add 10.80.100.2/24 dev wire',
    'link set wire up',
    ...routes('direct', 'node-b'),
    // Where TPROXY's packets go. Without a rule that sets the mark, nothing takes this way.
    `rule add fwmark ${tproxyMark} lookup ${tproxyTable}`,
    `route add local 0.0.0.0/0 dev lo table ${tproxyTable}`,
  ],
  server: [
    'link set lo up',
    'addr add 10.80.2.10/24 dev eth0',
    'addr add 10.80.2.11/24 dev eth0',
    'link set eth0 up',
    'route add default via 10.80.2.1',
  ],
};

/** The overlay between the nodes; apart from the rest since a kernel may lack VXLAN. */
const overlay: Readonly<Record<'node-a' | 'node-b', readonly string[]>> = {
  'node-a': [
    'link add overlay type vxlan id 80 dstport 4789 local 10.80.100.1 remote 10.80.100.2 dev wire',
    'addr add 10.80.200.1/24 dev overlay',
    'link set overlay up',
  ],
  'node-b': [
    'link add overlay type vxlan id 80 dstport 4789 local 10.80.100.2 remote 10.80.100.1 dev wire',
    'addr add 10.80.200.2/24 dev overlay',
    'link set overlay up',
  ],
};

type Settings = Readonly<Record<string, string>>;

const everywhere: Settings = {
  // Timestamps without a random offset. With one, a connection to the server's own address after one through a Service
  // looks old to a socket in TIME_WAIT (PAWS), and its SYN is sent again after 8 to 20 ms.
  'net/ipv4/tcp_timestamps': '2',
};
const onPods: Settings = { ...everywhere };
const onNodes: Settings = {
  ...everywhere,
  'net/ipv4/ip_forward': '1',
  // TPROXY leaves sockets in TIME_WAIT on the node. With early demultiplexing they claim forwarded packets after the
  // policy is gone, and those are dropped.
  'net/ipv4/ip_early_demux': '0',
  // Packets that TPROXY takes in come from an address behind another device than the route to them.
  'net/ipv4/conf/all/rp_filter': '0',
};
/** Needs connection tracking in the kernel, which may load only with the first rule: a failure is passed over. */
const onNodesWithTracking: Settings = {
  // Many short connections must not fill the table, whose size an ordinary user cannot set.
  'net/netfilter/nf_conntrack_tcp_timeout_time_wait': '2',
  'net/netfilter/nf_conntrack_tcp_timeout_close': '2',
};

/** Files under /proc/sys to be written in each namespace. */
export const kernelSettings: Readonly<Record<Space, Settings>> = {
  client: {
    ...onPods,
    // Short connections use a port each.
    'net/ipv4/ip_local_port_range': '1024 65535',
    'net/ipv4/tcp_tw_reuse': '1',
  },
  'other-client': onPods,
  'node-a': onNodes,
  // The device's own value counts as well as that of `all`: the stricter wins.
  'node-b': { ...onNodes, 'net/ipv4/conf/wire/rp_filter': '0', 'net/ipv4/conf/to-server/rp_filter': '0' },
  // No TIME_WAIT on the server: see the note on timestamps.
  server: { ...onPods, 'net/ipv4/tcp_max_tw_buckets': '0' },
};

/** A bash line with its input: `onFailure` is what to do when it fails, where that is not the end. */
function withInput(command: string, lines: readonly string[], onFailure = ''): string {
  return [`${command} <<END ${onFailure}`.trimEnd(), ...lines, 'END'].join('\n');
}

function configureSpace(space: Space): string {
  const isNode = space === 'node-a' || space === 'node-b';
  const write = (settings: Settings, after = ''): string[] =>
    Object.entries(settings).map(([file, value]) => `echo "${value}" >/proc/sys/${file}${after}`);
  return [
    withInput(`ip -n ${space} -batch -`, configuration[space]),
    withInput(`nsenter --net=/run/netns/${space} bash --norc -e`, [
      ...write(kernelSettings[space]),
      ...(isNode ? write(onNodesWithTracking, ' 2>/dev/null || :') : []),
    ]),
  ].join('\n');
}

/**
 * The script that the first process of the lab runs (bash): it says its process id as the outside sees it, builds
 * everything, says `ready` (`ready no-vxlan` where the kernel has none), and lives until its input ends.
 */
export function holderScript(): string {
  return [
    'set -e',
    // /proc is still that of the outside, so this is the outer process id.
    'read -r pid _ </proc/self/stat; echo "$pid"',
    // A /run of its own: the names of the namespaces die with this mount namespace.
    'mount -t tmpfs -o mode=755 cilium-bench /run',
    'mkdir -p /run/netns /run/lab',
    withInput('ip -batch -', [...spaces.map((space) => `netns add ${space}`), ...links]),
    // In parallel: each of them waits for the kernel more than for the processor.
    ...spaces.map((space) => `{ ${configureSpace(space)}\n} & jobs[\${#jobs[@]}]=$!`),
    'for job in "${jobs[@]}"; do wait "$job"; done',
    'answer=ready',
    ...(['node-a', 'node-b'] as const).map((space) =>
      withInput(`ip -n ${space} -batch -`, overlay[space], '|| answer="ready no-vxlan"'),
    ),
    'echo "$answer"',
    'exec cat >/dev/null',
  ].join('\n');
}

/** Script that moves the traffic to a wire. */
export function wireScript(wire: Wire): string {
  return [
    'set -e',
    ...(['node-a', 'node-b'] as const).map((space) =>
      withInput(`ip -n ${space} -batch -`, routes(wire, space)),
    ),
    // The pods' MTU, as a CNI plugin sets it: no packet is cut on the way.
    ...(['client', 'other-client', 'server'] as const).map(
      (space) => `ip -n ${space} link set eth0 mtu ${mtu[wire]}`,
    ),
  ].join('\n');
}
