/** What TypeScript tests see of testCluster.mjs. */

/** Somebody who may do something on the cluster: manifests/users.yaml says what. */
export interface ClusterUser {
  /** Path of a kubeconfig file with this user's context alone. */
  readonly kubeconfig: string;
  readonly context: string;
}

export interface RunningCluster {
  readonly number: number;
  /** Folder of everything that was made for clusters. */
  readonly home: string;
  /** Folder of this one. Its logs are beside it, in `NUMBER.logs`. */
  readonly folder: string;
  /** `restricted` has rights in the namespace `restricted` alone, where Pod Security `restricted` is enforced. */
  readonly users: Readonly<Record<'admin' | 'reader' | 'noExec' | 'restricted', ClusterUser>>;
  /** Breaks a part of the cluster, or mends it; done when it resolves. The parts: kubernetes/scripts/fault.sh. */
  fault(what: string, state: 'on' | 'off'): Promise<void>;
  /** Starts every kube-proxy anew in this mode. */
  proxyMode(mode: 'iptables' | 'nftables'): Promise<void>;
  /** kubectl as the administrator. Yields its standard output. */
  kubectl(args: readonly string[], options?: { readonly input?: string }): Promise<string>;
  /** A command in all namespaces of a node. Yields its standard output. */
  inNode(node: string, command: readonly string[]): Promise<string>;
  /** One of the machine's own programs in the network of a pod. Yields its standard output. */
  inPodNetwork(namespace: string, pod: string, command: readonly string[]): Promise<string>;
}

export interface StartedCluster extends RunningCluster {
  /** Takes it down. Its logs stay. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Picks names and networks, so that clusters run side by side: CLUSTER_NUMBER, else 0. */
  readonly number?: number;
  readonly home?: string;
  /** Names; empty for a control plane alone. */
  readonly nodes?: readonly string[];
  /** Whether a controller manager runs; without it there are etcd and the API server alone. As there are nodes where it is not given. */
  readonly controllers?: boolean;
  /** The Kubernetes version that the control plane behaves as, e.g. `1.32`: CLUSTER_EMULATED, else its own. */
  readonly emulated?: string;
  readonly proxyMode?: 'iptables' | 'nftables' | 'none';
  readonly policyEngine?: boolean;
  readonly metrics?: boolean;
  /** The program that enforces HTTP rules of policies: the lab's where it is not given, none where it is null. */
  readonly envoy?: string | null;
  /** Takes short sentences on what goes on. */
  readonly report?: (text: string) => void;
}

/** Starts a cluster, which ends with `stop()` or with this process, however that ends. */
export function startCluster(options?: ClusterOptions): Promise<StartedCluster>;

/** A cluster that runs, however it was started. */
export function runningCluster(which: { readonly number: number; readonly home: string }): RunningCluster;
