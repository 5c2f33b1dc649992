import type { MetricName } from '../result/metrics';
import type { HttpLoad, Via } from './scenario';

/** Every percentile that a latency load is asked for. */
export const percentileMetrics = [
  'latencyP50Us',
  'latencyP90Us',
  'latencyP99Us',
] as const satisfies readonly MetricName[];

/**
 * HTTP at a fixed rate, which is what latency is measured at. The rate is spread over many connections: each then waits
 * long between its requests, and what a timer oversleeps (some 0.3 ms on a busy machine) stays small beside that wait.
 */
export function fixedRateLoad(ratePerSecond: number, via: Via = 'pod'): HttpLoad {
  return {
    kind: 'http',
    id: 'fixed-rate',
    via,
    connections: 32,
    keepAlive: true,
    ratePerSecond,
    metrics: percentileMetrics,
  };
}

/** HTTP as fast as the connections go: a closed loop, which is what capacity and CPU a request are measured with. */
export function saturatedLoad(connections: number, via: Via, keepAlive: boolean): HttpLoad {
  return {
    kind: 'http',
    id: 'saturated',
    via,
    connections,
    keepAlive,
    ratePerSecond: 'max',
    metrics: ['rps', 'cpuUsPerRequest'],
  };
}
