/** What is advised of runs and facts, as data: the sentences are made of it in `core/words`. */
import type { ClusterFacts } from '../../cluster/clusterFacts';
import type { Finding } from '../../policy/finding';
import type { TargetKind } from '../../scenario/scenario';
import type { MetricName } from '../metrics';
import type { Effect, Run } from '../run';
import type { Confidence } from './confidence';

/** In the order in which advice is given. */
export const adviceCodes = [
  'service-rules',
  'routing',
  'l7-policies',
  'service-map',
  'hubble',
  'load-nodes',
  'service-addresses',
] as const;
export type AdviceCode = (typeof adviceCodes)[number];

/** A finding of the policy analysis with the file that it is in. */
export interface PlacedFinding {
  readonly file: string;
  readonly finding: Finding;
}

/** What a cluster shall have, all Services together, those of now among them. */
export interface Planned {
  readonly services?: number;
  /** Endpoints of each. */
  readonly endpoints?: number;
}

/** The facts that rules read; others are no business of theirs. */
export type AdviceFacts = Pick<ClusterFacts, 'kubeProxy' | 'cilium' | 'headroom' | 'nodes'>;

/** What advice is made of. All runs are of one target. */
export interface Situation {
  /** Rules that say nothing of such a target are passed over. */
  readonly on: TargetKind;
  /** Newest first, whatever their state; rules see those that may be stood on through `usable.ts`. */
  readonly runs: readonly Run[];
  /** Null where the cluster was not asked. */
  readonly facts: AdviceFacts | null;
  /** What the analysis says of policies; null where none were read. */
  readonly findings: readonly PlacedFinding[] | null;
  readonly planned: Planned;
}

/** A figure that an advice stands on. */
export type Basis =
  | {
      readonly from: 'run';
      readonly run: string;
      readonly metric: MetricName;
      /** Id and label of the variant. */
      readonly variant: string;
      readonly label: string;
      /** What served Services, where that is what is held against each other. */
      readonly servedBy?: ServiceRules;
      /** The baseline, where the value is a change in percent. */
      readonly against?: string;
      /** In `unit`. */
      readonly value: number;
      readonly unit: string;
      readonly interval: readonly [number, number] | null;
      /** Rounds with a valid sample. */
      readonly n: number;
    }
  /** Counted in a run and not sampled: it has no interval. */
  | {
      readonly from: 'count';
      readonly run: string;
      readonly what: 'entries-each' | 'samples-client-bound';
      readonly value: number;
      /** How many were counted over: Services, or samples. */
      readonly of: number;
    }
  | { readonly from: 'fact'; readonly fact: string; readonly value: string; readonly said: string }
  | {
      readonly from: 'planned';
      readonly what: 'services' | 'endpoints';
      readonly value: number;
    };

/** How somebody could find another answer. */
export type WouldChange =
  | { readonly kind: 'more-rounds' }
  | { readonly kind: 'kept-connections' }
  | { readonly kind: 'on-a-cluster' }
  | { readonly kind: 'wider-range'; readonly to: number }
  | { readonly kind: 'services-cross'; readonly at: number }
  | { readonly kind: 'other-network' }
  | { readonly kind: 'other-version' }
  | { readonly kind: 'own-traffic' }
  | { readonly kind: 'more-ports' }
  | { readonly kind: 'calibration' }
  | { readonly kind: 'more-services-than'; readonly services: number }
  | { readonly kind: 'flows-needed' }
  | { readonly kind: 'requests-matter' }
  | { readonly kind: 'headless' }
  | { readonly kind: 'second-cidr' }
  | { readonly kind: 'stronger-client' }
  | { readonly kind: 'steal-read' };

/** A way of serving Services, as curves are named by it. */
export type ServiceRules = 'iptables' | 'nftables' | 'ipvs' | 'cilium' | 'replaced';

/** Of how many Services it is asked, and who says so. */
export interface AskedServices {
  readonly services: number;
  readonly from: 'planned' | 'now';
  /** Above or below all that was measured. */
  readonly isPastRange: boolean;
}

export interface RulesAdvice {
  readonly code: 'service-rules';
  readonly metric: MetricName;
  readonly measured: readonly [number, number];
  readonly outcome:
    | {
        readonly kind: 'crossing';
        readonly at: number;
        /** 95 % interval; an end is null where it is past what was measured. */
        readonly interval: readonly [number | null, number | null];
        readonly before: ServiceRules;
        readonly after: ServiceRules;
      }
    | {
        readonly kind: 'ahead';
        readonly ahead: ServiceRules;
        readonly behind: ServiceRules;
        /** The first measured number from which on it is clearly ahead. */
        readonly from: number;
      };
  /** What the target serves Services with; null where it is not known or none of the two. */
  readonly inUse: ServiceRules | null;
  readonly asked: AskedServices | null;
  /** `either`: within the interval of the crossing. Null where nothing is asked of or in use. */
  readonly stance: 'keep' | 'switch' | 'either' | null;
}

export interface RoutingAdvice {
  readonly code: 'routing';
  readonly better: 'native' | 'overlay';
  readonly inUse: 'native' | 'overlay' | null;
  /** Whether the two are variants of one run, or two runs of a cluster that was changed between them. */
  readonly of: 'one-run' | 'two-runs';
}

