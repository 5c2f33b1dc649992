import { describe, expect, it } from 'vitest';
import { ciliumFacts } from '../../../src/core/cluster/ciliumFacts';
import { cniFacts } from '../../../src/core/cluster/cni';
import { kubeProxyMode } from '../../../src/core/cluster/kubeProxy';
import type { ClusterObjects } from '../../../src/core/cluster/objects';
import { clusterOf, rawCilium, rawConfigMap, rawNode, rawPod, rawWorkload } from './objects';

function modeOf(objects: ClusterObjects) {
  return kubeProxyMode(
    objects,
    cniFacts(objects),
    ciliumFacts(objects, (text) => text),
  );
}

const proxy = (command: readonly string[]) =>
  rawWorkload('kube-system/kube-proxy', {
    labels: { 'k8s-app': 'kube-proxy' },
    containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.34.1', command }],
  });
// kubeadm: app/phases/addons/proxy/manifests.go at v1.34.
const kubeadmProxy = proxy([
  '/usr/local/bin/kube-proxy',
  '--config=/var/lib/kube-proxy/config.conf',
  '--hostname-override=$(NODE_NAME)',
]);
const kubeadmConfig = (mode: string) =>
  rawConfigMap('kube-system/kube-proxy', {
    'config.conf': `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${mode}\nipvs:\n  scheduler: ""\n`,
    'kubeconfig.conf': 'apiVersion: v1\nkind: Config\n',
  });

describe('kube-proxy’s rules', () => {
  it.each([
    ['iptables', 'mode: iptables'],
    ['nftables', 'mode: nftables'],
    ['ipvs', 'mode: "ipvs"'],
    ['iptables', 'mode: ""'],
    ['iptables', ''],
  ])('are %s by kubeadm’s ConfigMap with “%s”', (rules, line) => {
    const fact = modeOf(clusterOf({ daemonSets: [kubeadmProxy], configMaps: [kubeadmConfig(line)] }));
    expect(fact).toMatchObject({ known: true, value: { rules, replacedBy: null, isStated: true } });
    expect(fact.known ? fact.evidence[0]?.object : '').toBe('ConfigMap kube-system/kube-proxy');
  });

  it('are read from EKS’s shape: ConfigMap kube-proxy-config, entry config', () => {
    // docs.aws.amazon.com/eks, "Managing the kube-proxy add-on".
    const fact = modeOf(
      clusterOf({
        daemonSets: [proxy(['kube-proxy', '--v=2', '--config=/var/lib/kube-proxy-config/config'])],
        configMaps: [
          rawConfigMap('kube-system/kube-proxy-config', {
            config: 'kind: KubeProxyConfiguration\nmode: "ipvs"\n',
          }),
        ],
      }),
    );
    expect(fact).toMatchObject({ value: { rules: 'ipvs' } });
  });

  it.each([
    ['=', ['/usr/local/bin/kube-proxy', '--proxy-mode=nftables'], 'nftables'],
    ['a space', ['kube-proxy', '--proxy-mode', 'ipvs', '--v=2'], 'ipvs'],
    // GKE's static pod wraps the command in a shell (cluster/gce/manifests/kube-proxy.manifest, Kubernetes 1.22).
    [
      'a shell',
      ['/bin/sh', '-c', 'exec kube-proxy --proxy-mode=iptables --v=2 1>>/var/log/x 2>&1'],
      'iptables',
    ],
    ['nothing at all', ['kube-proxy', '--v=2'], 'iptables'],
  ])('are read from arguments with %s', (_, command, rules) => {
    expect(modeOf(clusterOf({ daemonSets: [proxy(command)] }))).toMatchObject({ value: { rules } });
  });

  it('are those of the configuration where a flag says otherwise: kube-proxy passes over the flag', () => {
    const daemonSets = [proxy(['kube-proxy', '--config=/etc/config.conf', '--proxy-mode=iptables'])];
    const configMaps = [kubeadmConfig('mode: nftables')];
    expect(modeOf(clusterOf({ daemonSets, configMaps }))).toMatchObject({ value: { rules: 'nftables' } });
  });

  it('are read from static pods, as RKE2 runs them', () => {
    const systemPods = [
      rawPod(
        'kube-system/kube-proxy-node-1',
        { component: 'kube-proxy' },
        {
          command: ['kube-proxy'],
          args: ['--proxy-mode=ipvs'],
        },
      ),
    ];
    expect(modeOf(clusterOf({ systemPods }))).toMatchObject({ value: { rules: 'ipvs' } });
  });

  it.each([
    ['["server","--kube-proxy-arg=proxy-mode=ipvs"]', 'ipvs'],
    ['["server","--kube-proxy-arg","proxy-mode=nftables"]', 'nftables'],
    ['["server"]', 'iptables'],
  ])('are read from k3s’s own arguments %s', (said, rules) => {
    const nodes = [rawNode('k3s-0', { annotations: { 'k3s.io/node-args': said } })];
    expect(modeOf(clusterOf({ nodes }))).toMatchObject({ value: { rules } });
  });

  it('are those of a ConfigMap alone, said not to be stated: kube-proxy may run on the nodes themselves', () => {
    const fact = modeOf(clusterOf({ configMaps: [kubeadmConfig('mode: nftables')] }));
    expect(fact).toMatchObject({ known: true, value: { rules: 'nftables', isStated: false } });
    expect(fact.known ? fact.evidence[1]?.said : '').toBe(
      'none runs kube-proxy: it may run on the nodes themselves',
    );
  });

  it('are unknown where the file that holds them is not to be had', () => {
    expect(modeOf(clusterOf({ daemonSets: [kubeadmProxy] }))).toEqual({
      known: false,
      because:
        'DaemonSet kube-system/kube-proxy takes its mode from /var/lib/kube-proxy/config.conf, and no ConfigMap holds that file',
    });
    const forbidden = clusterOf(
      { daemonSets: [kubeadmProxy] },
      { configMaps: 'reading ConfigMaps is forbidden' },
    );
    expect(modeOf(forbidden)).toMatchObject({
      because:
        'reading ConfigMaps is forbidden, and DaemonSet kube-system/kube-proxy takes its mode from a file',
    });
  });

  it('are unknown for a mode nobody knows', () => {
    const configMaps = [kubeadmConfig('mode: userspace')];
    expect(modeOf(clusterOf({ daemonSets: [kubeadmProxy], configMaps }))).toEqual({
      known: false,
      because: 'kube-proxy’s mode is “userspace”',
    });
  });
});

