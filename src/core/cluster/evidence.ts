/** What is known of a cluster, with the object that said so. What is not known carries the reason instead. */

/** Which object said what, for a tooltip: `DaemonSet kube-system/cilium`, `image quay.io/cilium/cilium:v1.18.2`. */
export interface Evidence {
  readonly object: string;
  readonly said: string;
}

export interface Known<Value> {
  readonly known: true;
  readonly value: Value;
  readonly evidence: readonly Evidence[];
}

export interface Unknown {
  readonly known: false;
  /** Completes "unknown, because …": lower case, no full stop. */
  readonly because: string;
}

export type ClusterFact<Value> = Known<Value> | Unknown;

export function known<Value>(value: Value, ...evidence: readonly Evidence[]): Known<Value> {
  return { known: true, value, evidence };
}

export function unknown(because: string): Unknown {
  return { known: false, because };
}

/** The value, or null where it is unknown. */
export function valueOf<Value>(fact: ClusterFact<Value>): Value | null {
  return fact.known ? fact.value : null;
}

/** The fact's value as people read it; what is unknown reads "unknown, because …". */
export function factText<Value>(fact: ClusterFact<Value>, text: (value: Value) => string = String): string {
  return fact.known ? text(fact.value) : `unknown, because ${fact.because}`;
}
