import type { PolicyUnderTest } from '../policy/policyUnderTest';
import type { MetricName } from '../result/metrics';

/** Where a plan can run: the lab of this machine, or the cluster of a kube context. */
export type TargetKind = 'lab' | 'kube';

/**
 * How traffic reaches the server: by the pod's own address, by the address of a Service in front of it, or from host network
 * to host network, past the pod network altogether.
 */
export type Via = 'pod' | 'service' | 'host';

interface LoadOf<Kind extends string> {
  readonly kind: Kind;
  /** Names the load within its scenario, e.g. `saturated`. Part of each sample's id. */
  readonly id: string;
  readonly via: Via;
  /** The figures a sample of this load is asked for. */
  readonly metrics: readonly MetricName[];
}

/**
 * HTTP requests. `ratePerSecond: 'max'` is a closed loop that saturates (capacity); a number is a fixed rate, which is
 * what latency is measured at. The two are different measurements and never mixed.
 */
export interface HttpLoad extends LoadOf<'http'> {
  readonly connections: number;
  readonly keepAlive: boolean;
  readonly ratePerSecond: number | 'max';
  /** Client pods that send at the same time, on as many nodes as there are; absent is one. */
  readonly clients?: number;
}

/** Bulk TCP over parallel streams. */
export interface StreamLoad extends LoadOf<'stream'> {
  readonly streams: number;
}

/** One TCP connection, one small message back and forth (netperf's TCP_RR). */
export type RoundTripLoad = LoadOf<'round-trip'>;

/** A new TCP connection for every request (netperf's TCP_CRR). */
export type ConnectLoad = LoadOf<'connect'>;

/** Nothing is sent: what the datapath's components use by themselves. */
export type IdleLoad = LoadOf<'idle'>;

/** Nothing is sent: the BPF maps of the agents on the bench nodes are read. */
export type BpfMapsLoad = LoadOf<'bpf-maps'>;

/** What is sent while one sample is taken. */
export type Load = HttpLoad | StreamLoad | RoundTripLoad | ConnectLoad | IdleLoad | BpfMapsLoad;

/**
 * Which rules serve Services, and how many Services there are besides the one that is measured. The lab has both kinds;
 * `cluster` is whatever the cluster has.
 */
export interface ServiceScale {
  readonly rules: 'iptables' | 'nftables' | 'cluster';
  readonly count: number;
}

/** The policy in force on the server: none, its peers and ports alone, or all of it, HTTP rules included. */
export type PolicyLevel = 'none' | 'l3l4' | 'l7';

/** The state of the datapath that a variant asks for. What is left out stays at its default. */
export interface Setting {
  readonly wire?: 'direct' | 'vxlan';
  readonly policy?: PolicyLevel;
  readonly services?: ServiceScale;
  /** `off` turns Hubble off on the bench nodes alone. */
  readonly hubble?: 'as-found' | 'off';
}

/** Where a variant stands on a numeric axis, for scenarios that are curves, e.g. 5,000 Services of series `iptables`. */
export interface CurvePoint {
  readonly series: string;
  readonly axis: string;
  readonly x: number;
}

/** One setting being compared, and the loads it is measured under. */
export interface Variant {
  readonly id: string;
  readonly label: string;
  readonly setting: Setting;
  readonly loads: readonly Load[];
  /** The id of the variant that this one is compared with; absent for a baseline. */
  readonly baseline?: string;
  /**
   * The id of the variant that this one is shown beside, in place of a baseline: what differs is described and not judged, for
   * where neither is the better one.
   */
  readonly beside?: string;
  readonly point?: CurvePoint;
}

/** What a target must be able to do for a scenario to run on it. */
export const capabilityNames = [
  'http',
  'stream',
  'round-trip',
  'service-address',
  'vxlan',
  'policy-l3l4',
  'policy-l7',
  'service-scale-iptables',
  'service-scale-nftables',
  'service-scale-cluster',
  'host-network',
  'several-clients',
  'hubble-off',
  'bpf-maps',
  'component-usage',
  /** CPU time of client and server can be read around a load. */
  'cpu-per-request',
] as const;

export type Capability = (typeof capabilityNames)[number];

/** A parameter of a scenario that `--set name=value` may change. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly default: string;
  /**
   * Runs with other values of it can still be compared: it chooses variants or shapes their loads, and those tell by themselves
   * what is the same.
   */
  readonly keepsComparable?: true;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** The question it answers, as a sentence: shown wherever a scenario is chosen. */
  readonly question: string;
  readonly parameters: readonly Parameter[];
  /** Whether `--policy FILE` belongs to it. */
  readonly takesPolicy: boolean;
  /** Puts the manifest's own policy in force, its selectors mapped to the bench pods, instead of one made of its rules. */
  readonly usesManifest?: boolean;
  readonly runsOn: readonly TargetKind[];
  /**
   * Blocks visit the variants in shuffled order; `ramp` goes up and down in turn, where a change of setting is dear: drift
   * then falls on both directions alike.
   */
  readonly order?: Readonly<Partial<Record<TargetKind, 'ramp'>>>;
  /** The least seconds of a load, where shorter ones would tell nothing. */
  readonly leastSeconds?: number;
  /**
   * The variants for these parameter values (defaults already filled in) on such a target. A policy that is to be measured
   * and has no HTTP rules has no variant for them.
   * Throws a {@link Problem} of kind `usage` when a value is not one it can take.
   */
  variants(
    parameters: Readonly<Record<string, string>>,
    on: TargetKind,
    policy?: Pick<PolicyUnderTest, 'http'> | null,
  ): readonly Variant[];
}
