import { percentOf, type Gate } from './gate';

/** Of the ports, where a port in TIME_WAIT cannot be taken again. */
const mostInTimeWait = 0.9;
/** EADDRNOTAVAIL in the words of the C library, of Go and of Node. */
const noPortLeft = /cannot assign requested address|EADDRNOTAVAIL/i;

export const portsExhausted: Gate = {
  code: 'ports-exhausted',
  what: 'the client had no port left to connect from',
  threshold:
    'any connection refused for want of a port (EADDRNOTAVAIL in the tool’s output), or 90 % of ip_local_port_range in TIME_WAIT where tcp_tw_reuse does not free them',
  todo: 'Widen net.ipv4.ip_local_port_range of the client, or use keep-alive or fewer new connections a second.',
  judge({ kind, output, after }) {
    if (kind === 'idle' || kind === 'bpf-maps') return 'not-asked';
    if (noPortLeft.test(output))
      return { reason: 'the client had no port left to connect from (cannot assign requested address)' };
    const { ports } = after;
    if (ports === undefined) return 'not-judged';
    if (ports.reusesTimeWait || ports.timeWait < mostInTimeWait * ports.range) return 'passed';
    return {
      reason: `${ports.timeWait} sockets in TIME_WAIT held ${percentOf(ports.timeWait, ports.range)} % of the client’s ${ports.range} ports`,
    };
  },
};
