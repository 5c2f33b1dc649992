import type { Consent } from '../core/plan/consents';

export interface Toleration {
  readonly key: string;
  readonly operator: 'Exists' | 'Equal';
  readonly value?: string;
  /** Absent tolerates every effect. */
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Where the images come from; a digest where a site pins them. */
export interface BenchImages {
  /** fortio, without a shell: HTTP server, load and probes. */
  readonly fortio: string;
  /** iperf3 and the round-trip tool. */
  readonly network: string;
}

/** How a run is to be placed and made on a cluster; the same for the command line and VS Code. */
export interface RunSettings {
  readonly allow: ReadonlySet<Consent>;
  /** An existing namespace to work in; null makes one that is deleted with all in it. */
  readonly namespace: string | null;
  /** Names of nodes; null leaves the choice to placement. */
  readonly clientNode: string | null;
  readonly serverNode: string | null;
  /** Whether client and server may stand in different zones. */
  readonly crossZone: boolean;
  readonly images: BenchImages;
  /** Which program for round trips the network image has. */
  readonly roundTripTool: 'netperf' | 'sockperf';
  readonly pullSecrets: readonly string[];
  readonly tolerations: readonly Toleration[];
  /** CPU and memory of each load and server pod, requests and limits alike; null takes what the nodes have to spare. */
  readonly cpu: string | null;
  readonly memory: string | null;
}

/**
 * Pinned versions, by name and not by digest since they are for several architectures. fortio 1.75.2 is built from scratch; the
 * network image is the one that cilium-cli's `connectivity perf` uses (iperf3 3.21, netperf).
 */
export const defaultImages: BenchImages = {
  fortio: 'docker.io/fortio/fortio:1.75.2',
  network: 'quay.io/cilium/network-perf:3.21-1782913202-88c270c',
};
