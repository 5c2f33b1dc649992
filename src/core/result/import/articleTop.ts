import type { ResultFormat } from './source';

const head = 'timestamp,pod,cpu_millicores,memory_mib';

/**
 * What the script reads of `kubectl top` every five seconds. It is left out: the readings go on in the pauses between the
 * loads, and each is a mean over a window of the metrics server that is longer than they are apart.
 */
export const articleTopFormat: ResultFormat = {
  id: 'tke-guide-top',
  name: 'readings of kubectl top of the TKE guide’s benchmark script',

  detects: ({ text }) => text.startsWith(head),

  read({ path, text }) {
    const isEmpty = text.trim() === head;
    return {
      readings: [],
      leftOut: [
        {
          file: path,
          reason: isEmpty
            ? 'holds no reading: the cluster had no metrics API'
            : 'was left out: its readings take in the pauses between the loads, so they are neither idle nor under load',
        },
      ],
    };
  },
};
