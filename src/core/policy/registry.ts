import { dnsRule } from './rules/dns';
import { emptyRule } from './rules/empty';
import { httpRule } from './rules/http';
import type { Rule } from './rules/rule';

/** Every rule of the policy analysis. */
export const rules: readonly Rule[] = [httpRule, dnsRule, emptyRule];
