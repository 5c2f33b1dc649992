import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { longManifest } from '../analysis/manifest';
import { bundleHost } from '../editor/bundleHost';
import { startLanguageServer } from '../editor/languageServer';
import { startHost } from '../editor/startHost';
import { median, pairedRatio, type Figure } from '../figure';
import { yamlLanguageServer } from '../testTools';

const edits = 25;
/** So many edits before, so that both have compiled what they run. */
const warmUps = 5;

async function milliseconds(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

/**
 * From an edit of 10,000 lines to its diagnostics, beside the YAML language server: each in a process of its own that is told of
 * the edit over its standard input and tells the diagnostics over its standard output, in turns, what either waits for further keys
 * included. Ours is the extension's own code with a stand-in for VS Code's interface.
 */
export const edit: Figure = {
  name: 'edit',
  async measure(say) {
    const server = startLanguageServer(await yamlLanguageServer());
    const folder = await mkdtemp(path.join(tmpdir(), 'cilium-bench-edit-'));
    const program = path.join(folder, 'host.cjs');
    await bundleHost(program);
    const host = startHost(program, folder);
    try {
      const text = longManifest();
      await server.open(text);
      await host.ask({ text });
      const end = text.indexOf('\n', text.length / 2);
      const line = text.slice(0, end).split('\n').length - 1;
      const column = end - text.lastIndexOf('\n', end - 1) - 1;
      say(`${edits} edits`);
      const pairs: { value: number; beside: number }[] = [];
      for (let key = 0; key < warmUps + edits; key += 1) {
        const typed = key === 0 ? ' ' : 'a';
        const value = await milliseconds(() => host.ask({ at: end + key, insert: typed }));
        const beside = await milliseconds(() => server.type(line, column + key, typed));
        if (key >= warmUps) pairs.push({ value, beside });
      }
      const { ratio, plusMinus } = pairedRatio(pairs);
      const beside = median(pairs.map((pair) => pair.beside));
      return [
        {
          name: 'edit to diagnostics',
          value: ratio * beside,
          unit: 'ms',
          beside,
          besideWhat: 'yaml-language-server',
          plusMinus,
          ratio: { atMost: 1 / 20 },
        },
      ];
    } finally {
      await host.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
