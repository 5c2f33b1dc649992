import { layer7Docs, type Rule } from './rule';

/** A parser of Envoy's proxylib by name, e.g. `memcache`, up to Cilium 1.19 (cilium#43557, #44610). */
export const protoRule: Rule = ({ rules }, read) => {
  const entry = read.entry(rules?.value, 'l7proto');
  const parser = read.text(entry?.value) ?? '';
  if (!entry || parser === '') return [];
  return [
    {
      code: 'l7-proto',
      severity: 'warning',
      protocol: 'proto',
      docs: layer7Docs,
      tags: ['deprecated'],
      detail: { parser },
      key: entry.key,
      rules: read.items(read.value(rules?.value, 'l7'))?.length ?? 0,
    },
  ];
};
