import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { OracleAnswer, OracleRequest } from './answer';

export interface Oracle {
  /** Any number of requests may be under way. Rejects when the program ends first. */
  readonly ask: (request: OracleRequest) => Promise<OracleAnswer>;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (answer: OracleAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the program in its serving mode; it ends by `close` or with this process. */
export function startOracle(program: string): Oracle {
  const child = spawn(program, ['serve'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: Error | null = null;
  let words = '';
  const end = (reason: string): void => {
    ended ??= new Error(`${program} ${reason}\n${words}`);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  child.once('error', (error) => {
    end(`could not be started: ${error.message}`);
  });
  child.once('close', (code, signal) => {
    end(`ended with ${code ?? signal ?? 'nothing'}`);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4000);
  });
  // A program that ended tells so by `close`.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as OracleAnswer;
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      }),
    close: () => {
      child.stdin.end();
    },
  };
}
