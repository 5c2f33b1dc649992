/** Who serves Services on the nodes, and with which rules. */
import type { CiliumFacts } from './ciliumFacts';
import type { CniFacts } from './cni';
import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import {
  type ClusterObjects,
  type WorkloadObject,
  configMapUnread,
  isPending,
  nameOf,
  notReadYet,
  readOr,
} from './objects';
import { yamlSwitch, yamlText } from './readConfigMap';

export type ProxyRules = 'iptables' | 'nftables' | 'ipvs' | 'kernelspace' | 'replaced';

export interface KubeProxyMode {
  readonly rules: ProxyRules;
  /** What serves Services in kube-proxy's stead, where it is replaced. */
  readonly replacedBy: string | null;
  /** kube-proxy runs beside its replacement. */
  readonly alsoRuns: boolean;
  /** Stated by what runs; otherwise taken from documentation or from a configuration that no running thing is seen to use. */
  readonly isStated: boolean;
}

const rulesByName: Readonly<Record<string, ProxyRules>> = {
  iptables: 'iptables',
  nftables: 'nftables',
  ipvs: 'ipvs',
  kernelspace: 'kernelspace',
};

/** kube-proxy as a DaemonSet, or as the static pods of GKE, RKE2 and others. Windows' own is left out. */
function kubeProxyOf(objects: ClusterObjects): WorkloadObject | undefined {
  const isProxy = ({ name, labels }: WorkloadObject) =>
    /^kube-proxy(-(?!windows)|$)/.test(name) ||
    labels['k8s-app'] === 'kube-proxy' ||
    labels['component'] === 'kube-proxy';
  const daemonSets = readOr(objects.daemonSets, []).filter(
    ({ name, wanted }) => wanted !== 0 && !name.includes('windows'),
  );
  return daemonSets.find(isProxy) ?? readOr(objects.systemPods, []).find(isProxy);
}

function configuredMode(
  objects: ClusterObjects,
): { readonly mode: string; readonly evidence: Evidence } | null {
  const configMaps = readOr(objects.configMaps, []).filter(
    ({ name }) => name === 'kube-proxy' || name === 'kube-proxy-config',
  );
  for (const configMap of configMaps)
    for (const [entry, text] of Object.entries(configMap.data)) {
      const mode = yamlText(text, 'mode');
      const isConfiguration = mode !== null || yamlText(text, 'kind') === 'KubeProxyConfiguration';
      if (isConfiguration)
        return {
          mode: mode ?? '',
          evidence: {
            object: nameOf({ kind: 'ConfigMap', ...configMap }),
            said: mode ? `${entry}: mode: ${mode}` : `${entry} sets no mode: iptables on Linux`,
          },
        };
    }
  return null;
}

/** A mode as kube-proxy reads it: none means iptables on Linux (kubernetes.io, kube-proxy reference, v1.34). */
function rulesOf(mode: string): ProxyRules | null {
  const word = mode.toLowerCase();
  return word === '' ? 'iptables' : Object.hasOwn(rulesByName, word) ? (rulesByName[word] ?? null) : null;
}

/** kube-proxy passes over `--proxy-mode` where it has a `--config` (kubernetes.io, kube-proxy reference, v1.34). */
function kubeProxyRules(objects: ClusterObjects, proxy: WorkloadObject): ClusterFact<KubeProxyMode> {
  const object = nameOf(proxy);
  const configured = configuredMode(objects);
  const byFlag = proxy.flags['proxy-mode'];
  const hasConfig = proxy.flags['config'] !== undefined;
  const chosen =
    configured && (hasConfig || byFlag === undefined)
      ? configured
      : byFlag !== undefined && !hasConfig
        ? { mode: byFlag, evidence: { object, said: `--proxy-mode=${byFlag}` } }
        : null;
  if (chosen) {
    const rules = rulesOf(chosen.mode);
    return rules
      ? known({ rules, replacedBy: null, alsoRuns: false, isStated: true }, chosen.evidence, {
          object,
          said: 'runs kube-proxy',
        })
      : unknown(`kube-proxy’s mode is “${chosen.mode}”`);
  }
  const unread = configMapUnread(objects, 'kube-proxy');
  if (hasConfig)
    return unknown(
      unread !== null
        ? `${unread}, and ${object} takes its mode from a file`
        : `${object} takes its mode from ${proxy.flags['config'] ?? 'a file'}, and no ConfigMap holds that file`,
    );
  return known(
    { rules: 'iptables', replacedBy: null, alsoRuns: false, isStated: true },
    { object, said: 'neither --proxy-mode nor --config: iptables on Linux' },
  );
}

