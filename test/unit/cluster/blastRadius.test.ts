import { describe, expect, it } from 'vitest';
import { blastRadius, namespaceOf, type PodObject } from '../../../src/core/cluster/blastRadius';
import { blastRadiusSentence } from '../../../src/core/words/blastRadius';

const pod = (labels: Readonly<Record<string, string>>, ...ports: readonly number[]): PodObject => ({
  namespace: 'shop',
  labels,
  ports: ports.map((port) => ({ port, name: port === 8080 ? 'web' : '', protocol: 'TCP' })),
});
const pods = [
  pod({ app: 'checkout', tier: 'front' }, 8080, 9090),
  pod({ app: 'checkout', tier: 'back' }, 8080),
  pod({ app: 'basket' }, 8080),
  pod({}),
];
const touched = (endpoints: readonly string[], ports: readonly string[] = ['8080/TCP']) => {
  const found = blastRadius({ endpoints, ports, direction: 'ingress' }, pods, 'shop');
  return found && [found.matched, found.pods, found.ports?.redirected, found.ports?.declared];
};

describe('what a finding touches', () => {
  it.each([
    [['app=checkout'], [2, 4, 2, 4]],
    [
      ['k8s:app=checkout', 'tier in (back, side)'],
      [1, 4, 1, 4],
    ],
    [['app notin (checkout)'], [2, 4, 1, 4]],
    [
      ['app', '!tier'],
      [1, 4, 1, 4],
    ],
    [[], [4, 4, 3, 4]],
    [['app=gone'], [0, 4, 0, 4]],
    [['k8s:io.kubernetes.pod.namespace=shop'], [4, 4, 3, 4]],
  ])('of endpoints %j', (endpoints, expected) => {
    expect(touched(endpoints)).toEqual(expected);
  });

  it.each([
    [['9090'], 1],
    [['web/TCP'], 2],
    [['8000-9100/TCP'], 3],
    [['8080/UDP'], 0],
    [[], 3],
  ])('of ports %j', (ports, redirected) => {
    expect(touched(['app=checkout'], ports)?.[2]).toBe(redirected);
  });

  it.each([['reserved:host=x'], ['io.cilium.k8s.namespace.labels.team=a']])(
    'is not told by the labels of pods for %s',
    (endpoint) => {
      expect(touched([endpoint])).toBeNull();
    },
  );

  it('has no ports for what goes out', () => {
    expect(
      blastRadius({ endpoints: [], ports: ['80'], direction: 'egress' }, pods, 'shop')?.ports,
    ).toBeNull();
  });

  it('is said in a sentence', () => {
    const found = blastRadius(
      { endpoints: ['app=checkout'], ports: ['8080'], direction: 'ingress' },
      pods,
      'shop',
    );
    expect(found && blastRadiusSentence('prod-eu-1', found)).toBe(
      'On prod-eu-1 it matches 2 of 4 pods in shop; 2 of 4 declared ports there go through the proxy (50\u2009%).',
    );
  });

  it('is of the policy’s namespace, and of the whole cluster where it has none', () => {
    const of = (kind: string, namespace: string | null) =>
      namespaceOf({ policy: { kind, namespace, name: 'x' } }, 'default');
    expect([
      of('CiliumNetworkPolicy', 'shop'),
      of('CiliumNetworkPolicy', null),
      of('CiliumClusterwideNetworkPolicy', null),
      of('AuthorizationPolicy', 'shop'),
    ]).toEqual(['shop', 'default', null, undefined]);
  });
});
