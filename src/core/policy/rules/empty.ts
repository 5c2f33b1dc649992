import type { Finding } from '../finding';
import { layer7Docs, type Rule } from './rule';

const info = { code: 'l7-empty', severity: 'info', docs: layer7Docs, tags: [], rules: 0 } as const;
const protocols: readonly Exclude<Finding['protocol'], null>[] = ['http', 'dns', 'kafka'];

/** `rules: {}` and empty lists have no effect (Cilium `pkg/policy/api/l4.go`, L7Rules.Len). */
export const emptyRule: Rule = ({ rules }, read) => {
  const map = read.map(rules?.value);
  if (!rules || !map) return [];
  if (map.items.length === 0) return [{ ...info, protocol: null, key: rules.key }];
  return protocols.flatMap((protocol) => {
    const list = read.entry(map, protocol);
    return list && read.items(list.value)?.length === 0 ? [{ ...info, protocol, key: list.key }] : [];
  });
};
