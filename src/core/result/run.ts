/**
 * `run.json`: what a run leaves behind. Scripts of others read it, so a field is added freely and changed only with a
 * new major version. Times are ISO 8601 in UTC.
 */
import type { CurvePoint, Load } from '../scenario/scenario';
import type { MetricName } from './metrics';
import type { PooledPercentile } from './pooledPercentile';
import type { Precision } from './precision';
import type { IntervalMethod } from './statistics';
import type { Unsteady } from './steadiness';
import type { WarmUpRounds } from './warmUp';

export const runSchemaVersion = 1;

export type RunState = 'complete' | 'partial' | 'cancelled' | 'failed';
export type Verdict = 'better' | 'worse' | 'within-noise' | 'inconclusive' | 'not-measured';
export type Fact = string | number | boolean | null;
export type Fingerprint = Readonly<Record<string, Fact>>;

export interface MetricSummary {
  readonly unit: string;
  /** How many valid samples stand behind the figures. */
  readonly n: number;
  readonly median: number;
  readonly mean: number;
  /** 95 % interval of the mean; null where fewer than two samples make one impossible. */
  readonly ci95: readonly [number, number] | null;
  /** The valid samples' values, in the order they were taken. */
  readonly samples: readonly number[];
  /** The load these samples were taken under; absent for what goes with a change, such as the time to program. */
  readonly load?: Load;
  /**
   * For a latency percentile whose tool gives its histogram: that of all requests of the samples together. `median` and `mean` are
   * of the samples' own percentiles, which is another figure: where rounds differ, the slow ones hold most of the slow requests.
   */
  readonly pooled?: PooledPercentile;
  /** For a latency at a fixed rate: how many of the requests that were due were sent. */
  readonly offered?: OfferedLoad & {
    /** `pooled.value`, had each late request been slower than all that were sent; null where too many are late to tell. */
    readonly ifLateWereSlowest: number | null;
  };
}

/**
 * What a load at a fixed rate was to send, and did. A tool that waits for an answer before it sends the next request leaves out just those
 * that a stall delays (coordinated omission): what is late bounds by how much its latencies can be too good.
 */
export interface OfferedLoad {
  /** Requests that the rate asks for in the time of the load. */
  readonly due: number;
  readonly sent: number;
  /** Due and not sent, beyond the one a connection that the tool's own beginning and end may cost. */
  readonly late: number;
}

/** How many requests took from `startUs` to `endUs`, bucket by bucket as the tool gave them. Lists of one length. */
export interface LatencyBuckets {
  readonly startUs: readonly number[];
  readonly endUs: readonly number[];
  readonly counts: readonly number[];
}

export interface VariantSummary {
  readonly id: string;
  readonly label: string;
  readonly baseline: string | null;
  readonly point?: CurvePoint;
  readonly metrics: Readonly<Partial<Record<MetricName, MetricSummary>>>;
  readonly parts?: readonly PartSummary[];
}

/** A variant against its baseline in one metric, paired by block. */
export interface Effect {
  readonly metric: MetricName;
  readonly variant: string;
  readonly baseline: string;
  /** Geometric mean of the paired ratios, as a change in percent; null where it was not measured. */
  readonly percent: number | null;
  readonly ci95: readonly [number, number] | null;
  readonly verdict: Verdict;
  /** What two identical settings differed by in this run (A/A), 95 %, in percent; null below two A/A pairs. */
  readonly noisePercent: number | null;
  /** Blocks that have a valid sample of both. */
  readonly n: number;
  /** How the interval was made: Student's t, or each end the farther of t's and of a resampled one's. Absent in runs of rules 1: t. */
  readonly method?: IntervalMethod;
  /** Standard error of the mean log ratio. */
  readonly logError?: number;
  /** Two-sided p of Student's t test that the mean log ratio is 0, by itself; corrected for looks in a run with a `precision`. */
  readonly pValue?: number;
  /** The same, corrected for all comparisons of the run (Holm); what the verdict asks for is 0.05. */
  readonly correctedP?: number;
  /** How many effects of the run it was corrected for. */
  readonly comparisons?: number;
  /** The Hodges-Lehmann estimate of the ratio, as a change in percent: beside the mean, moved little by a single round. */
  readonly hodgesLehmannPercent?: number;
  /** Exact two-sided p of Wilcoxon's signed-rank test of the paired log ratios. */
  readonly signedRankP?: number;
  /** Exact two-sided p of the Mann-Whitney test of all valid samples of both, unpaired, as benchstat has it. */
  readonly mannWhitneyP?: number;
  /** The smallest rise that such a run finds in 80 of 100 cases, in percent. */
  readonly smallestSeenPercent?: number;
  /** About how many more rounds would settle an inconclusive effect. */
  readonly roundsNeeded?: number;
  /** Why, where the verdict is `not-measured`, or `inconclusive` for another reason than too few rounds. */
  readonly reason?: string;
}

