import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bash, runCommand } from '../../../src/lab/process';

/** With start-up files that say that they ran. */
describe.skipIf(process.platform !== 'linux')('bash as the lab starts it', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'cilium-bench-home-'));
    writeFileSync(path.join(home, '.bashrc'), 'echo from-bashrc\n');
    writeFileSync(path.join(home, 'env.sh'), 'echo from-bash-env\n');
    vi.stubEnv('HOME', home);
    vi.stubEnv('SHLVL', undefined);
    vi.stubEnv('BASH_ENV', path.join(home, 'env.sh'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });

  it('runs no start-up file, though its input is a socket', async () => {
    const { stdout, exitCode } = await runCommand([...bash, '-c', 'echo ready']);
    expect({ stdout, exitCode }).toEqual({ stdout: 'ready\n', exitCode: 0 });
  });
});
