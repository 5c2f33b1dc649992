/** The seam between what is measured and where: a target opens a bench, a bench runs loads. See ARCHITECTURE.md. */
import type { Change, Plan, Probe } from './plan/plan';
import type { ChangeRecord, ComponentUse, Fingerprint, NotMeasured, ToolUse } from './result/run';
import type { Readings } from './run/gates/readings';
import type { Reason } from './run/gates/reasonCodes';
import type { Journal } from './run/journal';
import type { Capability, TargetKind, Via } from './scenario/scenario';

/** One line of the preflight, which only reads. */
export interface Check {
  readonly id: string;
  readonly level: 'ok' | 'warning' | 'blocks';
  readonly text: string;
  /** What to do, where the level is not `ok`. */
  readonly todo?: string;
}

export interface TargetCapabilities {
  readonly can: ReadonlySet<Capability>;
  /** What this target cannot do, with the reason. */
  readonly cannot: ReadonlyMap<Capability, string>;
  /** What a cluster enforces policies of peers and ports with; absent for the lab. */
  readonly policyKind?: 'CiliumNetworkPolicy' | 'NetworkPolicy';
}

export interface OpenOptions {
  /** Names what the run makes on the target. */
  readonly runId: string;
  /** Where changes that outlive this process are written before they are made. */
  readonly journal: Journal;
  /** Takes over what an interrupted run of this id left standing, where it is still there. */
  readonly resume?: boolean;
  readonly signal: AbortSignal;
}

export interface Target {
  readonly kind: TargetKind;
  readonly name: string;
  capabilities(signal: AbortSignal): Promise<TargetCapabilities>;
  fingerprint(signal: AbortSignal): Promise<Fingerprint>;
  preflight(plan: Plan, signal: AbortSignal): Promise<readonly Check[]>;
  /** Builds the bench. Throws a {@link Problem} and leaves nothing behind when it cannot. */
  open(plan: Plan, options: OpenOptions): Promise<Bench>;
}

/** What answers a load: an HTTP server, iperf3's, sockperf's (returns small messages), netperf's netserver. */
export type ServerKind = 'http' | 'stream' | 'round-trip' | 'netperf';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One load process to be run to completion on the client. `argv[0]` is the tool's name, not its path. */
export interface Job {
  /** The sample's id: a run that is taken up again finds the load it had started by it. */
  readonly id: string;
  readonly argv: readonly string[];
  /** Null for what needs no server. */
  readonly server: ServerKind | null;
  readonly via: Via;
  /**
   * Client processes that begin at the same time, each with the load of `argv`; their outputs stand one after another in
   * `stdout`.
   */
  readonly clients: number;
  /** How long the load is meant to run. */
  readonly seconds: number;
  readonly timeoutSeconds: number;
}

export interface JobOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where the process was ended, and where its result was whole before its end was told. */
  readonly exitCode: number | null;
  readonly startedAt: Date;
  readonly seconds: number;
  /** CPU time of the client process and its children, in µs; null where it could not be read. */
  readonly clientCpuUs: number | null;
  /** What the datapath's components used while it ran, where the plan asks for it. */
  readonly components?: readonly ComponentUse[];
  /** What the bench saw happen meanwhile that spoils the sample, e.g. `the server pod restarted`. */
  readonly spoiledBy?: readonly Reason[];
}

/** Counters of the datapath's components, growing since their start. Absent where they cannot be read. */
export interface Usage {
  readonly cpuUs: Readonly<Partial<Record<'server' | 'proxy', number>>>;
  readonly memoryBytes: Readonly<Partial<Record<'server' | 'proxy', number>>>;
  /** What the validity gates judge a load by; what cannot be read is absent. */
  readonly readings?: Readings;
}

export interface ProbeAnswer {
  readonly asExpected: boolean;
  /** What was seen, for the message when it never comes as expected, e.g. `GET /admin answered 200`. */
  readonly seen: string;
}

export interface ChangeResult {
  readonly record: ChangeRecord;
  /** How long the rule loader took, where the change loads rules. */
  readonly programmingSeconds?: number;
}

export interface CloseReport {
  readonly changes: readonly ChangeRecord[];
  /** What could not be undone, a sentence each; empty when all was. */
  readonly left: readonly string[];
}

export interface Bench {
  readonly tools: readonly ToolUse[];
  /** What of this plan cannot be measured here, with the reason. */
  readonly notMeasured: readonly NotMeasured[];
  /** CPU cores the client may use; absent where unknown. A client that uses them all measures itself. */
  readonly clientCores?: number;
  /** Which of these programs the client can run. */
  has(tool: string): boolean;
  address(server: ServerKind, via: Via): Address;
  run(job: Job, signal: AbortSignal): Promise<JobOutput>;
  change(change: Change, signal: AbortSignal): Promise<ChangeResult>;
  /** Asks once. */
  probe(probe: Probe, signal: AbortSignal): Promise<ProbeAnswer>;
  sample(): Promise<Usage>;
  /**
   * The control sample of a block: a short fixed work on one CPU, in loops a µs of the time in which it could run. Absent, or
   * null, where there is none.
   */
  control?(signal: AbortSignal): Promise<number | null>;
  /** Undoes everything. Safe to call more than once. */
  close(): Promise<CloseReport>;
}
