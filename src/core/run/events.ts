import type { Plan, Step } from '../plan/plan';
import type { RawOutput, Run, Sample } from '../result/run';

/** What the runner says while it goes. `run` is always the state so far, summaries included. */
export type RunEvent =
  | { readonly kind: 'started'; readonly run: Run }
  | {
      readonly kind: 'step';
      readonly step: Step;
      readonly index: number;
      readonly of: number;
      /** Samples done and planned, warm-up not counted. */
      readonly samplesDone: number;
      readonly samples: number;
      readonly secondsLeft: number;
      /** Of a run that goes on until a precision: samples and seconds are the most there can be. */
      readonly atMost?: true;
    }
  | { readonly kind: 'sample'; readonly sample: Sample; readonly raw: RawOutput; readonly run: Run }
  | { readonly kind: 'ended'; readonly run: Run };

/** Where a run is kept while it goes and afterwards. The store implements it. */
export interface RunSink {
  begin(run: Run, plan: Plan): Promise<void>;
  /** A run that was interrupted goes on. */
  resume(run: Run): Promise<void>;
  sample(run: Run, sample: Sample, raw: RawOutput): Promise<void>;
  end(run: Run): Promise<void>;
}

export interface Clock {
  now(): Date;
  /** Milliseconds that only go forward. */
  monotonicMs(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}
