import type { Check } from '../../core/target';
import { duration } from '../../core/words/dates';
import type { KubeClient } from '../client/openClient';

/** Certificates and tokens go by the clock, and so do the times that a run notes. */
const mostSkewSeconds = 120;

/** Compares this machine's clock with the API server's, by the date of an answer. */
export async function clockCheck(
  client: KubeClient,
  now: () => Date,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const answer = await client.stream({ path: '/version', signal });
  answer.resume();
  const there = Date.parse(answer.headers.date ?? '');
  if (Number.isNaN(there)) return [];
  const skew = Math.abs(now().getTime() - there) / 1000;
  if (skew <= mostSkewSeconds) return [];
  const direction = now().getTime() > there ? 'ahead of' : 'behind';
  return [
    {
      id: 'clock',
      level: 'warning',
      text: `This machine’s clock is ${duration(skew)} ${direction} the API server’s.`,
      todo: 'Set it: credentials can fail by it, and the times in a run are this machine’s.',
    },
  ];
}
