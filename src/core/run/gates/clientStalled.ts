import type { Gate } from './gate';

/** A client that closes its window this often in a second stalls the sender; no clean load of the lab closes it at all. */
const mostZeroWindowsASecond = 1;

export const clientStalled: Gate = {
  code: 'client-stalled',
  what: 'the client did not read what the server sent, and stalled it',
  threshold:
    'more than one closed receive window a second (TCPToZeroWindowAdv of the client); clean loads of the lab close none',
  todo: 'Give the client more CPU or fewer connections, and look at what else runs beside it.',
  judge({ kind, seconds, before, after }) {
    // A bulk stream fills its window by intent.
    if (kind === 'stream' || kind === 'idle' || kind === 'bpf-maps') return 'not-asked';
    if (before.clientZeroWindows === undefined || after.clientZeroWindows === undefined) return 'not-judged';
    const closed = after.clientZeroWindows - before.clientZeroWindows;
    if (closed <= mostZeroWindowsASecond * seconds) return 'passed';
    return { reason: `the client closed its receive window ${closed} times, so it stalled the server` };
  },
};
