/**
 * Rules that serve Services, in the shape that kube-proxy (1.33, `pkg/proxy/iptables` and `pkg/proxy/nftables`) gives
 * them for cluster addresses: what a packet to a Service meets here is what it meets on a node.
 */
import type { LabService } from './serviceList';
import { clusterCidr } from './topology';

const masqueradeMark = '0x4000';
/** Elements in one `add element` command. */
const elementsPerCommand = 500;

/**
 * A short name made of a string, the same in every run: two FNV-1a hashes in base 36, since a chain's name ends at 28
 * characters. In one pass: 30,000 Services take 90,000 names.
 */
export function shortName(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x01000193);
  }
  return (
    (first >>> 0).toString(36).padStart(7, '0') + (second >>> 0).toString(36).padStart(7, '0')
  ).toUpperCase();
}

/** The chains of a Service and their rules. One text each, not a list of lines: 30,000 Services have 180,000. */
function iptablesService({ name, address, port, endpoints }: LabService): { chains: string; rules: string } {
  const chain = `KUBE-SVC-${shortName(name)}`;
  const to = `-m tcp -p tcp -d ${address} --dport ${port}`;
  let chains = `:${chain} - [0:0]\n`;
  let rules =
    `-A KUBE-SERVICES -m comment --comment "${name} cluster IP" ${to} -j ${chain}\n` +
    `-A ${chain} -m comment --comment "${name} cluster IP" ${to} ! -s ${clusterCidr} -j KUBE-MARK-MASQ\n`;
  endpoints.forEach((endpoint, index) => {
    const target = `KUBE-SEP-${shortName(`${name} ${endpoint.host}`)}`;
    const left = endpoints.length - index;
    const chance = left === 1 ? '' : `-m statistic --mode random --probability ${(1 / left).toFixed(10)} `;
    chains += `:${target} - [0:0]\n`;
    rules +=
      `-A ${chain} -m comment --comment "${name} -> ${endpoint.host}:${endpoint.port}" ${chance}-j ${target}\n` +
      `-A ${target} -m comment --comment ${name} -s ${endpoint.host} -j KUBE-MARK-MASQ\n` +
      `-A ${target} -m comment --comment ${name} -m tcp -p tcp -j DNAT --to-destination ${endpoint.host}:${endpoint.port}\n`;
  });
  return { chains, rules };
}

const iptablesFixed = {
  chains: ':KUBE-SERVICES - [0:0]\n:KUBE-MARK-MASQ - [0:0]\n:KUBE-POSTROUTING - [0:0]\n',
  rules: `-A KUBE-MARK-MASQ -j MARK --or-mark ${masqueradeMark}
-A KUBE-POSTROUTING -m mark ! --mark ${masqueradeMark}/${masqueradeMark} -j RETURN
-A KUBE-POSTROUTING -j MARK --xor-mark ${masqueradeMark}
-A KUBE-POSTROUTING -j MASQUERADE --random-fully
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
`,
} as const;

/** What `iptables-restore` empties the table with. */
export const emptyIptables = '*nat\nCOMMIT\n';

/**
 * Input for `iptables-restore`: KUBE-SERVICES is a chain as long as the number of Services, and each has a chain of its
 * own and one for each endpoint. The first text replaces the table; the following, at most `perTransaction` Services each, are
 * for `--noflush`.
 */
export function iptablesServices(
  services: readonly LabService[],
  perTransaction = Number.POSITIVE_INFINITY,
): readonly string[] {
  const texts: string[] = [];
  for (let from = 0; from === 0 || from < services.length; from += perTransaction) {
    const parts = services.slice(from, from + perTransaction).map(iptablesService);
    const fixed = from === 0 ? iptablesFixed : { chains: '', rules: '' };
    const chains = parts.map((part) => part.chains).join('');
    const rules = parts.map((part) => part.rules).join('');
    texts.push(`*nat\n${fixed.chains}${chains}${fixed.rules}${rules}COMMIT\n`);
    if (perTransaction === Number.POSITIVE_INFINITY) break;
  }
  return texts;
}

const table = 'ip kube-proxy';

/** Input for `nft -f -` that removes the table, whether or not it is there. */
export const emptyNftables = `add table ${table}\ndelete table ${table}\n`;

