/** The labels that tell the bench's pods apart, for the bench that sets them and the policies that select them. */
export const roleLabel = 'cilium-bench.io/role';

/** `other-client` is a pod that no policy of the bench allows, `decoy` a server that none lets anybody reach. */
export type BenchRole = 'server' | 'client' | 'other-client' | 'decoy';

/** On everything that a run makes; its value is the run's id. */
export const runLabel = 'cilium-bench.io/run';
