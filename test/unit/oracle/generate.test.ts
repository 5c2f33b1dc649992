import { describe, expect, it } from 'vitest';
import { generateCase, textOf } from '../../oracle/generate/generate';
import { createRandom, seedOf } from '../../oracle/generate/random';

describe('generateCase', () => {
  it('makes the same case of the same seed and index, and others of others', () => {
    const texts = Array.from({ length: 200 }, (_, index) => textOf(generateCase(7, index).policies));
    expect(textOf(generateCase(7, 3).policies)).toBe(texts[3]);
    expect(new Set(texts).size).toBe(texts.length);
    expect(textOf(generateCase(8, 3).policies)).not.toBe(texts[3]);
  });

  const all = Array.from({ length: 3000 }, (_, index) => textOf(generateCase(1, index).policies)).join('\n');

  it.each([
    ['sets of five', /"policy-4"/],
    ['both specs', /"spec":\{[^\n]*"specs":\[/],
    ['clusterwide policies of nodes', /CiliumClusterwideNetworkPolicy[^\n]*"nodeSelector"/],
    ['rules that match all', /"http":\[\{\}\]/],
    ['empty rules', /"rules":\{\}/],
    ['empty lists of rules', /"http":\[\]/],
    ['all kinds of rules', /"kafka":[^]*"l7proto":[^]*"dns":/],
    ['denies', /"ingressDeny":\[\{[^]*"egressDeny":\[\{/],
    ['41 ports', /"port":"9040"/],
    ['40 ports', /"port":"9039","protocol":"TCP"\}\]/],
    ['port 0', /"port":"0"/],
    ['ranges', /"endPort":8100/],
    ['named ports', /"port":"web"/],
    ['lower-case protocols', /"protocol":"udp"/],
    ['omitted protocols', /\{"port":"80"\}/],
    ['SCTP', /"protocol":"SCTP"/],
    ['TLS', /"terminatingTLS"[^]*"originatingTLS"/],
    ['server names and listeners', /"serverNames"[^]*"listener"/],
    ['icmps beside toPorts', /"toPorts":[^\n]*"icmps":/],
    ['modes of authentication', /"mode":"disabled"[^]*"mode":"required"/],
    ['entities', /"fromEntities"/],
    ['exceptions of CIDRs', /"except":\["/],
    ['names of domains', /"toFQDNs"/],
    [
      'both values of enableDefaultDeny',
      /"enableDefaultDeny":\{"ingress":false[^]*"enableDefaultDeny":\{"ingress":true/,
    ],
    ['expressions over labels', /"operator":"NotIn"/],
    ['prefixes of labels', /"k8s:app"[^]*"any:app"[^]*"reserved:host"/],
    ['unknown fields', /"unknown"/],
    ['keys in the wrong case', /"(?:toports|RULES|HTTP|INGRESS|EGRESS|PORTS|PORT|fromendpoints)":/],
    ['backreferences', /\\\\1/],
    ['lookahead', /\(\?=/],
    ['\\C', /"\\\\C"/],
    ['repetitions that are too large', /\{1001\}/],
    ['brackets without an end', /\/a\(b/],
    ['wrong patterns of DNS', /"matchPattern":"a\[b\]"/],
    ['header matches', /"mismatch":"REPLACE"[^]*"secret":/],
  ])('takes the corner of %s', (_, pattern) => {
    expect(all).toMatch(pattern);
  });
});

describe('createRandom', () => {
  it('gives the numbers of mulberry32', () => {
    // Computed with the published C source for the state 1.
    const random = createRandom(1);
    expect([0, 0, 0].map(() => random.below(2 ** 32))).toEqual([2693262067, 11749833, 2265367787]);
  });
  it('spreads seeds of neighbouring cases', () => {
    const seeds = Array.from({ length: 1000 }, (_, index) => seedOf(1, index));
    expect(new Set(seeds).size).toBe(1000);
  });
});
