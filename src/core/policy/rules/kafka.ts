import { layer7Docs, type Rule } from './rule';

/** Kafka rules go through Envoy's proxylib up to Cilium 1.19; 1.20 has neither the parser nor the field (cilium#43557, #44610). */
export const kafkaRule: Rule = ({ rules }, read) => {
  const kafka = read.entry(rules?.value, 'kafka');
  const count = read.items(kafka?.value)?.length ?? 0;
  if (!kafka || count === 0) return [];
  return [
    {
      code: 'l7-kafka',
      severity: 'warning',
      protocol: 'kafka',
      docs: layer7Docs,
      tags: ['deprecated'],
      key: kafka.key,
      rules: count,
    },
  ];
};
