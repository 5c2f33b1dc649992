import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CannotMeasure } from '../figure';

type Answer = Readonly<Record<string, unknown>>;

export interface Host {
  readonly ask: (what: object) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** Starts the stand-in of the extension host on a folder. */
export function startHost(program: string, folder: string): Host {
  const child = spawn(process.execPath, ['--expose-gc', program, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(what) {
      child.stdin.write(`${JSON.stringify(what)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new CannotMeasure('the stand-in of the extension host ended');
      return JSON.parse(line.value) as Answer;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}
