/** A program that the lab can start, and where it came from. */
export interface FoundTool {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly version: string;
  /** Where it came from: `PATH`, `cache`, or a package's name and version. */
  readonly source: string;
  /** Variables that it needs besides the usual ones, e.g. where its libraries are. */
  readonly env?: Readonly<Record<string, string>>;
}

/** By the tool's name: `fortio`, `envoy`, `iperf3`, `sockperf`, `netperf`, `iptables`, `nft`. What is missing is absent. */
export type FoundTools = ReadonlyMap<string, FoundTool>;
