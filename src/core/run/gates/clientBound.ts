import type { Gate } from './gate';

/** A client that takes more than this share of all its cores measures itself, not the network. */
const mostClientCpuShare = 0.95;

export const clientBound: Gate = {
  code: 'client-bound',
  what: 'the client used nearly all the CPU it may use, so the figure is its own',
  threshold:
    'more than 95 % of the client’s cores. With less than a twentieth left, a faster network could not have shown itself',
  todo: 'Give the client more CPU, or spread the load over several clients.',
  judge({ kind, seconds, clientCpuUs, clientCores }) {
    // A bulk stream always takes a whole core on one machine: what it reads is what that core can push.
    if (kind !== 'http') return 'not-asked';
    if (clientCores === null || clientCpuUs === null) return 'not-judged';
    const share = clientCpuUs / 1e6 / seconds / clientCores;
    if (share <= mostClientCpuShare) return 'passed';
    return {
      reason: `the client used ${(share * 100).toFixed(0)} % of its ${clientCores} cores, so it measured itself`,
    };
  },
};

/** Whether a sample's client was out of CPU; in runs of earlier versions, which have no codes, by the reason's words. */
export function isClientBound(sample: {
  readonly invalidReasons: readonly string[];
  readonly invalidCodes?: readonly string[];
}): boolean {
  if (sample.invalidCodes !== undefined) return sample.invalidCodes.includes('client-bound');
  return sample.invalidReasons.some((reason) => /^the client used \d+ % of its [\d.]+ cores\b/.test(reason));
}
