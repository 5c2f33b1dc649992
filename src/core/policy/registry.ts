import { allowsNothing } from './rules/allowsNothing';
import { authRequired } from './rules/authRequired';
import { dnsRule } from './rules/dns';
import { emptyRule } from './rules/empty';
import { httpRule } from './rules/http';
import { kafkaRule } from './rules/kafka';
import { listenerRule } from './rules/listener';
import { manyRules } from './rules/manyRules';
import type { PolicyCheck } from './rules/policyRule';
import { protoRule } from './rules/proto';
import { regexCost } from './rules/regexCost';
import type { Rule } from './rules/rule';
import { tlsRule } from './rules/tls';
import { wideSelector } from './rules/wideSelector';

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

/** Every check of a policy that the agent accepts. */
export const policyChecks: readonly PolicyCheck[] = [
  wideSelector,
  allowsNothing,
  regexCost,
  manyRules,
  authRequired,
];
