import type { MetricName } from '../result/metrics';
import type { NotMeasured } from '../result/run';
import type { Load, PolicyLevel, Scenario, ServiceScale, Variant } from '../scenario/scenario';
import type { PolicyUnderTest } from '../policy/policyUnderTest';
import type { UntilPrecision } from './untilPrecision';

/** How many rounds of which length. Quick says so wherever its numbers are shown. */
export interface Profile {
  readonly id: 'quick' | 'standard' | 'thorough';
  readonly rounds: number;
  readonly secondsPerLoad: number;
  /** Of each warm-up sample; there are a few for each variant. */
  readonly warmupSeconds: number;
  /** Seconds of a load as asked for, on whatever target; absent takes the profile's own. */
  readonly askedSeconds?: number;
  /** Goes on by whole rounds, `rounds` at most, until the intervals are so narrow. */
  readonly until?: UntilPrecision;
  /** Of the variants within a round; absent is `shuffled`. */
  readonly order?: 'abba';
}

/** One change to the target's datapath, as data. The bench knows how; the plan only says what. */
export type Change =
  | { readonly what: 'wire'; readonly to: 'direct' | 'vxlan' }
  | { readonly what: 'policy'; readonly to: PolicyLevel }
  | { readonly what: 'services'; readonly to: ServiceScale | null }
  | { readonly what: 'hubble'; readonly to: 'as-found' | 'off' };

/** An HTTP request, as far as a policy can tell requests apart. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What must be seen before a change counts as in force: `blocked` is no answer at all, a number is the HTTP status. */
export type Expectation = number | 'blocked';

/** A question to the datapath. `services` asks the first, middle and last marker Service, `hubble` the agents. */
export type Probe =
  | {
      readonly kind: 'http';
      readonly from: 'client' | 'other-client';
      readonly request: HttpRequest;
      readonly expect: Expectation;
      /** The measured server is asked unless this says otherwise. */
      readonly to?: 'decoy';
    }
  | { readonly kind: 'services' }
  | { readonly kind: 'hubble'; readonly expect: 'as-found' | 'off' };

export interface SamplePlan {
  readonly id: string;
  readonly variant: string;
  readonly block: number;
  readonly repeat: number;
  readonly load: Load;
  readonly seconds: number;
  /** Warm-up: measured, kept, never summarised. */
  readonly discard: boolean;
}

export type Step =
  | { readonly kind: 'change'; readonly change: Change; readonly seconds: number }
  /** Asked until the answer is as expected, or until `timeoutSeconds` have gone by. */
  | {
      readonly kind: 'probe';
      readonly probe: Probe;
      readonly timeoutSeconds: number;
      readonly seconds: number;
    }
  | { readonly kind: 'sample'; readonly sample: SamplePlan; readonly seconds: number };

/** A Kubernetes object as it is sent, without namespace and run labels: the bench adds its own. */
export type KubeObject = Readonly<Record<string, unknown>>;

/**
 * A server beside the measured one that an L3/L4 policy keeps the client from: it shows the policy in force where that lets every
 * client reach the measured server. Of role `server` it is selected as that is, and differs by its port.
 */
export interface Decoy {
  readonly role: 'server' | 'decoy';
  readonly port: number;
}

export interface PolicyObjects {
  readonly l3l4: readonly KubeObject[];
  readonly l7: readonly KubeObject[];
  /** How a manifest was changed so that it selects the bench pods, a sentence each; empty for a policy made for the bench. */
  readonly mapped: readonly string[];
  /** Clients that the policy does not name get through as well, e.g. those that its egress rules do not select. */
  readonly admitsOthers: boolean;
  readonly decoy?: Decoy;
}

/** A scenario and its parameters expanded to ordered steps: readable before anything is touched. */
export interface Plan {
  readonly scenario: Pick<Scenario, 'id' | 'title' | 'question'>;
  readonly profile: Profile;
  readonly parameters: Readonly<Record<string, string>>;
  /** Seed of the shuffled order within the blocks. */
  readonly seed: number;
  readonly variants: readonly Variant[];
  /** The request that every HTTP load sends: one that the policy allows. */
  readonly request: HttpRequest;
  readonly policy: PolicyUnderTest | null;
  /** The objects that put the policy in force on a cluster; absent for the lab, which has rules of its own. */
  readonly policyObjects?: PolicyObjects;
  readonly steps: readonly Step[];
  /** Expected wall time; at most so long where the run goes on until a precision. */
  readonly seconds: number;
  /** What of the scenario the target cannot do, with the reason. */
  readonly notMeasured: readonly NotMeasured[];
  /** Every metric that some load of the plan yields. */
  readonly metrics: readonly MetricName[];
}
