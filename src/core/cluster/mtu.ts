/**
 * The largest packet that the pod network is told to send. The API serves no MTU of a node: neither Node objects nor the
 * kubelet's summary have one. It is in the network's own configuration where somebody set it there; where the network
 * finds it by itself, only a pod on the node can tell.
 */
import { type CniFacts } from './cni';
import type { CniId } from './cniDetectors';
import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import { ciliumConfigOf } from './ciliumFacts';
import { ciliumSettings, readSetting } from './ciliumSettings';
import { type ClusterObjects, isPending, nameOf, notReadYet, readOr } from './objects';
import { yamlNumber } from './readConfigMap';

interface Setting {
  /** In bytes; 0 and below mean that the network finds it. */
  readonly bytes: number;
  readonly evidence: readonly Evidence[];
}

function entryOf(
  objects: ClusterObjects,
  map: string,
  entry: string,
  bytesIn: (text: string) => number | null,
): Setting | null {
  const found = readOr(objects.configMaps, []).find(({ name }) => name === map);
  const bytes = found ? bytesIn(found.data[entry] ?? '') : null;
  return found && bytes !== null
    ? {
        bytes,
        evidence: [{ object: nameOf({ kind: 'ConfigMap', ...found }), said: `${entry}: MTU ${bytes}` }],
      }
    : null;
}

const wholeNumber = (text: string): number | null => (/^\d+$/.test(text.trim()) ? Number(text) : null);

function ofCilium(objects: ClusterObjects): Setting | null {
  const config = ciliumConfigOf(objects);
  if ('known' in config) return null;
  const { value, evidence } = readSetting(config, ciliumSettings.mtu);
  const bytes = wholeNumber(value);
  return bytes === null ? null : { bytes, evidence };
}

/** `AWS_VPC_ENI_MTU` of aws-node (aws/amazon-vpc-cni-k8s, README at v1.19). */
function ofAwsNode(objects: ClusterObjects): Setting | null {
  for (const daemonSet of readOr(objects.daemonSets, [])) {
    const bytes = wholeNumber(daemonSet.environment['AWS_VPC_ENI_MTU'] ?? '');
    if (bytes !== null)
      return { bytes, evidence: [{ object: nameOf(daemonSet), said: `AWS_VPC_ENI_MTU=${bytes}` }] };
  }
  return null;
}

const settings: Readonly<Partial<Record<CniId, (objects: ClusterObjects) => Setting | null>>> = {
  cilium: ofCilium,
  'gke-dataplane-v2': ofCilium,
  'aks-cilium': ofCilium,
  // projectcalico/calico manifests/calico.yaml at v3.29: `veth_mtu`, "0" where Calico finds it.
  calico: (objects) => entryOf(objects, 'calico-config', 'veth_mtu', wholeNumber),
  // flannel-io/flannel Documentation/backends.md at v0.26: `MTU` of the backend.
  flannel: (objects) =>
    entryOf(objects, 'kube-flannel-cfg', 'net-conf.json', (text) => yamlNumber(text, 'Backend', 'MTU')),
  // antrea-io/antrea build/yamls/antrea.yml at v2.2: `defaultMTU`, 0 where the agent finds it.
  antrea: (objects) =>
    entryOf(objects, 'antrea-config', 'antrea-agent.conf', (text) => yamlNumber(text, 'defaultMTU')),
  'aws-vpc-cni': ofAwsNode,
};

/** In bytes. */
export function mtuOf(objects: ClusterObjects, cni: CniFacts): ClusterFact<number> {
  if ([objects.daemonSets, objects.configMaps].some(isPending)) return unknown(notReadYet);
  if (!cni.network.known) return unknown('the network is unknown, and the API serves no MTU of a node');
  const { id, title } = cni.network.value;
  const setting = settings[id]?.(objects) ?? null;
  if (setting !== null && setting.bytes > 0) return known(setting.bytes, ...setting.evidence);
  return unknown(
    settings[id] === undefined
      ? `the API serves no MTU of a node, and no setting of ${title} is known here that tells it`
      : `the API serves no MTU of a node, and no configuration of ${title} that was read sets it`,
  );
}
