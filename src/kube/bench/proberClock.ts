import type { AccessResult } from '../../core/tool/fortioAccessLog';

/** Clocks are set now and then: only what arrived lately tells how two of them differ. */
const windowMs = 30_000;

/** Places what was timed by the clock of a node on this process's own, however wrong the node's is. */
export interface ProberClock {
  /**
   * When the result's request began, by the own clock, in ms. At the latest: what the way of the log takes at the least counts
   * as time before the request, so a request is never taken for an earlier one than it is by more than that.
   */
  beganMs(result: AccessResult, arrivedMs: number): number;
}

export function proberClock(): ProberClock {
  let recent: { readonly arrivedMs: number; readonly difference: number }[] = [];
  return {
    beganMs(result, arrivedMs) {
      // Own clock minus the node's, plus the way of the log, which is never negative: the least seen comes closest.
      const difference = arrivedMs - (result.startedMs + result.seconds * 1000);
      recent = [...recent.filter((seen) => arrivedMs - seen.arrivedMs < windowMs), { arrivedMs, difference }];
      return result.startedMs + Math.min(...recent.map((seen) => seen.difference));
    },
  };
}
