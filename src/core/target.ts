/** The seam between what is measured and where: a target opens a bench, a bench runs loads. See ARCHITECTURE.md. */
import type { Change, Plan, Probe } from './plan/plan';
import type { ChangeRecord, Fingerprint, NotMeasured, ToolUse } from './result/run';
import type { Capability, Via } from './scenario/scenario';

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
}

export interface Target {
  readonly kind: 'lab' | 'kube';
  readonly name: string;
  capabilities(signal: AbortSignal): Promise<TargetCapabilities>;
  fingerprint(signal: AbortSignal): Promise<Fingerprint>;
  preflight(plan: Plan, signal: AbortSignal): Promise<readonly Check[]>;
  /** Builds the bench. Throws a {@link Problem} and leaves nothing behind when it cannot. */
  open(plan: Plan, signal: AbortSignal): Promise<Bench>;
}

/** What answers a load: an HTTP server, iperf3's, sockperf's (returns small messages), netperf's netserver. */
export type ServerKind = 'http' | 'stream' | 'round-trip' | 'netperf';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One load process to be run to completion on the client. `argv[0]` is the tool's name, not its path. */
export interface Job {
  readonly argv: readonly string[];
  readonly server: ServerKind;
  readonly timeoutSeconds: number;
}

export interface JobOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly startedAt: Date;
  readonly seconds: number;
  /** CPU time of the client process and its children, in µs; null where it could not be read. */
  readonly clientCpuUs: number | null;
}

/** Counters of the datapath's components, growing since their start. Absent where they cannot be read. */
export interface Usage {
  readonly cpuUs: Readonly<Partial<Record<'server' | 'proxy', number>>>;
  readonly memoryBytes: Readonly<Partial<Record<'server' | 'proxy', number>>>;
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
  /** Undoes everything. Safe to call more than once. */
  close(): Promise<CloseReport>;
}
