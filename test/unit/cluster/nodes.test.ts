import { describe, expect, it } from 'vitest';
import { nodeFacts } from '../../../src/core/cluster/nodes';
import { nodeFrom } from '../../../src/core/cluster/readObjects';
import { rawNode } from './objects';

// kubernetes.io/docs/reference/node/node-status and "Well-Known Labels, Annotations and Taints", v1.34.
const worker = rawNode('worker-1', {
  labels: {
    'topology.kubernetes.io/zone': 'eu-west-1b',
    'node.kubernetes.io/instance-type': 'c6i.xlarge',
  },
  info: {
    kernelVersion: '6.8.0-1019-aws',
    osImage: 'Ubuntu 24.04.1 LTS',
    operatingSystem: 'linux',
    architecture: 'amd64',
    containerRuntimeVersion: 'containerd://1.7.24',
    kubeletVersion: 'v1.31.2',
  },
});
const factsOf = (json: unknown) => nodeFacts(nodeFrom(json));

describe('a node', () => {
  it('tells where and what it is', () => {
    expect(factsOf(worker)).toMatchObject({
      name: 'worker-1',
      ready: { value: true },
      schedulable: { value: true },
      controlPlane: { value: false },
      zone: {
        value: 'eu-west-1b',
        evidence: [{ object: 'Node worker-1', said: 'label topology.kubernetes.io/zone' }],
      },
      instanceType: { value: 'c6i.xlarge' },
      kernel: { value: '6.8.0-1019-aws' },
      osImage: { value: 'Ubuntu 24.04.1 LTS' },
      operatingSystem: { value: 'linux' },
      architecture: { value: 'amd64' },
      containerRuntime: { value: 'containerd://1.7.24' },
      kubeletVersion: { value: 'v1.31.2' },
    });
  });

  it('carries older labels too', () => {
    const old = rawNode('old', { labels: { 'failure-domain.beta.kubernetes.io/zone': 'a' } });
    expect(factsOf(old).zone).toMatchObject({ value: 'a' });
  });

  it.each([
    ['cordoned', { spec: { unschedulable: true } }, 'spec.unschedulable: true (cordoned)'],
    [
      'tainted',
      { spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } },
      'taint dedicated:NoSchedule',
    ],
  ])('takes no ordinary pods when %s', (_, parts, said) => {
    expect(factsOf(rawNode('n', parts)).schedulable).toMatchObject({ value: false, evidence: [{ said }] });
  });

  it('still takes pods with a taint that only prefers others', () => {
    const node = rawNode('n', { spec: { taints: [{ key: 'spot', effect: 'PreferNoSchedule' }] } });
    expect(factsOf(node).schedulable).toMatchObject({ value: true });
  });

  it.each([
    ['its label', { labels: { 'node-role.kubernetes.io/control-plane': '' } }],
    [
      'its older taint',
      { spec: { taints: [{ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' }] } },
    ],
  ])('is a control plane by %s', (_, parts) => {
    expect(factsOf(rawNode('n', parts)).controlPlane).toMatchObject({ value: true });
  });

  it.each(['False', 'Unknown'])('is not ready when the condition says %s', (ready) => {
    expect(factsOf(rawNode('n', { ready })).ready).toMatchObject({ known: true, value: false });
  });

  it('is unknown in what it does not report, with the reason', () => {
    const facts = factsOf({ metadata: { name: 'bare' } });
    expect(facts.ready).toEqual({ known: false, because: 'the node reports no Ready condition' });
    expect(facts.zone).toEqual({
      known: false,
      because: 'the node has no label topology.kubernetes.io/zone',
    });
    expect(facts.kernel).toEqual({
      known: false,
      because: 'the node does not report status.nodeInfo.kernelVersion',
    });
  });
});

describe('what is kept of a node', () => {
  it('is no annotation’s value but those that facts need', () => {
    const { annotations } = nodeFrom(
      rawNode('n', {
        annotations: {
          'k3s.io/node-args': '["server","--token","secret","--kube-proxy-arg","proxy-mode=ipvs"]',
          'flannel.alpha.coreos.com/backend-type': 'vxlan',
          'example.com/secret': 'secret',
        },
      }),
    );
    expect(annotations).toEqual({
      'k3s.io/node-args': 'proxy-mode=ipvs',
      'flannel.alpha.coreos.com/backend-type': 'vxlan',
      'example.com/secret': '',
    });
  });
});
