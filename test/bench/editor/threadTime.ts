import { readFileSync } from 'node:fs';

const file = '/proc/thread-self/schedstat';

function milliseconds(): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

/** Milliseconds that this thread has run, so that what others do on the machine is not in it; of the clock where no kernel says so. */
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
