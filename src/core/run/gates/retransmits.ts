import { percentOf, type Gate } from './gate';

/** Of the segments sent, and of the connections begun. A p99 rests on one request in a hundred: a tenth of that. */
const mostRetransmittedShare = 0.001;

export const retransmits: Gate = {
  code: 'retransmits',
  what: 'TCP sent segments again, each of which waits for a timer',
  threshold:
    'more than 0.1 % of the segments, or of the connections that were begun (RetransSegs, TCPSynRetrans); a tenth of the 1 % that a p99 rests on. Not asked of bulk streams, which find their rate by loss',
  todo: 'Find where packets are lost: a filter, a queue, a faulty link, reuse of ports (PAWS). Then measure again.',
  judge({ kind, before, after }) {
    if (kind === 'stream' || kind === 'idle' || kind === 'bpf-maps') return 'not-asked';
    if (before.tcp === undefined || after.tcp === undefined) return 'not-judged';
    const sent = after.tcp.sent - before.tcp.sent;
    const again = after.tcp.retransmitted - before.tcp.retransmitted;
    const opened = after.tcp.opened - before.tcp.opened;
    const synAgain = after.tcp.synRetransmitted - before.tcp.synRetransmitted;
    if (again > mostRetransmittedShare * sent)
      return { reason: `TCP sent ${again} of ${sent} segments again (${percentOf(again, sent)} %)` };
    if (synAgain > mostRetransmittedShare * opened)
      return { reason: `TCP asked ${synAgain} times again for ${opened} connections, a second or more each` };
    return 'passed';
  },
};
