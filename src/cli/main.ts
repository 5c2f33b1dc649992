#!/usr/bin/env node
/** The headless entry: wires the process to the commands; no logic. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../../package.json';
import { commands } from './commands/registry';
import { dispatch } from './dispatch';
import { exitCodes } from './exitCode';
import { createTerminal } from './terminal';

const interruption = new AbortController();
/** Under npm or npx one Ctrl-C comes twice: from the terminal, and handed on by npm. No person is that quick. */
const echoMs = 300;
let firstAt = 0;

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The first one undoes everything in good order, the second one is from somebody who cannot wait.
    if (interruption.signal.aborted) {
      if (performance.now() - firstAt > echoMs) process.exit(exitCodes.interrupted);
      return;
    }
    firstAt = performance.now();
    process.stderr.write('\nStopping; what was changed is being undone. Once more stops at once.\n');
    interruption.abort();
  });
}

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read our output has gone (`| head`): nothing is left to say.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

void dispatch(process.argv.slice(2), commands, version, {
  terminal: createTerminal(process.stdout, process.stderr, process.env),
  env: process.env,
  cwd: process.cwd(),
  distFolder: path.dirname(fileURLToPath(import.meta.url)),
  signal: interruption.signal,
  readStdin,
}).then((code) => {
  process.exitCode = code;
});
