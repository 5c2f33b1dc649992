import type { NodeReader } from '../nodes';
import { layer7Docs, type Rule } from './rule';

/** An entry without a condition allows every request: empty texts and empty lists count for none. */
function matchesAll(read: NodeReader, entry: unknown): boolean {
  const map = read.map(entry);
  return (
    map !== undefined &&
    read.entries(map).every(({ value }) => read.text(value) === '' || read.items(value)?.length === 0)
  );
}

/**
 * HTTP rules send all traffic of the port through Envoy (Cilium `pkg/policy/l4.go`, isRedirect). One that matches every request
 * makes the others moot: what remains is that requests are seen, at the same cost.
 */
export const httpRule: Rule = ({ rules }, read) => {
  const http = read.entry(rules?.value, 'http');
  const entries = read.items(http?.value);
  if (!http || !entries || entries.length === 0) return [];
  const isVisibility = entries.some((entry) => matchesAll(read, entry));
  return [
    {
      code: isVisibility ? 'l7-http-visibility' : 'l7-http',
      severity: 'warning',
      protocol: 'http',
      docs: isVisibility ? 'https://docs.cilium.io/en/stable/observability/visibility/' : layer7Docs,
      tags: isVisibility ? ['match-all'] : [],
      key: http.key,
      rules: entries.length,
    },
  ];
};
