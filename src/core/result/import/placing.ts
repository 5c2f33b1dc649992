/** The loads and variants of our scenarios that results of others are put beside. */
import { percentileMetrics, saturatedLoad } from '../../scenario/httpLoads';
import type { HttpLoad, Load, StreamLoad, Via } from '../../scenario/scenario';
import { viaLabels } from '../../scenario/wires';
import { grouped } from '../../words/numbers';

export const streamsText = (streams: number): string =>
  streams === 1 ? '1 stream' : `${grouped(streams)} streams`;

export function streamLoad(via: Via, streams: number): StreamLoad {
  return { kind: 'stream', id: 'stream', via, streams, metrics: ['throughputBitsPerSecond'] };
}

/** netperf's TCP_RR and TCP_CRR, with the rate that it gives beside the percentiles. */
export function transactionLoad(test: 'rr' | 'crr', via: Via): Load {
  const metrics = [...percentileMetrics, 'rps' as const];
  return test === 'rr'
    ? { kind: 'round-trip', id: 'round-trip', via, metrics }
    : { kind: 'connect', id: 'connect', via, metrics };
}

export const transactionLabels = { rr: 'TCP round trip', crr: 'TCP connect, request, close' } as const;

/** HTTP as fast as it goes; nobody else counts CPU a request. */
export function capacityLoad(connections: number, via: Via, keepAlive: boolean): HttpLoad {
  return { ...saturatedLoad(connections, via, keepAlive), metrics: ['rps'] };
}

export function rateLoad(ratePerSecond: number, connections: number, via: Via): HttpLoad {
  return {
    kind: 'http',
    id: 'fixed-rate',
    via,
    connections,
    keepAlive: true,
    ratePerSecond,
    metrics: percentileMetrics,
  };
}

/** `to the pod, 8 streams`: a way and what goes it. */
export const wayLabel = (via: Via, what: string): string => `${viaLabels[via]}, ${what}`;