export interface L7Advice {
  readonly code: 'l7-policies';
  /** Rules that send traffic through the proxy, and enforce something there. */
  readonly pays: readonly PlacedFinding[];
  /** Rules that pay for the proxy and enforce nothing: they can be L4 rules. */
  readonly couldBeL4: readonly PlacedFinding[];
}

/** One of Cilium's load-balancing maps. */
export interface MapSize {
  readonly map: 'services' | 'backends' | 'reverse-nat';
  /** The key of cilium-config that sets its size alone. */
  readonly key: string;
  readonly needed: number;
  /** Null where it is not known. */
  readonly limit: number | null;
  /** Smallest power of two that leaves a fifth free. */
  readonly size: number;
  readonly stance: 'keep' | 'raise' | 'set';
}

export interface MapAdvice {
  readonly code: 'service-map';
  readonly services: number;
  readonly endpoints: number;
  readonly entriesEach: number;
  /** Measured on this target, or reckoned from what Cilium does. */
  readonly entriesFrom: 'measured' | 'reckoned';
  readonly maps: readonly MapSize[];
  /** Of the service map on one node, both address families that it has; why not known as it follows "because". */
  readonly memory:
    | {
        readonly known: true;
        readonly bytesPerEntry: number;
        readonly bytes: number;
        readonly moreBytes: number | null;
      }
    | { readonly known: false; readonly because: MemoryUnknown };
}

export type MemoryUnknown = 'no-run' | 'no-such-map' | 'grows-with-entries' | 'room-not-told';

export interface HubbleAdvice {
  readonly code: 'hubble';
  /** What Hubble is judged to cost, or not to. */
  readonly stance: 'off' | 'on';
}

export interface LoadNodesAdvice {
  readonly code: 'load-nodes';
  /** Samples that the client spoiled, of all that were taken. */
  readonly clientBound: { readonly samples: number; readonly of: number } | null;
  /** Instance types that run on credit. */
  readonly burst: readonly { readonly type: string; readonly family: string }[];
}

export interface AddressesAdvice {
  readonly code: 'service-addresses';
  readonly networks: readonly {
    readonly cidr: string;
    readonly used: number;
    readonly capacity: number;
    /** Addresses that the planned Services take; those in use where nothing is planned. */
    readonly needed: number;
    readonly stance: 'enough' | 'near' | 'too-few';
  }[];
}

export type AdviceWhat =
  RulesAdvice | RoutingAdvice | L7Advice | MapAdvice | HubbleAdvice | LoadNodesAdvice | AddressesAdvice;

export interface Advice {
  readonly code: AdviceCode;
  readonly what: AdviceWhat;
  readonly confidence: Confidence;
  /** The effects or figures that it stands on, those that decide first. Never empty. */
  readonly basis: readonly Basis[];
  readonly wouldChange: readonly WouldChange[];
}

/** Why a run is not stood on. */
export type Unusable = 'cancelled' | 'failed' | 'imported' | 'one-round';

/** Why an advice cannot be given. */
export type Refusal =
  /** `passedOver` are runs of these scenarios that may not be stood on. */
  | {
      readonly kind: 'no-run';
      readonly scenarios: readonly string[];
      readonly passedOver: readonly { readonly run: string; readonly because: Unusable }[];
    }
  /** Nothing was seen beyond what identical settings differ by. */
  | { readonly kind: 'within-noise'; readonly run: string; readonly label: string; readonly effect: Effect }
  | { readonly kind: 'inconclusive'; readonly run: string; readonly label: string; readonly effect: Effect }
  | { readonly kind: 'not-measured'; readonly run: string; readonly label: string; readonly effect: Effect }
  /** The two do not agree between metrics: one is better in some, the other in others. */
  | { readonly kind: 'split'; readonly run: string; readonly better: Effect; readonly worse: Effect }
  /** A curve alone has nothing to cross. */
  | { readonly kind: 'one-curve'; readonly run: string; readonly rules: ServiceRules }
  /** Every run was made with the same routing; null where the runs do not tell. */
  | { readonly kind: 'one-routing'; readonly run: string; readonly routing: 'native' | 'overlay' | null }
  | { readonly kind: 'not-told-apart'; readonly runs: readonly string[]; readonly turns: number }
  /** Two runs that differ in more than what is asked: `facts` names it. */
  | { readonly kind: 'differ-otherwise'; readonly runs: readonly string[]; readonly facts: readonly string[] }
  | { readonly kind: 'not-known'; readonly what: UnknownFact; readonly because: string | null }
  | { readonly kind: 'nothing-found'; readonly what: 'l7-rules' | 'spoiled-samples' };

export type UnknownFact =
  'services' | 'endpoints' | 'cilium' | 'service-addresses' | 'service-rules' | 'policies';

export interface NotAdvised {
  readonly code: AdviceCode;
  readonly refusal: Refusal;
}

export type Advised = Advice | NotAdvised;

export function isAdvice(advised: Advised): advised is Advice {
  return 'what' in advised;
}

export interface AdviceRule {
  readonly code: AdviceCode;
  readonly runsOn: readonly TargetKind[];
  advise(situation: Situation): Advised;
}
