import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import type { ChildReport } from './labChild';
import { toolsHere } from './support';

export interface Child {
  readonly process: ChildProcess;
  readonly report: ChildReport;
  /** Process ids of everything it started that still lives, itself included. */
  living(): readonly number[];
  remove(): void;
}

/** Processes whose environment holds a text: what a marked process started inherits its mark. */
export function marked(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Starts labChild in a process of its own, as another user where one is given, and waits for its report. */
export async function startChild(options: { uid?: number; loopback?: boolean } = {}): Promise<Child> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cilium-bench-test-'));
  const home = path.join(folder, 'home');
  mkdirSync(home);
  chmodSync(folder, 0o755);
  chmodSync(home, 0o777);
  const file = path.join(folder, 'child.cjs');
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'labChild.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: file,
    logLevel: 'error',
  });
  // Where another user can reach them: the cache folder is this one's alone.
  const toolsFolder = path.join(folder, 'tools');
  mkdirSync(toolsFolder);
  for (const { name, path: program, source } of (await toolsHere()).values()) {
    if (name !== 'fortio' && name !== 'envoy' && source === 'PATH') continue;
    copyFileSync(program, path.join(toolsFolder, name));
  }
  const mark = `CILIUM_BENCH_TEST_MARK=${randomUUID()}`;
  const [markName = '', markValue = ''] = mark.split('=');
  const uid =
    options.uid === undefined
      ? []
      : ['setpriv', `--reuid=${options.uid}`, `--regid=${options.uid}`, '--clear-groups'];
  const [program = '', ...args] = [
    ...uid,
    process.execPath,
    file,
    ...(options.loopback ? ['--loopback'] : []),
  ];
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: home,
    env: {
      ...process.env,
      HOME: home,
      XDG_CACHE_HOME: home,
      CILIUM_BENCH_TEST_TOOLS: toolsFolder,
      [markName]: markValue,
    },
  });
  const report = await new Promise<ChildReport>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve(JSON.parse(line) as ChildReport);
    });
    child.once('exit', (code) => {
      reject(new Error(`the child ended with ${code ?? 'a signal'}`));
    });
  });
  return {
    process: child,
    report,
    living: () => marked(mark),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
