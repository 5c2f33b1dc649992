import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import type { Disagreement } from './compare';

export interface Exception {
  /** Why the two may differ there. */
  readonly reason: string;
  readonly holds: (disagreement: Disagreement, text: string, version: CiliumVersion) => boolean;
}

/**
 * Where our analysis may say something else than Cilium. Each has its reason, and none hides more than it says. Where the
 * agent panics the oracle has no answer; those are counted by themselves.
 */
export const outOfScope: readonly Exception[] = [];