/**
 * How a variant differs from the one that it is shown beside, paired by block, in the metric's unit. Described, not judged: it
 * has no verdict and is no {@link Effect}.
 */
export interface Difference {
  readonly metric: MetricName;
  readonly variant: string;
  readonly beside: string;
  readonly unit: string;
  /** Mean of the blocks' differences. */
  readonly difference: number;
  /** 95 % interval of that mean; null where fewer than two blocks make one impossible. */
  readonly ci95: readonly [number, number] | null;
  /** Blocks that have a valid sample of both. */
  readonly n: number;
}

/**
 * CPU time that one sample cost, in µs; a component that could not be read is absent, never 0. `agent` is that of Cilium's agents on
 * the nodes that are watched, at rest as well as for the load; it exists on clusters alone.
 */
export type CpuUse = Readonly<Partial<Record<'client' | 'server' | 'proxy' | 'agent', number>>>;

/** What one component of the datapath used while a load ran, e.g. `cilium-agent` on one node. */
export interface ComponentUse {
  readonly component: string;
  /** Null for what is not bound to a node, e.g. the operator. */
  readonly node: string | null;
  /** Mean over the window; null where two readings were not to be had. */
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  /** Between the first and the last reading within the load. */
  readonly windowSeconds: number;
  readonly source: 'kubelet' | 'metrics.k8s.io';
  /** Why a figure is null, as it follows "because". */
  readonly reason?: string;
}

/** A figure of a part of what was measured: one component, one BPF map. */
export interface PartValue {
  readonly part: string;
  readonly metric: MetricName;
  readonly value: number;
  /** What the part is, where its name does not tell, e.g. `LRU hash, allocated at once`. */
  readonly about?: string;
}

/** A part's figures over all valid samples of a variant. */
export interface PartSummary {
  readonly part: string;
  readonly about?: string;
  readonly metrics: Readonly<Partial<Record<MetricName, MetricSummary>>>;
}

/** One load-tool process run to completion. */
export interface Sample {
  readonly id: string;
  readonly variant: string;
  readonly load: string;
  /** Blocks count from 1; block 0 is the warm-up, which is kept and never summarised. */
  readonly block: number;
  /** 1, or 2 for the second half of an A/A pair in the same block. */
  readonly repeat: number;
  readonly tool: string;
  readonly argv: readonly string[];
  readonly startedAt: string;
  /** 0 in an imported run whose files do not say. */
  readonly seconds: number;
  /** Where the raw output is, relative to the run's folder, e.g. `samples/b1-none-saturated-1.json`. */
  readonly raw: string;
  readonly valid: boolean;
  /** One sentence for each reason; empty when valid. */
  readonly invalidReasons: readonly string[];
  /**
   * The code of each of these reasons (`run/gates/reasonCodes.ts`; a later version may have others), in their order; absent when
   * valid, and in runs of earlier versions.
   */
  readonly invalidCodes?: readonly string[];
  /** What was parsed, also when invalid (shown then, never averaged in). */
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
  readonly cpuUs: CpuUse;
  /** The whole histogram of a load whose latencies are read, where its tool gives it. */
  readonly latencies?: LatencyBuckets;
  /** Of a load at a fixed rate. */
  readonly offered?: OfferedLoad;
  /** What the values are made of, where they are sums. */
  readonly parts?: readonly PartValue[];
  /** Parts that this sample has no figure of, with the reason. */
  readonly partsLeftOut?: readonly NotMeasured[];
}

