import type { Finding } from '../../../src/core/policy/finding';

/** What lint says of an HTTP rule, for tests of its forms. */
export function aFinding(different: Partial<Finding> = {}): Finding {
  return {
    code: 'l7-http',
    severity: 'warning',
    range: { start: { line: 14, character: 10 }, end: { line: 14, character: 14 } },
    document: 1,
    policy: { kind: 'CiliumNetworkPolicy', name: 'checkout', namespace: 'shop' },
    protocol: 'http',
    direction: 'ingress',
    ports: ['8080/TCP'],
    endpoints: ['app=checkout'],
    rules: 2,
    tags: ['performance'],
    docs: 'https://docs.cilium.io/en/stable/security/policy/language/',
    textHash: 'a'.repeat(64),
    ...different,
  };
}

/** With signs that mean something in XML and to a terminal. */
export const hostileFinding = aFinding({
  endpoints: ['app="a" <b>&\u0001'],
  docs: 'https://docs.cilium.io/en/stable/security/policy/layer7/',
});
