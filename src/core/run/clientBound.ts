/** Samples whose client ran out of CPU: why they are not valid, written and read in one place. */

/** A client that takes more than this share of all its cores measures itself, not the network. */
const mostClientCpuShare = 0.95;

/** Why a sample is not valid whose client used this share of its cores, 0 to 1; null where it is. */
export function clientBoundReason(share: number, cores: number): string | null {
  if (share <= mostClientCpuShare) return null;
  return `the client used ${(share * 100).toFixed(0)} % of its ${cores} cores, so it measured itself`;
}

/** Whether a reason of an invalid sample is the one above, as runs of earlier versions have it too. */
export function isClientBound(reason: string): boolean {
  return /^the client used \d+ % of its [\d.]+ cores\b/.test(reason);
}
