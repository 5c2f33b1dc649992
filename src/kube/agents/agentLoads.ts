import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { messageOf } from '../../core/problem';
import type { Job, JobOutput } from '../../core/target';
import type { BenchSpace } from '../bench/space';
import { readBpfMaps } from './bpfMaps';
import { systemPause } from './pause';
import type { Pause } from './pause';
import { watchComponents } from './watchComponents';

function outputOf(started: Date, parts: Pick<JobOutput, 'stdout' | 'stderr' | 'exitCode'>): JobOutput {
  return {
    ...parts,
    startedAt: started,
    seconds: (Date.now() - started.getTime()) / 1000,
    clientCpuUs: null,
  };
}

/**
 * The load `idle`: nothing runs for the job's time, and the components are watched meanwhile.
 * @throws Problem where the components' pods cannot be listed. The signal's reason where it is aborted.
 */
export async function runIdle(
  space: BenchSpace,
  job: Job,
  signal: AbortSignal,
  pause: Pause = systemPause,
): Promise<JobOutput> {
  const started = new Date();
  const watch = await watchComponents(space, signal, pause);
  await pause(job.seconds * 1000, signal);
  const slept = outputOf(started, { stdout: '', stderr: '', exitCode: 0 });
  return { ...slept, components: await watch.stop() };
}

/** The load `bpf-maps`: what could not be read is output with an exit code, so that the run goes on with its other samples. */
export async function runBpfMaps(
  space: BenchSpace,
  facts: ClusterFacts,
  job: Job,
  signal: AbortSignal,
): Promise<JobOutput> {
  const started = new Date();
  try {
    const stdout = await readBpfMaps(space, facts, job.argv, signal);
    return outputOf(started, { stdout, stderr: '', exitCode: 0 });
  } catch (error) {
    signal.throwIfAborted();
    return outputOf(started, { stdout: '', stderr: messageOf(error), exitCode: 1 });
  }
}
