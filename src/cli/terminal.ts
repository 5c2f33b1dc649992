import type { WriteStream } from 'node:tty';

/** Where a command writes: the result to `out`, progress and problems to `err`. */
export interface Output {
  write(text: string): void;
  /** Whether a person looks at it, so that a line may be drawn again. */
  readonly interactive: boolean;
  /** Characters a line; 80 where nobody knows. */
  columns(): number;
  readonly colour: boolean;
}

export interface Terminal {
  readonly out: Output;
  readonly err: Output;
}

type Stream = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };

/** Colour as no-color.org and common use ask for it. */
function colourWanted(interactive: boolean, env: NodeJS.ProcessEnv): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0';
  return interactive && env['TERM'] !== 'dumb';
}

function outputOf(stream: Stream, env: NodeJS.ProcessEnv): Output {
  const interactive = stream.isTTY === true && env['TERM'] !== 'dumb';
  return {
    write: (text) => {
      stream.write(text);
    },
    interactive,
    columns: () => stream.columns ?? 80,
    colour: colourWanted(interactive, env),
  };
}

export function createTerminal(out: Stream, err: Stream, env: NodeJS.ProcessEnv): Terminal {
  return { out: outputOf(out, env), err: outputOf(err, env) };
}