const nftablesFixed = [
  `add table ${table}`,
  `delete table ${table}`,
  `add table ${table}`,
  `add chain ${table} mark-for-masquerade`,
  `add rule ${table} mark-for-masquerade mark set mark or ${masqueradeMark}`,
  `add chain ${table} masquerading`,
  `add rule ${table} masquerading mark and ${masqueradeMark} == 0 return`,
  `add rule ${table} masquerading mark set mark xor ${masqueradeMark}`,
  `add rule ${table} masquerading masquerade fully-random`,
  `add map ${table} service-ips { type ipv4_addr . inet_proto . inet_service : verdict ; }`,
  `add chain ${table} services`,
  `add rule ${table} services ip daddr . meta l4proto . th dport vmap @service-ips`,
  `add chain ${table} nat-prerouting { type nat hook prerouting priority dstnat ; }`,
  `add rule ${table} nat-prerouting jump services`,
  // A number: nft 1.0.6 does not know the name `dstnat` at the output hook.
  `add chain ${table} nat-output { type nat hook output priority -100 ; }`,
  `add rule ${table} nat-output jump services`,
  `add chain ${table} nat-postrouting { type nat hook postrouting priority srcnat ; }`,
  `add rule ${table} nat-postrouting jump masquerading`,
  `add chain ${table} service-dummy`,
  `add rule ${table} service-dummy meta l4proto tcp dnat to 198.18.0.1:8080`,
] as const;

function nftablesChains(service: LabService): string[] {
  const { name, address, port, endpoints } = service;
  const chain = nftablesChain(service);
  const targets = endpoints.map((endpoint) => `endpoint-${shortName(`${name} ${endpoint.host}`)}`);
  return [
    `add chain ${table} ${chain}`,
    ...endpoints.flatMap((endpoint, index) => {
      const target = targets[index] ?? '';
      return [
        `add chain ${table} ${target}`,
        `add rule ${table} ${target} ip saddr ${endpoint.host} jump mark-for-masquerade`,
        `add rule ${table} ${target} meta l4proto tcp dnat to ${endpoint.host}:${endpoint.port}`,
      ];
    }),
    `add rule ${table} ${chain} ip daddr ${address} tcp dport ${port} ip saddr != ${clusterCidr} jump mark-for-masquerade`,
    `add rule ${table} ${chain} numgen random mod ${endpoints.length} vmap { ${targets
      .map((target, index) => `${index} : goto ${target}`)
      .join(' , ')} }`,
  ];
}

function nftablesChain(service: LabService): string {
  return service.isDummy ? 'service-dummy' : `service-${shortName(service.name)}`;
}

/**
 * Input for `nft -f -`: one verdict map finds a Service's chain whatever their number. Dummies share one chain, since a
 * chain for each takes nft minutes at 30,000; the way of a packet to the measured Service, one look-up in the map, is the
 * same. The first text replaces the table; the following, at most `perTransaction` Services each, add to it.
 */
export function nftablesServices(
  services: readonly LabService[],
  perTransaction = Number.POSITIVE_INFINITY,
): readonly string[] {
  const elements = services.map(
    (service) => `${service.address} . tcp . ${service.port} : goto ${nftablesChain(service)}`,
  );
  const commands: string[] = [];
  const step = Math.min(elementsPerCommand, perTransaction);
  for (let from = 0; from < elements.length; from += step) {
    commands.push(`add element ${table} service-ips { ${elements.slice(from, from + step).join(' , ')} }`);
  }
  const chains = services.filter((service) => !service.isDummy).flatMap(nftablesChains);
  const first = [...nftablesFixed, ...chains];
  if (perTransaction === Number.POSITIVE_INFINITY) return [`${[...first, ...commands].join('\n')}\n`];
  return [`${first.join('\n')}\n`, ...batches(commands, Math.max(1, Math.floor(perTransaction / step)))];
}

function batches(commands: readonly string[], size: number): string[] {
  const texts: string[] = [];
  for (let from = 0; from < commands.length; from += size)
    texts.push(`${commands.slice(from, from + size).join('\n')}\n`);
  return texts;
}
