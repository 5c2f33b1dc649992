import { fortio } from '../../tool/fortio';
import { statusPercent } from '../fortioReadings';
import { closedLoop } from '../loads';
import type { Truth } from '../truth';

export const errorTruth: Truth = {
  id: 'errors-10pc',
  title: 'a server that answers 503 to 10 % of the requests',
  unit: '%',
  needs: [],
  injection: { kind: 'none' },
  // fortio ends where the first request of a connection fails: of one connection that is one sample in ten.
  load: closedLoop(1),
  tool: fortio,
  path: '/?status=503:10',
  seconds: 1,
  read: (taken) => statusPercent(taken, '503'),
  expected: () => [10, 10],
  source:
    'fortio README, server URL features: status=503:10 answers 503 with a probability of 10 %, drawn for each request.',
};
