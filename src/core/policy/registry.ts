import { dnsRule } from './rules/dns';
import { emptyRule } from './rules/empty';
import { httpRule } from './rules/http';
import type { Rule } from './rules/rule';

/** Every rule about an entry of `toPorts` in a Cilium policy. */
export const rules: readonly Rule[] = [httpRule, dnsRule, emptyRule];
