/**
 * Known truths: an effect of a size that is known by itself is injected into the lab and read back with the product's own tools. What
 * comes out tells how far the readings of this machine can be believed.
 */
import type { TakenSample } from '../run/measure';
import type { Load } from '../scenario/scenario';
import type { LoadTool } from '../tool/tool';

/** What is done to the lab, as data. Only one is in force at a time. */
export type Injection =
  | { readonly kind: 'none' }
  /**
   * A token bucket on the wire, in bit/s as the link layer counts them. It is full at the start of each sample and holds so many seconds at
   * its rate: what a busy machine kept the wire from sending is repaid up to this.
   */
  | { readonly kind: 'shaped'; readonly bitsPerSecond: number; readonly bucketSeconds: number }
  /** A share of the packets to the server is dropped at random. */
  | { readonly kind: 'loss'; readonly share: number }
  /** The HTTP server may use so many CPU cores. */
  | { readonly kind: 'cpu-quota'; readonly cores: number }
  /** Envoy between client and server holds each request for so long. */
  | { readonly kind: 'fault-proxy'; readonly milliseconds: number };

/** What a sample says, and how finely its tool can tell: the value lies between these two at least. */
export interface Reading {
  readonly value: number;
  readonly resolution: readonly [number, number];
}

/** Between these two the truth lies: equal where it is exactly known. */
export type TruthRange = readonly [number, number];

/** A second sample beside each one: what is read where nothing, or less, is injected. */
export interface Control {
  readonly injection: Injection;
  readonly path: string;
  /** Why the truth cannot be read where the control reads so, as it follows "because"; null where it can. */
  whyNot(control: number): string | null;
}

export interface Truth {
  readonly id: string;
  readonly title: string;
  readonly unit: 'bit/s' | 'µs' | '%' | 'cores';
  /** Tools besides that of the load, e.g. `envoy`. */
  readonly needs: readonly string[];
  readonly injection: Injection;
  readonly load: Load;
  readonly tool: LoadTool;
  /** Path and query of the HTTP requests: fortio's server delays and fails as these ask. */
  readonly path: string;
  /** Seconds of each sample. */
  readonly seconds: number;
  readonly control?: Control;
  /** Null where the sample says nothing. */
  read(taken: TakenSample): Reading | null;
  /** What the reading is, by what is known of the injection; `control` is the mean of the control's readings. */
  expected(control: number | null): TruthRange;
  /** Where what is known of the injection stands. */
  readonly source: string;
}
