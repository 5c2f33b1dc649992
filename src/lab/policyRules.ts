/** The policy on the server's node, as packet filter rules. Each text replaces what was there before. */
import { addresses, envoyPorts, serverCidr, tproxyMark } from './topology';

/** How connections are brought to Envoy: with their addresses kept, or, where the kernel has no TPROXY, rewritten. */
export type Redirect = 'tproxy' | 'redirect';
export type PolicyRules = 'none' | 'l3l4' | 'l7';

const nftTable = 'ip cilium-bench-policy';

/**
 * Input for `nft -f -`. What the server's pod is asked for is dropped unless the client asks for the policy's port (null: any
 * port); with HTTP rules those connections go to Envoy.
 */
export function nftablesPolicy(level: PolicyRules, port: number | null, redirect: Redirect): string {
  const lines = [`add table ${nftTable}`, `delete table ${nftTable}`];
  if (level === 'none') return `${lines.join('\n')}\n`;
  const allowed = `ip saddr ${addresses.client} ip daddr ${serverCidr} ${port === null ? 'ip protocol tcp' : `tcp dport ${port}`}`;
  lines.push(
    `add table ${nftTable}`,
    `add chain ${nftTable} lab-policy`,
    `add rule ${nftTable} lab-policy ct state established,related return`,
    `add rule ${nftTable} lab-policy ${allowed} return`,
    `add rule ${nftTable} lab-policy ip daddr ${serverCidr} drop`,
  );
  if (level === 'l3l4') {
    lines.push(
      `add chain ${nftTable} forward { type filter hook forward priority filter ; }`,
      `add rule ${nftTable} forward jump lab-policy`,
    );
    return `${lines.join('\n')}\n`;
  }
  // Before routing: what goes to Envoy is not forwarded, so the forward hook would not see it.
  lines.push(
    `add chain ${nftTable} before-routing { type filter hook prerouting priority mangle ; }`,
    `add rule ${nftTable} before-routing iifname != "to-server" jump lab-policy`,
  );
  if (redirect === 'tproxy') {
    const [mark = ''] = tproxyMark.split('/');
    lines.push(
      `add rule ${nftTable} before-routing iifname != "to-server" ${allowed} tproxy to 127.0.0.1:${envoyPorts.listener} meta mark set ${mark} accept`,
    );
  } else {
    lines.push(
      `add chain ${nftTable} redirect { type nat hook prerouting priority dstnat ; }`,
      `add rule ${nftTable} redirect iifname != "to-server" ${allowed} redirect to :${envoyPorts.listener}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Input for `iptables-restore`: the same policy, for a machine that has no nft. */
export function iptablesPolicy(level: PolicyRules, port: number | null, redirect: Redirect): string {
  const match = port === null ? '' : ` -m tcp --dport ${port}`;
  const allowed = `-s ${addresses.client}/32 -d ${serverCidr} -p tcp${match}`;
  const policy = [
    '-A LAB-POLICY -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
    `-A LAB-POLICY ${allowed} -j RETURN`,
    `-A LAB-POLICY -d ${serverCidr} -j DROP`,
  ];
  const toEnvoy =
    redirect === 'tproxy'
      ? [
          `-A PREROUTING ! -i to-server ${allowed} -j TPROXY --on-port ${envoyPorts.listener} --on-ip 127.0.0.1 --tproxy-mark ${tproxyMark}`,
        ]
      : [];
  const tables: Readonly<Record<string, readonly string[]>> = {
    filter: level === 'l3l4' ? [':LAB-POLICY - [0:0]', ...policy, '-A FORWARD -j LAB-POLICY'] : [],
    mangle:
      level === 'l7'
        ? [':LAB-POLICY - [0:0]', ...policy, '-A PREROUTING ! -i to-server -j LAB-POLICY', ...toEnvoy]
        : [],
    ...(redirect === 'redirect'
      ? {
          nat:
            level === 'l7'
              ? [`-A PREROUTING ! -i to-server ${allowed} -j REDIRECT --to-ports ${envoyPorts.listener}`]
              : [],
        }
      : {}),
  };
  return `${Object.entries(tables)
    .flatMap(([table, lines]) => [`*${table}`, ...lines, 'COMMIT'])
    .join('\n')}\n`;
}
