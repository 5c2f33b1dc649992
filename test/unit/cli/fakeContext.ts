import type { CommandContext } from '../../../src/cli/commands/command';
import type { Output } from '../../../src/cli/terminal';

export interface FakeOutput extends Output {
  readonly text: () => string;
}

export function fakeOutput(changes: Partial<Output> = {}): FakeOutput {
  let text = '';
  return {
    write: (more) => {
      text += more;
    },
    interactive: false,
    columns: () => 80,
    colour: false,
    text: () => text,
    ...changes,
  };
}

/** A process that writes to texts. */
export function fakeContext(changes: Partial<CommandContext> = {}): {
  readonly context: CommandContext;
  readonly out: () => string;
  readonly err: () => string;
} {
  const out = fakeOutput();
  const err = fakeOutput();
  const context: CommandContext = {
    terminal: { out, err },
    env: {},
    cwd: '/',
    distFolder: '/nowhere',
    signal: new AbortController().signal,
    readStdin: () => Promise.resolve(''),
    ...changes,
  };
  return { context, out: out.text, err: err.text };
}
