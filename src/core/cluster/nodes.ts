import { type ClusterFact, known, unknown } from './evidence';
import type { NodeObject } from './objects';

export interface NodeFacts {
  readonly name: string;
  readonly ready: ClusterFact<boolean>;
  /** Not cordoned and no taint that keeps ordinary pods away. */
  readonly schedulable: ClusterFact<boolean>;
  readonly controlPlane: ClusterFact<boolean>;
  readonly zone: ClusterFact<string>;
  readonly instanceType: ClusterFact<string>;
  readonly kernel: ClusterFact<string>;
  readonly osImage: ClusterFact<string>;
  readonly operatingSystem: ClusterFact<string>;
  readonly architecture: ClusterFact<string>;
  readonly containerRuntime: ClusterFact<string>;
  readonly kubeletVersion: ClusterFact<string>;
}

/** Current and older label of each (Kubernetes documentation, "Well-Known Labels, Annotations and Taints", 1.34). */
const zoneLabels = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
const instanceTypeLabels = ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'];
const controlPlaneMarks = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

function labelled(node: NodeObject, labels: readonly string[]): ClusterFact<string> {
  for (const label of labels) {
    const value = node.labels[label];
    if (value) return known(value, { object: `Node ${node.name}`, said: `label ${label}` });
  }
  return unknown(`the node has no label ${labels[0] ?? ''}`);
}

function reported(node: NodeObject, field: string, value: string | null): ClusterFact<string> {
  return value
    ? known(value, { object: `Node ${node.name}`, said: `status.nodeInfo.${field}` })
    : unknown(`the node does not report status.nodeInfo.${field}`);
}

function schedulableOf(node: NodeObject): ClusterFact<boolean> {
  const object = `Node ${node.name}`;
  if (node.unschedulable) return known(false, { object, said: 'spec.unschedulable: true (cordoned)' });
  const taint = node.taints.find(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  return taint
    ? known(false, { object, said: `taint ${taint.key}:${taint.effect}` })
    : known(true, { object, said: 'not cordoned, no taint keeps pods away' });
}

function controlPlaneOf(node: NodeObject): ClusterFact<boolean> {
  const object = `Node ${node.name}`;
  const label = controlPlaneMarks.find((mark) => Object.hasOwn(node.labels, mark));
  if (label !== undefined) return known(true, { object, said: `label ${label}` });
  const taint = node.taints.find(({ key }) => controlPlaneMarks.includes(key));
  return taint
    ? known(true, { object, said: `taint ${taint.key}` })
    : known(false, { object, said: 'neither label nor taint of a control plane' });
}

export function nodeFacts(node: NodeObject): NodeFacts {
  const object = `Node ${node.name}`;
  return {
    name: node.name,
    ready:
      node.ready === null
        ? unknown('the node reports no Ready condition')
        : known(node.ready, { object, said: `condition Ready: ${node.ready ? 'True' : 'not True'}` }),
    schedulable: schedulableOf(node),
    controlPlane: controlPlaneOf(node),
    zone: labelled(node, zoneLabels),
    instanceType: labelled(node, instanceTypeLabels),
    kernel: reported(node, 'kernelVersion', node.kernel),
    osImage: reported(node, 'osImage', node.osImage),
    operatingSystem: reported(node, 'operatingSystem', node.operatingSystem),
    architecture: reported(node, 'architecture', node.architecture),
    containerRuntime: reported(node, 'containerRuntimeVersion', node.containerRuntime),
    kubeletVersion: reported(node, 'kubeletVersion', node.kubeletVersion),
  };
}
