import { layer7Docs, type Rule } from './rule';

/** HTTP rules send all traffic of the port through Envoy (Cilium `pkg/policy/l4.go`, isRedirect). */
export const httpRule: Rule = ({ rules }, read) => {
  const http = read.entry(rules?.value, 'http');
  const entries = read.items(http?.value);
  if (!http || !entries || entries.length === 0) return [];
  // An entry without a condition allows every request: the cost of Envoy without anything refused.
  const tags = entries.some((entry) => read.map(entry)?.items.length === 0) ? ['match-all'] : [];
  return [
    {
      code: 'l7-http',
      severity: 'warning',
      protocol: 'http',
      docs: layer7Docs,
      tags,
      key: http.key,
      rules: entries.length,
    },
  ];
};
