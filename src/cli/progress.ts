import type { Variant } from '../core/scenario/scenario';
import type { RunEvent } from '../core/run/events';
import { clockTime } from '../core/words/dates';
import { stepText } from '../core/words/steps';
import type { Output } from './terminal';

export interface Progress {
  show(event: RunEvent): void;
  /** Takes the bar away, so that what follows starts on a clean line. Safe to call more than once. */
  end(): void;
}

const barCells = 20;
/** Often enough to see the time go by. */
const redrawMs = 500;

/** `━━━━━━━╸────`, in half cells. */
export function bar(share: number, cells = barCells): string {
  const halves = Math.round(Math.min(1, Math.max(0, share)) * cells * 2);
  const full = Math.floor(halves / 2);
  const half = halves % 2 === 1 ? '╸' : '';
  return `${'━'.repeat(full)}${half}${'─'.repeat(cells - full - half.length)}`;
}

/** One line of at most `columns` characters: the title cut where it must be, the bar and the figures at the right. */
export function barLine(title: string, right: string, columns: number): string {
  const room = columns - right.length - 2;
  if (room < 8) return right.slice(0, Math.max(0, columns));
  const shown = title.length > room ? `${title.slice(0, room - 1)}…` : title.padEnd(room);
  return `${shown}  ${right}`;
}

/** `0:31 left`, `at most 12:00 left`. */
function leftWords(seconds: number, atMost: boolean): string {
  return `${atMost ? 'at most ' : ''}${clockTime(seconds)} left`;
}

interface BarState {
  readonly done: number;
  readonly of: number;
  readonly samplesDone: number;
  readonly samples: number;
  readonly secondsLeft: number;
  readonly atMost: boolean;
  readonly at: number;
}

function barProgress(output: Output, title: string, monotonicMs: () => number): Progress {
  let state: BarState | undefined;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (!state) return;
    const left = Math.max(0, state.secondsLeft - (monotonicMs() - state.at) / 1000);
    const figures = `${bar(state.done / Math.max(1, state.of))}  ${state.samplesDone} of ${state.atMost ? 'at most ' : ''}${state.samples} · ${leftWords(left, state.atMost)}`;
    output.write(`\r\u001b[2K${barLine(title, figures, output.columns() - 1)}`);
  };
  return {
    show(event) {
      if (event.kind === 'step') {
        const { index, of, samplesDone, samples, secondsLeft, atMost = false } = event;
        state = { done: index, of, samplesDone, samples, secondsLeft, atMost, at: monotonicMs() };
      } else if (event.kind === 'sample') {
        if (state && event.sample.block > 0) state = { ...state, samplesDone: state.samplesDone + 1 };
        const reason = event.sample.invalidReasons[0];
        if (reason !== undefined) output.write(`\r\u001b[2K${event.sample.id} is not valid: ${reason}\n`);
      } else return;
      draw();
      timer ??= setInterval(draw, redrawMs).unref();
    },
    end() {
      clearInterval(timer);
      timer = undefined;
      if (state) output.write('\r\u001b[2K');
      state = undefined;
    },
  };
}

function lineProgress(output: Output, title: string, variants: readonly Variant[]): Progress {
  return {
    show(event) {
      switch (event.kind) {
        case 'started':
          output.write(`${title}\n`);
          break;
        case 'step': {
          const { index, of, step, secondsLeft, atMost = false } = event;
          output.write(
            `[${index + 1}/${of}] ${stepText(step, variants)} · ${leftWords(secondsLeft, atMost)}\n`,
          );
          break;
        }
        case 'sample':
          for (const reason of event.sample.invalidReasons)
            output.write(`${event.sample.id} is not valid: ${reason}\n`);
          break;
        case 'ended':
          break;
      }
    },
    end() {
      // Whole lines need no tidying up.
    },
  };
}

/** A bar with the time left on a terminal, a line a step elsewhere. */
export function createProgress(
  output: Output,
  title: string,
  variants: readonly Variant[],
  monotonicMs: () => number,
): Progress {
  return output.interactive ? barProgress(output, title, monotonicMs) : lineProgress(output, title, variants);
}
