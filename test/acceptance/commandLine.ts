import { spawn } from 'node:child_process';
import path from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningCommand {
  readonly ended: Promise<Ended>;
  /** Resolves once standard error says this; rejects where the command ends first. */
  says(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface CommandLine {
  start(args: readonly string[]): RunningCommand;
  run(args: readonly string[]): Promise<Ended>;
}

/** The built command line, with a data folder of its own: neither runs nor journals of the person are touched. */
export function commandLine(root: string, dataFolder: string): CommandLine {
  const start = (args: readonly string[]): RunningCommand => {
    const child = spawn(process.execPath, [path.join(root, 'dist', 'cli.js'), ...args], {
      cwd: root,
      env: { ...process.env, XDG_DATA_HOME: dataFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    const listeners = new Set<() => void>();
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => {
      err += piece.toString();
      for (const listener of listeners) listener();
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, out, err });
      });
    });
    return {
      ended,
      says: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (!pattern.test(err)) return;
            listeners.delete(look);
            resolve();
          };
          listeners.add(look);
          look();
          void ended.then(() => {
            reject(new Error(`It ended before it said ${String(pattern)}: ${err.trim()}`));
          });
        }),
      kill: (signal) => {
        child.kill(signal);
      },
    };
  };
  return { start, run: (args) => start(args).ended };
}
