import type { Rule } from './rule';

const docs = 'https://docs.cilium.io/en/stable/security/tls-visibility/';
const serverNamesDocs =
  'https://docs.cilium.io/en/stable/security/policy/layer4/#limit-tls-server-name-indication-sni';

/** TLS settings and server names redirect on their own, without any L7 rule (Cilium `pkg/policy/l4.go`, isRedirect). */
export const tlsRule: Rule = ({ toPorts }, read) => {
  const names = read.entry(toPorts, 'serverNames');
  const count = read.items(names?.value)?.length ?? 0;
  const terminated = (['terminatingTLS', 'originatingTLS'] as const).flatMap((field) => {
    const entry = read.entry(toPorts, field);
    return entry && read.map(entry.value) ? [{ key: entry.key, rules: 1, docs, reason: field }] : [];
  });
  return [
    ...terminated,
    ...(names && count > 0
      ? [{ key: names.key, rules: count, docs: serverNamesDocs, reason: 'serverNames' }]
      : []),
  ].map((place) => ({ ...place, code: 'l7-tls', severity: 'warning', protocol: 'tls', tags: [] }) as const);
};
