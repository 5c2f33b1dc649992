import { describe, expect, it } from 'vitest';
import { cniFacts } from '../../../src/core/cluster/cni';
import { mtuOf } from '../../../src/core/cluster/mtu';
import { type RawCluster, clusterOf, rawCilium, rawConfigMap, rawWorkload } from './objects';

function mtu(raw: RawCluster, unread = {}): ReturnType<typeof mtuOf> {
  const objects = clusterOf(raw, unread);
  return mtuOf(objects, cniFacts(objects));
}

const cilium = (data: Readonly<Record<string, string>>): RawCluster => ({
  daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.1')],
  configMaps: [rawConfigMap('kube-system/cilium-config', data)],
});
const named = (id: string, map?: string, data: Readonly<Record<string, string>> = {}): RawCluster => ({
  daemonSets: [rawWorkload(id)],
  configMaps: map === undefined ? [] : [rawConfigMap(map, data)],
});

describe('the MTU of the pod network', () => {
  it.each<[string, RawCluster, number, string]>([
    ['Cilium', cilium({ mtu: '1450' }), 1450, 'ConfigMap kube-system/cilium-config'],
    [
      'Calico',
      named('kube-system/calico-node', 'kube-system/calico-config', { veth_mtu: '1440' }),
      1440,
      'ConfigMap kube-system/calico-config',
    ],
    [
      'Flannel',
      named('kube-flannel/kube-flannel-ds', 'kube-flannel/kube-flannel-cfg', {
        'net-conf.json': '{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan", "MTU": 1400}}',
      }),
      1400,
      'ConfigMap kube-flannel/kube-flannel-cfg',
    ],
    [
      'Antrea',
      named('kube-system/antrea-agent', 'kube-system/antrea-config', {
        'antrea-agent.conf': 'defaultMTU: 1350\n',
      }),
      1350,
      'ConfigMap kube-system/antrea-config',
    ],
    [
      'AWS VPC CNI',
      {
        daemonSets: [
          rawWorkload('kube-system/aws-node', {
            containers: [{ env: [{ name: 'AWS_VPC_ENI_MTU', value: '9001' }] }],
          }),
        ],
      },
      9001,
      'DaemonSet kube-system/aws-node',
    ],
  ])('of %s is what its configuration says', (_, raw, bytes, object) => {
    expect(mtu(raw)).toMatchObject({ known: true, value: bytes, evidence: [{ object }] });
  });

  it.each<[string, RawCluster]>([
    ['Cilium is not told', cilium({})],
    ['Cilium finds it', cilium({ mtu: '0' })],
    ['Cilium is told nonsense', cilium({ mtu: 'large' })],
    ['Calico finds it', named('kube-system/calico-node', 'kube-system/calico-config', { veth_mtu: '0' })],
    [
      'Flannel is not told',
      named('kube-flannel/kube-flannel-ds', 'kube-flannel/kube-flannel-cfg', { 'net-conf.json': '{' }),
    ],
  ])('is unknown where %s', (_, raw) => {
    expect(mtu(raw)).toMatchObject({
      known: false,
      because: expect.stringContaining('no configuration of') as string,
    });
  });

  it('is unknown of networks whose setting is not known here', () => {
    expect(mtu(named('kube-system/kube-router'))).toMatchObject({
      because: expect.stringContaining('no setting of kube-router is known here') as string,
    });
    expect(mtu({})).toMatchObject({ because: expect.stringContaining('the network is unknown') as string });
  });
});
