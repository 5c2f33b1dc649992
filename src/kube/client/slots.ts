/** Lets a number of tasks run at once; the others wait their turn, in order. */
export interface Slots {
  /** Resolves with the function that gives the slot back. Rejects with the signal's reason where it is aborted first. */
  take(signal: AbortSignal | undefined): Promise<() => void>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  const giveBack = (): void => {
    free += 1;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
  };
  const taken = (): (() => void) => {
    free -= 1;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      giveBack();
    };
  };

  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) return taken();
      return new Promise((resolve, reject) => {
        const onTurn = (): void => {
          signal?.removeEventListener('abort', onAbort);
          resolve(taken());
        };
        const onAbort = (): void => {
          waiting.delete(onTurn);
          reject(abortReason(signal));
        };
        waiting.add(onTurn);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}

/** The reason of an aborted signal as an error. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** Settles as the promise does, or rejects when the signal is aborted before that. The work itself goes on. */
export async function orAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(abortReason(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
