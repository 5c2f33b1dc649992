import type { ServiceScale } from '../core/scenario/scenario';

/** A number of Services and their rules in words, with the size of the transactions where one was not enough. */
export function describeServices(
  scale: ServiceScale | null,
  perTransaction = Number.POSITIVE_INFINITY,
): string {
  if (scale === null) return 'none';
  const parts = perTransaction < scale.count ? `, ${perTransaction} in a transaction` : '';
  return `${scale.count} Services besides the measured one, ${scale.rules}${parts}`;
}
