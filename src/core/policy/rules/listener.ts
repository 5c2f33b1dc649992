import type { Rule } from './rule';

/** A listener of a CiliumEnvoyConfig takes all traffic of the port (Cilium `pkg/policy/l4.go`, isRedirect). */
export const listenerRule: Rule = ({ toPorts }, read) => {
  const listener = read.entry(toPorts, 'listener');
  if (!listener || !read.map(listener.value)) return [];
  const name = read.text(read.value(listener.value, 'name')) ?? '';
  return [
    {
      code: 'l7-listener',
      severity: 'warning',
      protocol: 'listener',
      docs: 'https://docs.cilium.io/en/stable/network/servicemesh/l7-traffic-management/',
      tags: [],
      detail: { listener: name },
      key: listener.key,
      rules: 1,
    },
  ];
};
