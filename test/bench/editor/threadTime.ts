import { readFileSync } from 'node:fs';

const file = '/proc/thread-self/schedstat';

function milliseconds(): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

/** Whether the kernel says how long a thread ran; elsewhere the clock is taken. */
export const hasThreadTime = milliseconds() !== undefined;

/** Milliseconds that this thread has run: what others do on the machine is not in it. */
export const threadMs = (): number => milliseconds() ?? performance.now();

/** Notes how long the thread is held at a stretch: a timer that is due comes between any two turns of the event loop. */
export function watchStretches(): {
  readonly longest: () => number;
  readonly stop: () => void;
} {
  let longest = 0;
  let isOver = false;
  let since = threadMs();
  const turn = (): void => {
    longest = Math.max(longest, threadMs() - since);
    since = threadMs();
    if (!isOver) setTimeout(turn, 1);
  };
  setTimeout(turn, 1);
  return {
    longest: () => longest,
    stop: () => {
      isOver = true;
    },
  };
}
