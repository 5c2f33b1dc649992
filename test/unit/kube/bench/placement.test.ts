import { describe, expect, it } from 'vitest';
import type { CandidateNode } from '../../../../src/kube/bench/benchNodes';
import { choosePlacement, podResources, unseenResources } from '../../../../src/kube/bench/placement';
import { quantityOf } from '../../../../src/kube/bench/quantities';
import { runSettingsFrom } from '../../../../src/kube/readSettings';
import type { RunSettings } from '../../../../src/kube/runSettings';

const node = (name: string, over: Partial<CandidateNode> = {}): CandidateNode => ({
  name,
  hostname: `host-of-${name}`,
  zone: 'a',
  instanceType: 'large',
  operatingSystem: 'linux',
  ready: true,
  unschedulable: false,
  controlPlane: false,
  taints: [],
  cpu: 8,
  memory: 32 * 2 ** 30,
  testPolicyEngine: null,
  ...over,
});
const settings = runSettingsFrom({});
const pair = (nodes: readonly CandidateNode[], over: Partial<RunSettings> = {}): readonly string[] => {
  const { client, server } = choosePlacement(nodes, { ...settings, ...over });
  return [client.name, server.name];
};

describe('two nodes for a bench', () => {
  it('are of one zone and one type where there are two, and always the same', () => {
    const nodes = [
      node('n1', { zone: 'b' }),
      node('n2', { instanceType: 'small' }),
      node('n3'),
      node('n4', { zone: 'c' }),
      node('n5'),
    ];
    expect(pair(nodes)).toEqual(['n3', 'n5']);
    expect(pair([...nodes].reverse())).toEqual(['n3', 'n5']);
  });

  it('take no control plane, cordoned, unready or Windows node, nor one with a taint that is not tolerated', () => {
    const tainted = node('t', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] });
    const nodes = [
      node('a', { controlPlane: true }),
      node('b', { unschedulable: true }),
      node('c', { ready: false }),
      node('d', { operatingSystem: 'windows' }),
      tainted,
      node('x'),
    ];
    expect(() => pair(nodes)).toThrow(
      'A run needs two nodes that take ordinary pods, and the cluster has 1 (a is a control plane node, b is cordoned, c is not ready, d runs windows, t has the taint gpu:NoSchedule, which is not tolerated).',
    );
    expect(pair(nodes, { tolerations: [{ key: 'gpu', operator: 'Exists' }] })).toEqual(['t', 'x']);
    expect(() => pair(nodes, { tolerations: [{ key: 'gpu', operator: 'Equal', value: 'no' }] })).toThrow(
      'needs two',
    );
    expect(pair(nodes, { clientNode: 'a' })).toEqual(['a', 'x']);
  });

  it('are those that were named, and never one for both', () => {
    const nodes = [node('n1'), node('n2'), node('n3')];
    expect(pair(nodes, { serverNode: 'n1' })).toEqual(['n2', 'n1']);
    expect(pair(nodes, { clientNode: 'n3' })).toEqual(['n3', 'n1']);
    expect(() => pair(nodes, { clientNode: 'n1', serverNode: 'n1' })).toThrow('cannot both be on node n1');
    expect(() => pair(nodes, { clientNode: 'n9' })).toThrow('The cluster has no node n9.');
    expect(() => pair([node('n1', { ready: false }), node('n2'), node('n3')], { clientNode: 'n1' })).toThrow(
      'Node n1 is not ready.',
    );
  });

  it('stand in different zones only where that was agreed to', () => {
    const nodes = [node('n1'), node('n2', { zone: 'b' })];
    expect(() => pair(nodes)).toThrow('Nodes n1 and n2 are in different zones (a, b).');
    expect(pair(nodes, { crossZone: true })).toEqual(['n1', 'n2']);
  });
});

describe('nodes that may not be listed', () => {
  it('are those that were named, by their names', () => {
    const placement = choosePlacement(null, { ...settings, clientNode: 'n1', serverNode: 'n2' });
    const [client, server] = ['n1', 'n2'].map((name) => ({ name, hostname: name, zone: null }));
    expect(placement).toEqual({ client, server, clients: [client] });
  });

  it.each([
    ['none', {}],
    ['the client’s alone', { clientNode: 'n1' }],
    ['the server’s alone', { serverNode: 'n1' }],
  ])('are refused where %s was named', (_what, over) => {
    expect(() => choosePlacement(null, { ...settings, ...over })).toThrow(
      'The nodes of the cluster may not be listed, so none can be chosen',
    );
  });

  it('are never one for both', () => {
    expect(() => choosePlacement(null, { ...settings, clientNode: 'n1', serverNode: 'n1' })).toThrow(
      'cannot both be on node n1',
    );
  });

  it('give pods little, or what was set', () => {
    expect(unseenResources(settings)).toEqual({ cpu: '500m', memory: '256Mi' });
    expect(unseenResources({ cpu: '2', memory: null })).toEqual({ cpu: '2', memory: '256Mi' });
  });
});

describe('what a pod asks for', () => {
  const room = (cpu: number, requested: number | null) => ({
    node: { name: 'n', cpu, memory: 16 * 2 ** 30 },
    requested: requested === null ? null : { cpu: requested, memory: 2 ** 30 },
  });

  it.each([
    [[room(8, 0.5), room(16, 1)], '3', 'half of what the smaller has to spare, whole cores'],
    [[room(2, 0.3)], '800m', 'tenths below one core'],
    [[room(8, null)], '2', 'half of the half that is taken to be free where nobody says'],
  ])('%j gives %s: %s', (rooms, cpu) => {
    expect(podResources(rooms, 2, settings)).toEqual({ cpu, memory: '2048Mi' });
  });

  it('is as it was set, also where that is more', () => {
    expect(podResources([room(1, 0.9)], 2, { cpu: '4', memory: '1Gi' })).toEqual({ cpu: '4', memory: '1Gi' });
  });

  it('is refused where a node has next to nothing to spare', () => {
    expect(() => podResources([room(2, 1.5)], 2, settings)).toThrow('have only 0.25 CPU');
  });
});

describe('quantities', () => {
  it.each([
    ['2', 2],
    ['1500m', 1.5],
    ['24581684Ki', 24581684 * 1024],
    ['1e3', 1000],
    ['0.5', 0.5],
    ['128M', 128e6],
    ['', null],
    ['-1', null],
    ['12 apples', null],
    [null, null],
  ])('%j is %j', (text, value) => {
    expect(quantityOf(text)).toBe(value);
  });
});
