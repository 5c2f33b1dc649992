/** The loads that calibration sends, each a kind that the scenarios send as well. */
import type { HttpLoad, StreamLoad } from '../scenario/scenario';
import type { LoadTool } from '../tool/tool';

/** Requests one after another over so many kept connections, as fast as answers come. */
export function closedLoop(connections: number): HttpLoad {
  return {
    kind: 'http',
    id: 'closed-loop',
    via: 'pod',
    connections,
    keepAlive: true,
    ratePerSecond: 'max',
    metrics: ['rps', 'latencyP50Us', 'latencyP90Us', 'latencyP99Us', 'cpuUsPerRequest'],
  };
}

/** One stream, as fast as it goes. */
export const oneStream: StreamLoad = {
  kind: 'stream',
  id: 'stream',
  via: 'pod',
  streams: 1,
  metrics: ['throughputBitsPerSecond'],
};

/** No retransmission hides a loss here. The figure is read from the raw output: no metric of the product is one of UDP. */
export const datagramLoad: StreamLoad = { ...oneStream, id: 'datagrams', metrics: [] };

/** iperf3 with UDP of 1,000 bytes at a fixed rate in bit/s. */
export function datagrams(bitsPerSecond: number): LoadTool {
  return {
    name: 'iperf3',
    server: 'stream',
    supports: (load) => load.kind === 'stream',
    argv: (_load, { host, port }, _request, seconds) => [
      ...['iperf3', '-c', host, '-p', String(port), '-u', '-b', String(bitsPerSecond)],
      ...['-l', '1000', '-t', String(seconds), '-J'],
    ],
    parse: () => ({ values: {}, requests: null, invalidReasons: [] }),
  };
}
