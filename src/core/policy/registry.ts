import { dnsRule } from './rules/dns';
import { emptyRule } from './rules/empty';
import { httpRule } from './rules/http';
import { kafkaRule } from './rules/kafka';
import { listenerRule } from './rules/listener';
import { protoRule } from './rules/proto';
import type { Rule } from './rules/rule';
import { tlsRule } from './rules/tls';

/** Every rule that looks at one entry of `toPorts`. */
export const rules: readonly Rule[] = [
  httpRule,
  dnsRule,
  tlsRule,
  listenerRule,
  kafkaRule,
  protoRule,
  emptyRule,
];
