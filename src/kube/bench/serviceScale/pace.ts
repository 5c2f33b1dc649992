/** How many calls are under way at once: fewer after the API server turned some away, more again while it does not. */
export interface Pace {
  readonly limit: number;
  /** A call was turned away (429). */
  readonly turnedAway: () => void;
  /** A call went through. */
  readonly wentThrough: () => void;
}

const least = 2;

/**
 * Halves the limit when calls are turned away, once for all that were under way together, and adds one to it for each round
 * of calls that went through: what TCP does with its window (RFC 5681), since API priority and fairness shares seats out anew
 * as others need them.
 */
export function createPace(most: number): Pace {
  let limit = most;
  /** Calls that were under way when the limit was last halved, and are to be heard of no more. */
  let stale = 0;
  return {
    get limit() {
      return Math.floor(limit);
    },
    turnedAway() {
      if (stale > 0) return;
      stale = Math.floor(limit);
      limit = Math.max(least, limit / 2);
    },
    wentThrough() {
      stale = Math.max(0, stale - 1);
      limit = Math.min(most, limit + 1 / limit);
    },
  };
}

/** Many calls under way. */
export interface ManyCalls {
  /** Resolves when all are through; rejects at once with what one threw, or when the signal is aborted. */
  readonly done: Promise<void>;
  /** Resolves when none is under way any more, `done` or not. */
  readonly settled: Promise<void>;
}

/** Makes calls one after the other in their order, as many at once as the pace allows. None is begun after one failed. */
export function manyCalls(
  calls: Iterable<() => Promise<void>>,
  pace: Pace,
  signal: AbortSignal | undefined,
): ManyCalls {
  const remaining = calls[Symbol.iterator]();
  let underWay = 0;
  let isOver = false;
  let onSettled = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    onSettled = resolve;
  });
  const done = new Promise<void>((resolve, reject) => {
    const over = (tell: () => void): void => {
      if (isOver) return;
      isOver = true;
      signal?.removeEventListener('abort', onAbort);
      tell();
      if (underWay === 0) onSettled();
    };
    const fail = (error: unknown): void => {
      over(() => {
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    };
    const onAbort = (): void => {
      fail(signal?.reason);
    };
    const ended = (): void => {
      underWay -= 1;
      if (isOver && underWay === 0) onSettled();
      beginMore();
    };
    const begin = (call: () => Promise<void>): void => {
      underWay += 1;
      call().then(pace.wentThrough, fail).finally(ended);
    };
    const beginMore = (): void => {
      while (!isOver && underWay < pace.limit) {
        const next = remaining.next();
        if (next.done !== true) begin(next.value);
        else {
          if (underWay === 0) over(resolve);
          return;
        }
      }
    };

    if (signal?.aborted === true) onAbort();
    else {
      signal?.addEventListener('abort', onAbort, { once: true });
      beginMore();
    }
  });
  return { done, settled };
}