const cilium = rawCilium('quay.io/cilium/cilium:v1.18.2');
const ciliumConfig = (replacement: string) =>
  rawConfigMap('kube-system/cilium-config', { 'kube-proxy-replacement': replacement });

describe('a replacement', () => {
  it('is Cilium where its configuration says so', () => {
    const fact = modeOf(clusterOf({ daemonSets: [cilium], configMaps: [ciliumConfig('true')] }));
    expect(fact).toMatchObject({
      known: true,
      value: { rules: 'replaced', replacedBy: 'Cilium', alsoRuns: false },
      evidence: [{ object: 'ConfigMap kube-system/cilium-config', said: 'kube-proxy-replacement: true' }],
    });
  });

  it('is told to have kube-proxy running beside it', () => {
    const objects = clusterOf({
      daemonSets: [cilium, kubeadmProxy],
      configMaps: [ciliumConfig('true'), kubeadmConfig('mode: iptables')],
    });
    expect(modeOf(objects)).toMatchObject({ value: { rules: 'replaced', alsoRuns: true } });
  });

  it('is none where Cilium leaves Services to kube-proxy', () => {
    const objects = clusterOf({
      daemonSets: [cilium, kubeadmProxy],
      configMaps: [ciliumConfig('false'), kubeadmConfig('mode: nftables')],
    });
    expect(modeOf(objects)).toMatchObject({ value: { rules: 'nftables' } });
  });

  it.each([
    [
      'Calico eBPF',
      rawWorkload('calico-system/calico-node', {
        containers: [{ env: [{ name: 'FELIX_BPFENABLED', value: 'true' }] }],
      }),
      [],
    ],
    [
      'kube-router (IPVS)',
      rawWorkload('kube-system/kube-router', { containers: [{ args: ['--run-service-proxy=true'] }] }),
      [],
    ],
    [
      'Antrea',
      rawWorkload('kube-system/antrea-agent'),
      [
        rawConfigMap('kube-system/antrea-config', {
          'antrea-agent.conf': 'antreaProxy:\n  proxyAll: true\n',
        }),
      ],
    ],
    ['GKE Dataplane V2', rawWorkload('kube-system/anetd'), []],
    ['OVN-Kubernetes', rawWorkload('openshift-ovn-kubernetes/ovnkube-node'), []],
  ])('is %s', (replacedBy, daemonSet, configMaps) => {
    expect(modeOf(clusterOf({ daemonSets: [daemonSet], configMaps }))).toMatchObject({
      value: { rules: 'replaced', replacedBy },
    });
  });

  it('is not a network’s that was taken away and left its configuration', () => {
    const objects = clusterOf({
      daemonSets: [kubeadmProxy, rawWorkload('kube-system/antrea-agent', { wanted: 0 })],
      configMaps: [
        kubeadmConfig('mode: ipvs'),
        rawConfigMap('kube-system/antrea-config', {
          'antrea-agent.conf': 'antreaProxy:\n  proxyAll: true\n',
        }),
      ],
    });
    expect(modeOf(objects)).toMatchObject({ value: { rules: 'ipvs' } });
  });

  it('is not proven by kube-proxy’s absence', () => {
    expect(modeOf(clusterOf({ daemonSets: [rawWorkload('kube-flannel/kube-flannel-ds')] }))).toEqual({
      known: false,
      because:
        'no DaemonSet and no system pod runs kube-proxy, which hints at a replacement and proves none: nothing says what serves Services',
    });
  });

  it('is not looked for where DaemonSets may not be read', () => {
    expect(modeOf(clusterOf({}, { daemonSets: 'reading DaemonSets is forbidden' }))).toEqual({
      known: false,
      because: 'reading DaemonSets is forbidden',
    });
  });
});
