import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import type { Disagreement } from './compare';

export interface Exception {
  /** Why the two may differ there. */
  readonly reason: string;
  /** `text`: all manifests of the case. */
  readonly holds: (disagreement: Disagreement, text: string, version: CiliumVersion) => boolean;
}

/**
 * Where our analysis may say something else than Cilium. Each has its reason, and none hides more than it says. Where the
 * agent panics the oracle has no answer; those are counted by themselves.
 */
export const outOfScope: readonly Exception[] = [
  {
    reason: 'placeholders of templates: we read what they could become, an API server is never shown them',
    holds: ({ question, oracle, ours }, text) =>
      (question === 'accept' || question === 'schema') &&
      oracle === 'refused' &&
      ours === 'accepted' &&
      text.includes('{{'),
  },
  {
    reason:
      'server names that meet rules, in 1.18: refused in one order only, and 1.18 merges the rules of an endpoint in the random order of a Go map (pkg/policy/repository.go, computePolicyEnforcementAndRules)',
    holds: ({ question, kind }, _, version) =>
      version === '1.18' &&
      question === 'conflict' &&
      ['none / server-names-with-rules', 'server-names-with-rules / none'].includes(kind),
  },
];
