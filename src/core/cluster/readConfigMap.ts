/** The ConfigMaps that facts are read from, and of each only the entries that are. */
import { parse } from 'yaml';
import { numberAt } from '../tool/json';
import { recordAt, textAt, textMapAt } from './json';
import type { ConfigMapObject } from './objects';

/**
 * Names, and the entries kept. An empty list keeps the name alone: that it exists is the evidence, and some hold
 * secrets (Terway's `eni-config` an access key).
 */
const keptEntries: Readonly<Record<string, readonly string[] | 'all'>> = {
  'cilium-config': 'all',
  'kube-proxy': ['config.conf', 'config', 'kube-proxy-config.yaml'],
  'kube-proxy-config': ['config', 'config.conf'],
  'kubeadm-config': ['ClusterConfiguration'],
  'antrea-config': ['antrea-agent.conf'],
  'calico-config': ['calico_backend', 'veth_mtu'],
  'kube-flannel-cfg': ['net-conf.json'],
  'amazon-vpc-cni': [],
  'eni-config': [],
  'kube-router-cfg': [],
  'ovnkube-config': [],
  'kuryr-config': [],
};

/** Names to ask the API for one by one where all ConfigMaps may not be listed. */
export const configMapNames: readonly string[] = Object.keys(keptEntries);

function yamlOf(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return null;
  }
}

/** Of kubeadm's ClusterConfiguration the two networks: extra arguments of the API server may hold anything. */
function networksOf(clusterConfiguration: string): Record<string, string> {
  const networking = recordAt(yamlOf(clusterConfiguration), 'networking');
  return Object.fromEntries(
    ['serviceSubnet', 'podSubnet'].flatMap((key) => {
      const value = textAt(networking, key);
      return value === null ? [] : [[key, value]];
    }),
  );
}

/** Null for a ConfigMap that no fact is read from. */
export function configMapFrom(json: unknown): ConfigMapObject | null {
  const name = textAt(json, 'metadata', 'name') ?? '';
  const kept = Object.hasOwn(keptEntries, name) ? keptEntries[name] : undefined;
  if (kept === undefined) return null;
  const data = textMapAt(json, 'data');
  const namespace = textAt(json, 'metadata', 'namespace') ?? '';
  if (kept === 'all') return { namespace, name, data };
  if (name === 'kubeadm-config')
    return { namespace, name, data: networksOf(data['ClusterConfiguration'] ?? '') };
  return {
    namespace,
    name,
    data: Object.fromEntries(Object.entries(data).filter(([key]) => kept.includes(key))),
  };
}

/** A top-level text of a YAML or JSON document, e.g. `mode` of a KubeProxyConfiguration; null where it has none. */
export function yamlText(document: string, ...path: readonly string[]): string | null {
  return textAt(yamlOf(document), ...path);
}

/** The same for a whole number, which some write as a text. */
export function yamlNumber(document: string, ...path: readonly string[]): number | null {
  const parsed = yamlOf(document);
  const value = numberAt(parsed, ...path) ?? Number(textAt(parsed, ...path) ?? Number.NaN);
  return Number.isInteger(value) ? value : null;
}

/** The same for a switch. */
export function yamlSwitch(document: string, ...path: readonly string[]): boolean | null {
  const last = path.at(-1) ?? '';
  const value = recordAt(yamlOf(document), ...path.slice(0, -1))[last];
  return typeof value === 'boolean' ? value : null;
}