/** The raw output of a sample, stored whole beside `run.json`. */
export interface RawOutput {
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NotMeasured {
  readonly what: string;
  readonly reason: string;
}

/** A change that was made to the target, with its old value, and whether it was put back. */
export interface ChangeRecord {
  readonly what: string;
  readonly old: string;
  readonly new: string;
  readonly undone: boolean;
}

export interface ToolUse {
  readonly name: string;
  readonly version: string;
  /** Where it came from: `PATH`, `cache`, a package name. */
  readonly source: string;
}

/** The manifest that was measured, as far as a reader needs it to find the place again. */
export interface MeasuredPolicy {
  readonly file: string;
  readonly name: string;
  /** Hash of the normalised text, so that the newest measurement of *this* policy can be found. */
  readonly textHash: string;
  readonly protocol: 'http';
  readonly direction: 'ingress' | 'egress';
  readonly ports: readonly string[];
  readonly httpRules: number;
  /** Line of the `http` key, from 0. */
  readonly line: number;
}

/** Where a run comes from that another program made. It is shown and compared as such, and never as measured here. */
export interface ImportedFrom {
  /** Ids of the formats that it was read from, e.g. `fortio, netperf`. */
  readonly format: string;
  /** Name of the file or folder. */
  readonly source: string;
  readonly importedAt: string;
  /** What is known of how such figures are made, a sentence each. */
  readonly notes: readonly string[];
}

/** What a run keeps of the newest calibration of its machine when it began. */
export interface CalibrationReference {
  readonly id: string;
  /** When it was made: ISO 8601 in UTC. */
  readonly date: string;
  /** Known truths that the 95 % interval of their reading covered. */
  readonly covered: number;
  /** Of so many that were read. */
  readonly of: number;
}

export interface Run {
  readonly schemaVersion: typeof runSchemaVersion;
  readonly id: string;
  readonly scenario: string;
  readonly title: string;
  /** Version of the rules by which the figures were computed (`figureRules.ts`); absent: 1. */
  readonly figureRules?: number;
  readonly profile: string;
  readonly target: {
    readonly kind: 'lab' | 'kube';
    readonly name: string;
    readonly fingerprint: Fingerprint;
  };
  readonly startedAt: string;
  readonly endedAt: string;
  readonly state: RunState;
  /** Why, where the state is not `complete`. */
  readonly stateReason?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy?: MeasuredPolicy;
  /** Absent in a run that was made here. */
  readonly imported?: ImportedFrom;
  /** Absent where the machine was not calibrated. */
  readonly calibration?: CalibrationReference;
  readonly variants: readonly VariantSummary[];
  readonly effects: readonly Effect[];
  /** Absent where the scenario describes none. */
  readonly differences?: readonly Difference[];
  /** First rounds that count as warm-up since the level changed after them; absent where there are none. */
  readonly warmUp?: WarmUpRounds;
  /** Of a run that went on until its intervals were narrow. */
  readonly precision?: Precision;
  readonly samples: readonly Sample[];
  readonly notMeasured: readonly NotMeasured[];
  /** Reasons that no sample could be held against, since the target does not tell what they need; absent where there is none. */
  readonly gatesNotJudged?: readonly string[];
  /** How the run was not steady; absent where it was, and in runs of earlier versions. */
  readonly unsteady?: readonly Unsteady[];
  readonly changes: readonly ChangeRecord[];
  /** What could not be undone, a clause each; absent where all was. */
  readonly left?: readonly string[];
  readonly tools: readonly ToolUse[];
  /** Share of the run's wall time in which a load was running, 0 to 1; 0 in an imported run, of which it is not known. */
  readonly underLoadShare: number;
}
