import type { MetricName } from '../result/metrics';
import type { LatencyBuckets, OfferedLoad, PartValue } from '../result/run';
import type { ReasonCode } from '../run/gates/reasonCodes';
import type { HttpRequest } from '../plan/plan';
import type { Load } from '../scenario/scenario';
import type { Address, ServerKind } from '../target';

/** What was read from one load process's output. */
export interface Measurement {
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
  /** Requests or transactions answered as they should be; null for streams. */
  readonly requests: number | null;
  /** A sentence for each reason why the numbers must not be used. */
  readonly invalidReasons: readonly string[];
  /** The codes of these reasons, in their order; absent where each is `no-result`. */
  readonly invalidCodes?: readonly ReasonCode[];
  /** All latencies, of tools that give a histogram. */
  readonly latencies?: LatencyBuckets;
  /** Of a load at a fixed rate. */
  readonly offered?: OfferedLoad;
  /** What the values are made of, e.g. a figure for each BPF map. */
  readonly parts?: readonly PartValue[];
}

/** A load tool: argv out, measurement in. Pure. */
export interface LoadTool {
  readonly name: string;
  /** Null for what needs no server. */
  readonly server: ServerKind | null;
  supports(load: Load): boolean;
  /** The command line, `argv[0]` being the tool's name. */
  argv(load: Load, address: Address, request: HttpRequest, seconds: number): readonly string[];
  /**
   * Reads the tool's standard output. Never throws: output that cannot be read is a measurement without values and with
   * the reason.
   */
  parse(
    load: Load,
    output: { readonly stdout: string; readonly stderr: string; readonly exitCode: number | null },
  ): Measurement;
}
