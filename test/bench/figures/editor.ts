import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { longManifest, policyFile } from '../analysis/manifest';
import { bundleHost } from '../editor/bundleHost';
import { startHost } from '../editor/startHost';
import { CannotMeasure, type Figure, type Line } from '../figure';

const starts = 5;
const stretchLimitMs = 16;
const files = 10_000;
const indexLimitS = 10;
const megabytesLimit = 200;

function number(answer: Readonly<Record<string, unknown>>, name: string): number {
  const value = answer[name];
  if (typeof value === 'number') return value;
  throw new CannotMeasure(`the stand-in of the extension host told no ${name}`);
}

async function workspaceOf(folder: string): Promise<void> {
  for (let at = 0; at < files; at += 1) {
    const team = path.join(folder, `team-${at % 100}`);
    if (at < 100) await mkdir(team, { recursive: true });
    await writeFile(path.join(team, `policy-${at}.yaml`), policyFile(at));
  }
}

/**
 * How long the extension host's thread is held at a stretch while the analysis is loaded, which no slices can help, while a long manifest is read the first time and while a workspace is
 * read in the background, how long the latter takes, and what it keeps. By the extension's own index, findings and diagnostics,
 * on real files, in a process with a stand-in for VS Code's interface. Stretches are time of the thread.
 */
export const editor: Figure = {
  name: 'editor',
  async measure(say) {
    const folder = await mkdtemp(path.join(tmpdir(), 'cilium-bench-editor-'));
    try {
      const host = path.join(folder, 'host.cjs');
      await bundleHost(host);
      const empty = path.join(folder, 'empty');
      await mkdir(empty);
      say(`${starts} processes`);
      const loading: number[] = [];
      const longest: number[] = [];
      for (let start = 0; start < starts; start += 1) {
        const { ask, stop } = startHost(host, empty);
        loading.push(number(await ask({ load: true }), 'longestMs'));
        await ask({ text: policyFile(0) });
        longest.push(number(await ask({ text: longManifest() }), 'longestMs'));
        await stop();
      }
      say(`${files} files`);
      const workspace = path.join(folder, 'workspace');
      await workspaceOf(workspace);
      const { ask, stop } = startHost(host, workspace);
      await ask({ load: true });
      const index = await ask({ files });
      await stop();
      say(`${number(index, 'cpuSeconds').toFixed(1)} s of the thread`);
      const line = (name: string, value: number, unit: string, beside: number): Line => ({
        name,
        value,
        unit,
        beside,
        besideWhat: 'limit',
        ratio: { atMost: 1 },
      });
      return [
        line(`loading the analysis, best of ${starts}`, Math.min(...loading), 'ms', stretchLimitMs),
        line(`longest stretch of ${starts} first analyses`, Math.max(...longest), 'ms', stretchLimitMs),
        line(`longest stretch, ${files} files indexed`, number(index, 'longestMs'), 'ms', stretchLimitMs),
        line(`${files} files indexed`, number(index, 'seconds'), 's', indexLimitS),
        line(`held of ${files} files`, number(index, 'megabytes'), 'MB', megabytesLimit),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
