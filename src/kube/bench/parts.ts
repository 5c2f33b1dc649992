/** What a bench on a cluster leaves to others: each can be absent, and the bench then says so. */
import type { ComponentUse, NotMeasured } from '../../core/result/run';
import type { ServiceScale } from '../../core/scenario/scenario';
import type { Address, ChangeResult, Job, JobOutput, ProbeAnswer } from '../../core/target';
import type { BenchSpace } from './space';

/** Makes as many Services as a variant asks for, and the marker Services among them. */
export interface ServicesPart {
  change(to: ServiceScale | null, signal: AbortSignal): Promise<ChangeResult>;
  /** Addresses of the first, middle and last marker Service of the scale in force. */
  markers(): readonly Address[];
}

export interface HubblePart {
  change(to: 'as-found' | 'off', signal: AbortSignal): Promise<ChangeResult>;
  probe(expect: 'as-found' | 'off', signal: AbortSignal): Promise<ProbeAnswer>;
}

/** Samples what the datapath's components use while a load runs. */
export interface UsagePart {
  /** Begins sampling; the function that it gives ends it. */
  begin(signal: AbortSignal): Promise<() => Promise<readonly ComponentUse[]>>;
}

export interface BenchPart {
  readonly services?: ServicesPart;
  readonly hubble?: HubblePart;
  readonly usage?: UsagePart;
  /** Runs what is no load of a pod: reads BPF maps, or waits while components are sampled. */
  readonly readOut?: (job: Job, signal: AbortSignal) => Promise<JobOutput>;
  readonly notMeasured?: readonly NotMeasured[];
  /** Undoes what outlives the namespace. Gives what is left, a clause each. */
  readonly close?: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** Makes the parts that a plan needs, once the namespace is there. Changes nothing yet. */
export type OpenPart = (space: BenchSpace, signal: AbortSignal) => Promise<BenchPart>;
