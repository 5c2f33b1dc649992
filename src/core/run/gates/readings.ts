/**
 * What a target can read of the machine and the network along a load's way, before it and after it. Counters grow since some
 * start of their own, so that two readings are subtracted; what stands at a moment says so. What cannot be read is absent,
 * never 0: a gate that needs it is then not judged.
 */
export interface Readings {
  /** Of the machine that the load's times are told by, in ms; `monotonic` has a start of its own. */
  readonly clock?: { readonly wallMs: number; readonly monotonicMs: number };
  /** Time that CPU quotas kept the load's control groups waiting, in µs, added up over their CPUs (`cpu.stat`). */
  readonly throttledUs?: number;
  /** CPU time of all CPUs, in ticks, and what of it the hypervisor gave to others (`/proc/stat`). */
  readonly cpuTicks?: { readonly all: number; readonly stolen: number };
  /** Of the fullest connection-tracking table: entries and room as they stand, and packets or entries lost for want of room. */
  readonly conntrack?: { readonly entries: number; readonly room: number; readonly lost: number };
  /** Of the client, as they stand: sockets in TIME_WAIT, and the ports it may connect from. */
  readonly ports?: {
    readonly timeWait: number;
    readonly range: number;
    /** A port in TIME_WAIT may be taken again after a second (`tcp_tw_reuse` is 1). */
    readonly reusesTimeWait: boolean;
  };
  /** Of the sockets of client, proxy and server: segments, and connections that were begun. */
  readonly tcp?: {
    readonly sent: number;
    readonly retransmitted: number;
    readonly opened: number;
    readonly synRetransmitted: number;
  };
  /** How often the client told its peer to stop sending, since it had not read what was there (`TCPToZeroWindowAdv`). */
  readonly clientZeroWindows?: number;
  /** Packets that arrived at the links on the way, and those that links, sockets and CPU queues dropped. */
  readonly packets?: { readonly arrived: number; readonly dropped: number };
}
