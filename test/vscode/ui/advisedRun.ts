// A run on a cluster from which something can be advised: Hubble on costs a fifth of the requests a second.
import { hubble } from '../../../src/core/scenario/hubble';
import { clusterRun } from '../../unit/result/advice/situations';

const startedAt = '2026-11-24T10:00:00.000Z';
export const advisedRun = clusterRun(
  hubble,
  ({ id }, metric) => (metric === 'rps' ? (id.startsWith('on') ? 16_000 : 20_000) : 200),
  { id: '2026-11-24-hubble-on', startedAt, endedAt: startedAt },
);
