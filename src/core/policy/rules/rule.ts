import type { Scalar } from 'yaml';
import type { Finding } from '../finding';
import type { NodeReader } from '../nodes';
import type { FoundObject } from '../objects';
import type { PortRule } from '../policies';

/** What a rule says of one place; the rest of the finding is the same for all rules. */
export interface RuleFinding extends Pick<
  Finding,
  'code' | 'severity' | 'protocol' | 'docs' | 'tags' | 'reason' | 'detail'
> {
  readonly key: Scalar;
  /** How many entries the rule list has. */
  readonly rules: number;
}

/** Looks at one entry of `toPorts`. To add a rule: one file beside this one, one line in the registry. */
export type Rule = (portRule: PortRule, read: NodeReader) => readonly RuleFinding[];

/** What is said of a place in an object, with the traffic that pays. */
export interface ObjectFinding extends RuleFinding, Pick<Finding, 'direction' | 'ports' | 'endpoints'> {
  /** Other keys that cause it. */
  readonly related?: readonly Scalar[];
}

/** Looks at one object of the kinds that the registry names. */
export type ObjectRule = (object: FoundObject) => readonly ObjectFinding[];

export const layer7Docs = 'https://docs.cilium.io/en/stable/security/policy/layer7/';
