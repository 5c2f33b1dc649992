import type { JobOutput } from '../core/target';
import type { Server } from './server';

/** Adds to a load's output that a server it needs has ended by itself while it ran. */
export function endedMeanwhile(output: JobOutput, servers: readonly Server[]): JobOutput {
  const spoiledBy = servers.flatMap((server) => {
    const how = server.ended();
    return how === null
      ? []
      : [{ code: 'restarted' as const, says: `${server.name} ended during the load (${how})` }];
  });
  return spoiledBy.length === 0
    ? output
    : { ...output, spoiledBy: [...(output.spoiledBy ?? []), ...spoiledBy] };
}
