import type { Bucket } from '../core/result/histogram';
import { distributionSamples, latencyDistributions } from '../core/result/latencyDistribution';
import type { ChartModel } from '../core/result/panelModel';
import type { RawOutput, Run, Sample } from '../core/result/run';
import { latencyBuckets } from '../core/tool/fortioFanOut';
import { distributionChart } from '../core/words/distributionChart';

/** Reads the distributions of latencies from the raw output of runs. */
export interface Distributions {
  /** Null where the run has none. Never throws: what cannot be read is counted. */
  chart(run: Run): Promise<ChartModel | null>;
}

/** Runs whose histograms are kept: a run that goes on is asked for again with each sample. */
const mostKept = 4;
/** Files read at a time. */
const mostAtOnce = 8;

export function createDistributions(
  readRaw: (run: Run, sample: Sample) => Promise<RawOutput>,
): Distributions {
  const kept = new Map<string, Map<string, readonly Bucket[]>>();

  /** The newest last. */
  const bucketsOf = (runId: string): Map<string, readonly Bucket[]> => {
    const known = kept.get(runId) ?? new Map<string, readonly Bucket[]>();
    kept.delete(runId);
    kept.set(runId, known);
    for (const id of [...kept.keys()].slice(0, -mostKept)) kept.delete(id);
    return known;
  };

  return {
    async chart(run) {
      const buckets = bucketsOf(run.id);
      const samples = distributionSamples(run);
      const missing = samples.filter(({ id }) => !buckets.has(id));
      let unread = 0;
      for (let at = 0; at < missing.length; at += mostAtOnce) {
        await Promise.all(
          missing.slice(at, at + mostAtOnce).map(async (sample) => {
            try {
              buckets.set(sample.id, latencyBuckets((await readRaw(run, sample)).stdout));
            } catch {
              // It is read again next time: while a run goes on, its newest sample may not be written yet.
              unread += 1;
            }
          }),
        );
      }
      const distributions = latencyDistributions(run, (id) => buckets.get(id) ?? []);
      return distributionChart(run, distributions, unread);
    },
  };
}
