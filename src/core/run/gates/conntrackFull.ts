import { percentOf, type Gate } from './gate';

/** Of the room. New connections come in bursts: one that still fits at 90 % may not a moment later. */
const mostFilled = 0.9;

export const conntrackFull: Gate = {
  code: 'conntrack-full',
  what: 'the connection-tracking table was full, and new connections were refused or others forgotten',
  threshold:
    'any packet or entry lost for want of room (drop, early_drop and insert_failed of /proc/net/stat/nf_conntrack), or 90 % of nf_conntrack_max in use after the load; clean loads lose none',
  todo: 'Raise net.netfilter.nf_conntrack_max on the nodes, or use fewer new connections a second (keep-alive).',
  judge({ before, after }) {
    if (before.conntrack === undefined || after.conntrack === undefined) return 'not-judged';
    const lost = after.conntrack.lost - before.conntrack.lost;
    const { entries, room } = after.conntrack;
    const filled = `${entries} of ${room} entries (${percentOf(entries, room)} %)`;
    if (lost > 0)
      return {
        reason: `connection tracking lost ${lost} packets or entries for want of room; ${filled} were in use`,
      };
    if (entries >= mostFilled * room)
      return { reason: `the connection-tracking table was nearly full: ${filled} were in use` };
    return 'passed';
  },
};
