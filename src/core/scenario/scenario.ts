import type { MetricName } from '../result/metrics';

/** How traffic reaches the server: by the pod's own address or by the address of a Service in front of it. */
export type Via = 'pod' | 'service';

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
}

/** Bulk TCP over parallel streams. */
export interface StreamLoad extends LoadOf<'stream'> {
  readonly streams: number;
}

/** One TCP connection, one small message back and forth (netperf's TCP_RR). */
export type RoundTripLoad = LoadOf<'round-trip'>;

/** A new TCP connection for every request (netperf's TCP_CRR). */
export type ConnectLoad = LoadOf<'connect'>;

/** What is sent while one sample is taken. */
export type Load = HttpLoad | StreamLoad | RoundTripLoad | ConnectLoad;

/** Which rules serve Services, and how many Services there are besides the one that is measured. */
export interface ServiceScale {
  readonly rules: 'iptables' | 'nftables';
  readonly count: number;
}

/** The policy in force on the server: none, its peers and ports alone, or all of it, HTTP rules included. */
export type PolicyLevel = 'none' | 'l3l4' | 'l7';

/** The state of the datapath that a variant asks for. What is left out stays at its default. */
export interface Setting {
  readonly wire?: 'direct' | 'vxlan';
  readonly policy?: PolicyLevel;
  readonly services?: ServiceScale;
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
  readonly point?: CurvePoint;
}

/** What a target must be able to do for a scenario to run on it. */
export type Capability =
  | 'http'
  | 'stream'
  | 'round-trip'
  | 'service-address'
  | 'vxlan'
  | 'policy-l3l4'
  | 'policy-l7'
  | 'service-scale-iptables'
  | 'service-scale-nftables';

/** A parameter of a scenario that `--set name=value` may change. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly default: string;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** The question it answers, as a sentence: shown wherever a scenario is chosen. */
  readonly question: string;
  readonly parameters: readonly Parameter[];
  /** Whether `--policy FILE` belongs to it. */
  readonly takesPolicy: boolean;
  /**
   * The variants for these parameter values (defaults already filled in).
   * Throws a {@link Problem} of kind `usage` when a value is not one it can take.
   */
  variants(parameters: Readonly<Record<string, string>>): readonly Variant[];
}
