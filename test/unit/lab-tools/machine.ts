import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A machine made of scripts: a folder for PATH and a cache folder, gone after the test. */
export async function makeMachine(): Promise<{
  readonly bin: string;
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
  program(file: string, script: string): Promise<string>;
}> {
  const root = await mkdtemp(path.join(tmpdir(), 'cilium-bench-tools-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const bin = path.join(root, 'bin');
  return {
    bin,
    cacheFolder: path.join(root, 'cache'),
    env: { PATH: bin, HOME: root },
    async program(file, script) {
      const whole = path.resolve(bin, file);
      await mkdir(path.dirname(whole), { recursive: true });
      await writeFile(whole, `#!/bin/sh\n${script}\n`);
      await chmod(whole, 0o755);
      return whole;
    },
  };
}

export const never = new AbortController().signal;
/** What `envoy --version` of 1.40.0 writes. */
export const envoyVersion =
  'echo; echo "envoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL"';