/** What says outright that Services are served without kube-proxy. */
function replacementOf(
  objects: ClusterObjects,
  cilium: CiliumFacts | null,
): { readonly by: string; readonly evidence: readonly Evidence[] } | null {
  if (cilium?.kubeProxyReplacement.known && cilium.kubeProxyReplacement.value === 'on')
    return { by: 'Cilium', evidence: cilium.kubeProxyReplacement.evidence };
  const daemonSets = readOr(objects.daemonSets, []).filter(({ wanted }) => wanted !== 0);
  const calico = daemonSets.find(({ environment }) => environment['FELIX_BPFENABLED'] === 'true');
  if (calico)
    return {
      by: 'Calico eBPF',
      evidence: [{ object: nameOf(calico), said: 'FELIX_BPFENABLED=true' }],
    };
  const router = daemonSets.find(({ flags }) => flags['run-service-proxy'] === 'true');
  if (router)
    return {
      by: 'kube-router (IPVS)',
      evidence: [{ object: nameOf(router), said: '--run-service-proxy=true' }],
    };
  const antrea = daemonSets.some(({ name }) => name === 'antrea-agent')
    ? readOr(objects.configMaps, []).find(({ name }) => name === 'antrea-config')
    : undefined;
  // antrea.yml at v2.2: `proxyAll` under `antreaProxy`; at the top level until 1.x.
  const antreaConf = antrea?.data['antrea-agent.conf'] ?? '';
  if (antrea && (yamlSwitch(antreaConf, 'antreaProxy', 'proxyAll') ?? yamlSwitch(antreaConf, 'proxyAll')))
    return {
      by: 'Antrea',
      evidence: [{ object: nameOf({ kind: 'ConfigMap', ...antrea }), said: 'proxyAll: true' }],
    };
  return null;
}

/** k3s and RKE2 can run kube-proxy inside their own process; its arguments stand in a node annotation. */
function embeddedProxy(objects: ClusterObjects): ClusterFact<KubeProxyMode> | null {
  for (const node of readOr(objects.nodes, [])) {
    const key = Object.keys(node.annotations).find((name) => name === 'k3s.io/node-args');
    if (key === undefined) continue;
    const object = `Node ${node.name}`;
    const said = node.annotations[key] ?? '';
    if (said.includes('--disable-kube-proxy'))
      return unknown(`${object} runs k3s with --disable-kube-proxy, and nothing says what serves Services`);
    const mode = /proxy-mode=(\w+)/.exec(said)?.[1];
    const rules = rulesOf(mode ?? '');
    if (rules === null) return unknown(`kube-proxy’s mode is “${mode ?? ''}”`);
    return known(
      { rules, replacedBy: null, alsoRuns: false, isStated: true },
      {
        object,
        said: mode
          ? `k3s argument proxy-mode=${mode}`
          : 'k3s runs kube-proxy itself, with no mode set: iptables',
      },
    );
  }
  return null;
}

/** Networks that serve Services themselves where no kube-proxy runs, as their documentation says. */
const servesServices: Readonly<Partial<Record<string, string>>> = {
  // cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2: implemented without kube-proxy.
  'gke-dataplane-v2': 'GKE Dataplane V2 is documented to work without kube-proxy',
  // learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium: AKS runs no kube-proxy with it.
  'aks-cilium': 'Azure CNI powered by Cilium is documented to work without kube-proxy',
  // ovn-kubernetes docs, design/architecture: Services are OVN load balancers.
  'ovn-kubernetes': 'OVN-Kubernetes is documented to serve Services by OVN load balancers',
  // docs.openstack.org/kuryr-kubernetes: Services are Octavia load balancers.
  kuryr: 'Kuryr is documented to serve Services by Octavia load balancers',
};

export function kubeProxyMode(
  objects: ClusterObjects,
  cni: CniFacts,
  cilium: CiliumFacts | null,
): ClusterFact<KubeProxyMode> {
  if ([objects.daemonSets, objects.systemPods, objects.configMaps].some(isPending))
    return unknown(notReadYet);
  const proxy = kubeProxyOf(objects);
  const replacement = replacementOf(objects, cilium);
  if (replacement)
    return known(
      { rules: 'replaced', replacedBy: replacement.by, alsoRuns: proxy !== undefined, isStated: true },
      ...replacement.evidence,
      ...(proxy ? [{ object: nameOf(proxy), said: 'runs kube-proxy beside it' }] : []),
    );
  if (proxy) return kubeProxyRules(objects, proxy);
  const unread = [objects.daemonSets, objects.systemPods].flatMap((reading) =>
    'unread' in reading ? [reading.unread] : [],
  );
  if (unread.length > 0) return unknown(unread.join('; '));
  const embedded = embeddedProxy(objects);
  if (embedded) return embedded;
  const absence = { object: 'DaemonSets and system pods', said: 'none runs kube-proxy' };
  if (cni.network.known) {
    const documented = servesServices[cni.network.value.id];
    if (documented)
      return known(
        { rules: 'replaced', replacedBy: cni.network.value.title, alsoRuns: false, isStated: false },
        { object: 'Documentation', said: documented },
        absence,
      );
  }
  // kube-proxy can run on the nodes themselves, and its ConfigMap can outlive it.
  const configured = configuredMode(objects);
  const rules = configured ? rulesOf(configured.mode) : null;
  if (configured && rules)
    return known({ rules, replacedBy: null, alsoRuns: false, isStated: false }, configured.evidence, {
      ...absence,
      said: 'none runs kube-proxy: it may run on the nodes themselves',
    });
  return unknown(
    'no DaemonSet and no system pod runs kube-proxy, which hints at a replacement and proves none: nothing says what serves Services',
  );
}
