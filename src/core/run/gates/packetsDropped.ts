import { percentOf, type Gate } from './gate';

/** Of the packets that arrived. A p99 rests on one request in a hundred: a tenth of that may have lost a packet. */
const mostDroppedShare = 0.001;

export const packetsDropped: Gate = {
  code: 'packets-dropped',
  what: 'links, CPU queues or sockets on the way dropped packets',
  threshold:
    'more than 0.1 % of the packets that arrived at the links (drops of /proc/net/dev and softnet_stat, ListenDrops, receive-buffer errors); a tenth of the 1 % that a p99 rests on. Not asked of bulk streams, which find their rate by loss',
  todo: 'Look at the MTU of the links, at the queues (netdev_max_backlog, rings) and at the server’s backlog (somaxconn).',
  judge({ kind, before, after }) {
    if (kind === 'stream' || kind === 'idle' || kind === 'bpf-maps') return 'not-asked';
    if (before.packets === undefined || after.packets === undefined) return 'not-judged';
    const arrived = after.packets.arrived - before.packets.arrived;
    const dropped = after.packets.dropped - before.packets.dropped;
    if (dropped <= mostDroppedShare * arrived) return 'passed';
    return {
      reason: `${dropped} packets were dropped on the way, ${percentOf(dropped, arrived + dropped)} % of them`,
    };
  },
};
